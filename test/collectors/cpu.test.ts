import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { test } from 'node:test';
import { createCpuReader, createLoadReader } from '../../src/collectors/cpu.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { CORES_MAX } from '../../src/machine/cpu-times.ts';
import { fakeMachine } from '../support/fake-proc.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';
import { until } from '../support/until.ts';

const LATER = { user: 30, nice: 10, system: 20, idle: 15, iowait: 15, irq: 5, softIrq: 3, steal: 2 };

test('the first reading, which is the mean since the machine started, is dropped', async (context) => {
  const { places } = fakeMachine(context, { 'proc/stat': stat([100, 10, 50, 800, 40, 0, 0, 0]) });

  assert.deepEqual(await createCpuReader(places).collect(), []);
});

test('idle time and waiting for disks are not busy, everything else is, since the last reading', async (context) => {
  const { places, write } = fakeMachine(context, { 'proc/stat': stat([100, 10, 50, 800, 40, 0, 0, 7]) });
  const reader = createCpuReader(places);
  await reader.collect();
  write({ 'proc/stat': stat([130, 20, 70, 815, 55, 5, 3, 9]) });

  const measured = await reader.collect();

  // Of 100 ticks: user and nice 40, system and interrupts 28, steal 2, idle 15, waiting for disks 15.
  assert.equal(
    Object.values(LATER).reduce((sum, ticks) => sum + ticks, 0),
    100,
  );
  assert.deepEqual(rounded(measured), {
    ...{ 'host.cpu.busy': 70, 'host.cpu.user': 40, 'host.cpu.system': 28, 'host.cpu.steal': 2, 'host.cpu.iowait': 15 },
    ...{ 'host.cpu.busiest': 70, 'host.cpu.core{core=0}': 70 },
  });
});

test('time that the host of a virtual machine gave to others is busy and told apart', async (context) => {
  const measured = await between(context, [0, 0, 0, 0, 0, 0, 0, 0], [10, 0, 10, 40, 0, 0, 0, 40]);

  assert.equal(measured['host.cpu.steal'], 40);
  assert.equal(measured['host.cpu.busy'], 60);
});

test('read twice within a tick, nothing is said, and no time is lost', async (context) => {
  const { places, write } = fakeMachine(context, { 'proc/stat': stat([0, 0, 0, 100, 0, 0, 0, 0]) });
  const reader = createCpuReader(places);
  await reader.collect();

  assert.deepEqual(await reader.collect(), []);
  write({ 'proc/stat': stat([10, 0, 0, 190, 0, 0, 0, 0]) });
  assert.equal(rounded(await reader.collect())['host.cpu.busy'], 10);
});

test('counters that go backwards say nothing once, and then go on from there', async (context) => {
  const { places, write } = fakeMachine(context, { 'proc/stat': stat([4_294_967_290, 0, 50, 100, 0, 0, 0, 0]) });
  const reader = createCpuReader(places);
  await reader.collect();
  write({ 'proc/stat': stat([10, 0, 60, 200, 0, 0, 0, 0]) });

  assert.deepEqual(await reader.collect(), []);
  write({ 'proc/stat': stat([60, 0, 60, 250, 0, 0, 0, 0]) });
  assert.equal(rounded(await reader.collect())['host.cpu.busy'], 50);
});

test('idle time and waiting for disks may go backwards a little, as they do', async (context) => {
  const measured = await between(context, [100, 0, 0, 500, 90, 0, 0, 0], [150, 0, 0, 550, 80, 0, 0, 0]);

  assert.deepEqual([measured['host.cpu.busy'], measured['host.cpu.iowait']], [50, 0]);
});

test('the busiest processor is found, one that is switched off left out, one that came later not judged yet', async (context) => {
  const cores = (...busy: readonly (readonly [number, number])[]) =>
    stat(
      [0, 0, 0, 1, 0, 0, 0, 0],
      busy.map(([core, ticks]) => [core, [ticks, 0, 0, 100 - ticks, 0, 0, 0, 0]] as const),
    );
  const { places, write } = fakeMachine(context, { 'proc/stat': cores([0, 0], [1, 0], [2, 0]) });
  const reader = createCpuReader(places);
  await reader.collect();
  const twice = ([core, ticks]: readonly [number, number]) => [core, [ticks, 0, 0, 200 - ticks, 0, 0, 0, 0]] as const;
  write({
    'proc/stat': stat([50, 0, 0, 51, 0, 0, 0, 0], [[0, 20] as const, [2, 90] as const, [3, 70] as const].map(twice)),
  });

  const measured = rounded(await reader.collect());

  assert.equal(measured['host.cpu.busiest'], 90);
  assert.deepEqual(
    Object.keys(measured).filter((series) => series.includes('{')),
    ['host.cpu.core{core=0}', 'host.cpu.core{core=2}'],
  );
});

test('of very many processors the first ones are told apart, and the busiest may be any', async (context) => {
  const all = Array.from({ length: CORES_MAX + 6 }, (_, core) => core);
  const idle = all.map((core) => [core, [0, 0, 0, 100, 0, 0, 0, 0]] as const);
  const later = all.map((core) => [core, [core === CORES_MAX + 5 ? 80 : 10, 0, 0, 200, 0, 0, 0, 0]] as const);
  const { places, write } = fakeMachine(context, { 'proc/stat': stat([0, 0, 0, 1, 0, 0, 0, 0], idle) });
  const reader = createCpuReader(places);
  await reader.collect();
  write({ 'proc/stat': stat([50, 0, 0, 51, 0, 0, 0, 0], later) });

  const measured = rounded(await reader.collect());

  assert.equal(Object.keys(measured).filter((series) => series.includes('{')).length, CORES_MAX);
  assert.equal(measured['host.cpu.busiest'], 44.44);
});

test('an old kernel that knows no steal, and none at all', async (context) => {
  const old = fakeMachine(context, { 'proc/stat': 'cpu  10 0 10 80\ncpu0 10 0 10 80\n' });
  const reader = createCpuReader(old.places);
  await reader.collect();
  old.write({ 'proc/stat': 'cpu  20 0 20 160\ncpu0 20 0 20 160\n' });

  assert.equal(rounded(await reader.collect())['host.cpu.busy'], 20);
  assert.deepEqual(await createCpuReader({ proc: '/nowhere' }).collect(), []);
});

test('elsewhere the first reading is dropped, one that is no number measures nothing, one out of range is brought in', async () => {
  const loads = [3, Number.NaN, 100.4, 42].map((currentLoad) => ({
    ...{ currentLoad, currentLoadUser: 30, currentLoadSystem: 12, cpus: [{ load: 10 }, { load: 74 }] },
  }));
  const reader = createLoadReader(async () => loads.shift() ?? assert.fail('read too often'));

  assert.deepEqual(await reader.collect(), []);
  assert.deepEqual(await reader.collect(), []);
  assert.equal((await reader.collect())[0]?.value, 100);
  assert.deepEqual(rounded(await reader.collect()), {
    ...{ 'host.cpu.busy': 42, 'host.cpu.user': 30, 'host.cpu.system': 12, 'host.cpu.busiest': 74 },
    ...{ 'host.cpu.core{core=0}': 10, 'host.cpu.core{core=1}': 74 },
  });
});

const noTop = spawnSync('top', ['-v']).error !== undefined && 'there is no top here';

test('this machine: within 3 points of what /proc/stat says around it', async () => {
  const reader = createCpuReader(THIS_MACHINE);
  const [outer, , start] = [kernelTicks(), await reader.collect(), kernelTicks()];
  // Long enough that a tick more or less does not matter.
  await until('three seconds of processor time went by', () => sum(kernelTicks()) - sum(start) >= 300 * cpus().length);
  const end = kernelTicks();
  const measured = rounded(await reader.collect());
  const after = kernelTicks();

  for (const [series, at] of Object.entries({
    'host.cpu.user': [0, 1],
    'host.cpu.system': [2, 5, 6],
    'host.cpu.iowait': [4],
  })) {
    const inner = share(start, end, at);
    const around = share(outer, after, at);
    assert.ok(
      Math.min(...[inner, around].map((one) => Math.abs(one - (measured[series] ?? -100)))) <= 3,
      `${series} ${measured[series]} ${inner}`,
    );
  }
});

test('this machine: as busy as top says, within 15 points', { skip: noTop }, async () => {
  const reader = createCpuReader(THIS_MACHINE);
  await reader.collect();
  const { stdout } = spawnSync('top', ['-b', '-n', '2', '-d', '3'], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const measured = rounded(await reader.collect());

  // The first list is of the time since the machine started. Its second one lacks what top itself took to begin.
  const line = stdout.split('\n').filter((text) => text.startsWith('%Cpu'))[1] ?? '';
  const of = (name: string) => Number(new RegExp(`([\\d.]+) ${name}`).exec(line)?.[1]);
  const busy = 100 - of('id') - of('wa');
  assert.ok(Math.abs(busy - (measured['host.cpu.busy'] ?? -100)) <= 15, `${measured['host.cpu.busy']}: ${line}`);
});

type Ticks = readonly number[];

/** /proc/stat with the times of all processors, and of each; the sum alone stands for one. */
function stat(all: Ticks, cores: readonly (readonly [number, Ticks])[] = [[0, all]]): string {
  const lines = [`cpu  ${all.join(' ')} 0 0`, ...cores.map(([core, ticks]) => `cpu${core} ${ticks.join(' ')} 0 0`)];
  return `${lines.join('\n')}\nintr 12 0 0\nctxt 3\nprocs_running 2\nprocs_blocked 1\n`;
}

async function between(
  context: Parameters<typeof fakeMachine>[0],
  before: Ticks,
  now: Ticks,
): Promise<Record<string, number>> {
  const { places, write } = fakeMachine(context, { 'proc/stat': stat(before) });
  const reader = createCpuReader(places);
  await reader.collect();
  write({ 'proc/stat': stat(now) });
  return rounded(await reader.collect());
}

function rounded(measured: readonly Measurement[]): Record<string, number> {
  return Object.fromEntries(measured.map(({ series, value }) => [series, Number(value.toFixed(2))]));
}

function kernelTicks(): Ticks {
  return readFileSync('/proc/stat', 'utf8').split('\n')[0]?.trim().split(/ +/).slice(1, 9).map(Number) ?? [];
}

function share(before: Ticks, now: Ticks, at: readonly number[]): number {
  const grown = now.map((ticks, index) => ticks - (before[index] ?? 0));
  return (at.reduce((total, index) => total + (grown[index] ?? 0), 0) / sum(grown)) * 100;
}

function sum(ticks: Ticks): number {
  return ticks.reduce((total, one) => total + one, 0);
}
