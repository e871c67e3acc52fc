import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { test } from 'node:test';
import { measureLoad } from '../../src/collectors/load.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { fakeMachine } from '../support/fake-proc.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';
import { until } from '../support/until.ts';

const CORES =
  'cpu  1 0 1 1\ncpu0 1 0 1 1\ncpu1 1 0 1 1\ncpu2 1 0 1 1\ncpu3 1 0 1 1\nprocs_running 3\nprocs_blocked 2\n';

test('load is that of each processor', (context) => {
  const { places } = fakeMachine(context, { 'proc/stat': CORES, 'proc/loadavg': '2.00 4.00 10.00 5/108 26190\n' });

  assert.deepEqual(valuesOf(measureLoad(places)), {
    ...{ 'host.load.1m': 0.5, 'host.load.5m': 1, 'host.load.15m': 2.5, 'host.load.running': 3, 'host.load.blocked': 2 },
  });
});

test('with fewer processors than at the last reading it is of those that are left', (context) => {
  const { places, write } = fakeMachine(context, { 'proc/stat': CORES, 'proc/loadavg': '2.00 2.00 2.00 5/108 1\n' });
  measureLoad(places);
  write({ 'proc/stat': CORES.replace(/cpu[23].*\n/g, '') });

  assert.equal(valuesOf(measureLoad(places))['host.load.1m'], 1);
});

test('what is not said is left out', (context) => {
  const { places } = fakeMachine(context, { 'proc/stat': 'cpu  1 0 1 1\ncpu0 1 0 1 1\n' });

  assert.deepEqual(measureLoad(places), []);
  assert.deepEqual(measureLoad({ proc: '/nowhere' }), []);
});

const noUptime = spawnSync('uptime', ['-V']).error !== undefined && 'there is no uptime here';

test('this machine: as uptime says it', { skip: noUptime }, async () => {
  // It changes every five seconds, perhaps between the two.
  await until('both say the same', () => {
    const measured = valuesOf(measureLoad(THIS_MACHINE));
    const { stdout } = spawnSync('uptime', { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    const loads = /load average: (.*)$/m.exec(stdout)?.[1]?.split(', ').map(Number) ?? [];
    const mine = ['1m', '5m', '15m'].map((name) => (measured[`host.load.${name}`] ?? Number.NaN) * cpus().length);
    return loads.length === 3 && loads.every((load, at) => Math.abs(load - (mine[at] ?? Number.NaN)) < 0.006);
  });
});

function valuesOf(measured: readonly Measurement[]): Record<string, number> {
  return Object.fromEntries(measured.map(({ series, value }) => [series, value]));
}
