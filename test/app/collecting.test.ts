import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { COLLECT_MS, createCollecting } from '../../src/app/collecting.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { CollectorPlugin, Measurement } from '../../src/core/plugin.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

const START = Date.UTC(2026, 0, 1);

test('a clock that is set back an hour does not keep figures from being asked for', async () => {
  const { added, pass, set, collecting } = start(async () => [{ series: 'host.x', value: 1 }]);
  await pass();
  set(-3_600_000);

  for (let left = 4; left > 0; left -= 1) await pass();

  assert.equal(added().length, 3, 'every 20 s');
  await collecting.stop();
});

test('one that fails is complained of once, until it has answered', async () => {
  let isBroken = true;
  const { complaints, pass, collecting } = start(async () => {
    if (isBroken) throw new Error('no /proc');
    return [];
  });
  for (let left = 6; left > 0; left -= 1) await pass();
  assert.deepEqual(complaints(), [{ name: 'x', error: 'no /proc' }]);

  isBroken = false;
  for (let left = 2; left > 0; left -= 1) await pass();
  isBroken = true;
  for (let left = 4; left > 0; left -= 1) await pass();

  assert.equal(complaints().length, 2);
  await collecting.stop();
});

function start(collect: () => Promise<readonly Measurement[]>) {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setInterval'] });
  let steady = 0;
  let off = START;
  const added: number[] = [];
  const complaints: object[] = [];
  const plugin: CollectorPlugin = {
    ...{ name: 'x', describe: 'x', options: {}, everyMs: 20_000, watches: [], series: [] },
    compile: () => ({ collect }),
  };
  const log = { warn: (fields: object) => void complaints.push(fields) } as unknown as Logger;
  const collecting = createCollecting({
    watching: { collectors: [plugin] } as unknown as Parameters<typeof createCollecting>[0]['watching'],
    config: loadConfig({ env: {}, hostname: 'test', isLooking: true }),
    ...{ places: THIS_MACHINE, log, now: () => off + steady, clock: () => steady },
    figures: { add: async (_, now) => void added.push(now), told: async () => ({}) },
    ...{ onCollected() {}, measureSelf: () => [], told: () => ({}) },
  });
  collecting.start();
  return {
    collecting,
    added: () => added,
    complaints: () => complaints,
    set: (ms: number) => {
      off += ms;
    },
    async pass() {
      steady += COLLECT_MS;
      mock.timers.tick(COLLECT_MS);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
