import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createPressureReader } from '../../src/collectors/pressure.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { fakeMachine } from '../support/fake-proc.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';
import { until } from '../support/until.ts';

test('pressure is the share of the time since the last reading', async (context) => {
  let now = 0;
  const { places, write } = fakeMachine(context, files({ cpu: [1_000_000, 0], memory: [500, 400], io: [7, 7] }));
  const reader = createPressureReader(places, () => now);

  assert.deepEqual(await reader.collect(), []);
  now = 20_000;
  write(files({ cpu: [6_000_000, 0], memory: [2_000_500, 1_000_400], io: [7, 7] }));
  assert.deepEqual(valuesOf(await reader.collect()), {
    ...{ 'host.pressure.cpu': 25, 'host.pressure.memory': 10, 'host.pressure.memory.full': 5 },
    ...{ 'host.pressure.io': 0, 'host.pressure.io.full': 0 },
  });
});

test('a reading that holds more than its own time is all of it, and no more', async (context) => {
  let now = 0;
  const { places, write } = fakeMachine(context, files({ cpu: [0, 0] }));
  const reader = createPressureReader(places, () => now);
  await reader.collect();
  now = 1_000;
  write(files({ cpu: [1_900_000, 0] }));

  assert.deepEqual(valuesOf(await reader.collect()), { 'host.pressure.cpu': 100 });
});

test('totals that go backwards say nothing once', async (context) => {
  let now = 0;
  const { places, write } = fakeMachine(context, files({ cpu: [9_000_000, 0] }));
  const reader = createPressureReader(places, () => now);
  await reader.collect();
  const told: unknown[] = [];
  for (const total of [1_000_000, 2_000_000]) {
    now += 10_000;
    write(files({ cpu: [total, 0] }));
    told.push(valuesOf(await reader.collect()));
  }

  assert.deepEqual(told, [{}, { 'host.pressure.cpu': 10 }]);
});

test('a kernel without pressure measures nothing', async (context) => {
  const { places } = fakeMachine(context);
  const reader = createPressureReader(places);
  await reader.collect();

  assert.deepEqual(await reader.collect(), []);
});

test('before Linux 5.13 cpu has no line for all, and nothing is missing', async (context) => {
  let now = 0;
  const { places } = fakeMachine(context, { 'proc/pressure/cpu': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n' });
  const reader = createPressureReader(places, () => now);
  await reader.collect();
  now = 10_000;

  assert.deepEqual(valuesOf(await reader.collect()), { 'host.pressure.cpu': 0 });
});

const noPressure = !existsSync('/proc/pressure/cpu') && 'this kernel has no pressure stall information';

test('this machine: between what the totals grew by within, and around', { skip: noPressure }, async () => {
  const reader = createPressureReader(THIS_MACHINE);
  const [outer, outerAt] = [totalOf('cpu'), performance.now()];
  await reader.collect();
  const [begin, beginAt] = [totalOf('cpu'), performance.now()];
  // The kernel brings it up to date every two seconds.
  await until('five seconds went by', () => performance.now() - beginAt > 5_000);
  const [end, endAt] = [totalOf('cpu'), performance.now()];
  const measured = valuesOf(await reader.collect())['host.pressure.cpu'] ?? Number.NaN;
  const [after, afterAt] = [totalOf('cpu'), performance.now()];

  const least = ((end - begin) / 1_000 / (afterAt - outerAt)) * 100;
  const most = Math.min(100, ((after - outer) / 1_000 / (endAt - beginAt)) * 100);
  assert.ok(measured >= least - 0.01 && measured <= most + 0.01, `${least} <= ${measured} <= ${most}`);
});

function totalOf(file: string): number {
  return Number(/^some .*total=(\d+)/.exec(readFileSync(`/proc/pressure/${file}`, 'utf8'))?.[1]);
}

/** Some and full, in microseconds. */
function files(totals: Readonly<Record<string, readonly [number, number]>>): Record<string, string> {
  const line = (name: string, total: number) => `${name} avg10=0.00 avg60=0.00 avg300=0.00 total=${total}\n`;
  return Object.fromEntries(
    Object.entries(totals).map(([file, [some, full]]) => [
      `proc/pressure/${file}`,
      line('some', some) + line('full', full),
    ]),
  );
}

function valuesOf(measured: readonly Measurement[]): Record<string, number> {
  return Object.fromEntries(measured.map(({ series, value }) => [series, value]));
}
