import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { collector, createProcessesReader } from '../../src/collectors/processes.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { readPageBytes } from '../../src/machine/process-usage.ts';
import { createProcesses } from '../../src/machine/processes.ts';
import { readWatched } from '../../src/machine/watched-processes.ts';
import { type FakeMachine, type FakeProcess, fakeMachine, processFiles } from '../support/fake-proc.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';
import { until } from '../support/until.ts';

const MACHINE = {
  'proc/uptime': '90000.00 1.00\n',
  'proc/loadavg': '0.10 0.20 0.30 2/300 4711\n',
  'proc/sys/kernel/pid_max': '4194304\n',
  'proc/sys/kernel/threads-max': '1000\n',
};

test('processes are counted, with those that ended unnoticed and those that nothing interrupts', async (context) => {
  const fake = fakeMachine(context, MACHINE);
  put(fake, { 1: {}, 2: { state: 'Z' }, 3: { state: 'D' }, 4: { state: 'Z' } });
  fake.write({ 'proc/5/status': 'not to be looked at' });

  assert.deepEqual(valuesOf(await readerOf(fake).collect()), {
    ...{ 'host.processes.count': 4, 'host.processes.zombies': 2, 'host.processes.blocked': 1 },
    ...{ 'host.processes.unseen': 1, 'host.processes.used': 30 },
  });
});

test('where the kernel does not say how many it allows, that is left out', async (context) => {
  const fake = fakeMachine(context, { 'proc/loadavg': '0.10 0.20 0.30 2/300 4711\n' });

  assert.equal(valuesOf(await readerOf(fake).collect())['host.processes.used'], undefined);
});

test('what is watched is added up, by name and by command line', async (context) => {
  const fake = fakeMachine(context, MACHINE);
  put(fake, {
    10: { name: 'nginx', pages: 100 },
    11: { name: 'nginx', parent: 10, pages: 50 },
    12: { name: 'tail', command: 'tail\0-f\0nginx.log\0' },
    20: { name: 'MainThread', command: '/usr/bin/node\0server.js\0', pages: 7 },
    21: { name: 'node', command: 'node\0other.js\0' },
  });
  for (const pid of [10, 11, 20]) fake.write({ [`proc/${pid}/fd/0`]: '', [`proc/${pid}/fd/1`]: '' });

  const measured = valuesOf(await readerOf(fake, 'nginx, node server.js').collect());

  assert.equal(measured['process.count{process=nginx}'], 2);
  assert.equal(measured['process.memory{process=nginx}'], 150 * readPageBytes());
  assert.equal(measured['process.count{process=node server.js}'], 1);
  assert.equal(measured['process.memory{process=node server.js}'], 7 * readPageBytes());
});

test('open files are left out where those of one may not be seen', async (context) => {
  const fake = fakeMachine(context, MACHINE);
  put(fake, { 10: { name: 'nginx' }, 11: { name: 'nginx' } });
  fake.write({ 'proc/10/fd/0': '' });

  assert.equal(valuesOf(await readerOf(fake, 'nginx').collect())['process.files{process=nginx}'], undefined);
});

test('processor time is that since the last reading, in percent of one processor', async (context) => {
  let now = 0;
  const fake = fakeMachine(context, MACHINE);
  put(fake, { 10: { name: 'app', user: 1_000, system: 500 }, 99: { started: 400 } });
  const reader = readerOf(fake, 'app', () => now);
  const first = valuesOf(await reader.collect());
  now = 20_000;
  // 11 began since with 100 ticks; 12 is older than the last reading, and only called so now.
  put(fake, { 10: { name: 'app', user: 2_000, system: 700 } });
  put(fake, { 11: { name: 'app', user: 100, started: 500 }, 12: { name: 'app', user: 9_000, started: 300 } });

  const second = valuesOf(await reader.collect());

  assert.equal(first['process.cpu{process=app}'], undefined);
  // 1,300 ticks are 13 s, of 20.
  assert.equal(second['process.cpu{process=app}'], 65);
});

test('another process with the same number gives no backward time', async (context) => {
  let now = 0;
  const fake = fakeMachine(context, MACHINE);
  put(fake, { 10: { name: 'app', user: 5_000, started: 100 } });
  const reader = readerOf(fake, 'app', () => now);
  await reader.collect();
  now = 10_000;
  put(fake, { 10: { name: 'app', user: 200, started: 600 } });

  assert.equal(valuesOf(await reader.collect())['process.cpu{process=app}'], 20);
});

test('a restart, an end and a start are changes; workers of a master are not', async (context) => {
  const fake = fakeMachine(context, MACHINE);
  const reader = readerOf(fake, 'app');
  const told: (readonly string[])[] = [];
  const steps: readonly (() => void)[] = [
    () => put(fake, { 10: { name: 'app' }, 11: { name: 'app', parent: 10 } }),
    () => {
      fake.remove('proc/11');
      put(fake, { 12: { name: 'app', parent: 10 } });
    },
    () => {
      fake.remove('proc/10');
      fake.remove('proc/12');
      put(fake, { 20: { name: 'app', started: 700 } });
    },
    () => fake.remove('proc/20'),
    () => put(fake, { 30: { name: 'app', started: 800 } }),
  ];
  for (const step of steps) {
    step();
    told.push((await reader.collect()).flatMap(({ lines = [] }) => lines));
  }

  assert.deepEqual(told, [
    [],
    [],
    ['Process app was restarted: 10 is now 20.'],
    ['Process app has ended: pid 20.'],
    ['Process app was started: pid 30.'],
  ]);
});

test('workers whose master ended were there before', async (context) => {
  const fake = fakeMachine(context, MACHINE);
  put(fake, { 10: { name: 'app' }, 11: { name: 'app', parent: 10 } });
  const reader = readerOf(fake, 'app');
  await reader.collect();
  fake.remove('proc/10');

  const changes = (await reader.collect()).filter(({ lines }) => lines !== undefined);

  assert.deepEqual(changes, [
    { series: 'machine.change{kind=process}', value: 1, lines: ['Process app has ended: pid 10.'] },
  ]);
});

test('more entries than can be watched are refused in one sentence', () => {
  const watch = Array.from({ length: 21 }, (_, at) => `p${at}`).join();

  assert.throws(() => collector.compile({ watch }, THIS_MACHINE), {
    message: 'watch names 21 processes, and 20 are possible; name those whose figures you look at',
  });
  assert.deepEqual(
    readWatched(' a, ,a,b c ').map(({ text }) => text),
    ['a', 'b c'],
  );
});

const noPs = spawnSync('ps', ['--version']).error !== undefined && 'there is no ps here';

test('this machine: as many processes as ps lists', { skip: noPs }, async () => {
  const reader = collector.compile({ watch: '' }, { ...THIS_MACHINE });
  // Others start and end meanwhile, and ps lists itself.
  await until('both say the same', async () => {
    const count = valuesOf(await reader.collect())['host.processes.count'];
    const listed = spawnSync('ps', ['-e', '-o', 'pid='], { encoding: 'utf8' }).stdout.trim().split('\n').length;
    return count === listed - 1;
  });
});

test('this machine: what a watched process has open, and that it was restarted', async (context) => {
  const reader = collector.compile({ watch: 'sleep 3603.25' }, { ...THIS_MACHINE });
  const first = await sleeping(context);
  const before = valuesOf(await reader.collect());
  const pid = first.pid ?? 0;
  const files = readdirSync(`/proc/${pid}/fd`).length;
  first.kill('SIGKILL');
  await once(first, 'exit');
  const second = await sleeping(context);

  const after = await reader.collect();

  assert.equal(before['process.count{process=sleep 3603.25}'], 1);
  assert.equal(before['process.files{process=sleep 3603.25}'], files);
  assert.deepEqual(
    after.flatMap(({ lines = [] }) => lines),
    [`Process sleep 3603.25 was restarted: ${pid} is now ${second.pid}.`],
  );
});

test('this machine: the processor time of a busy process, within 5 points', async (context) => {
  const script = 'const end = performance.now() + 60_000; while (performance.now() < end); // busy-3604';
  const busy = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  context.after(() => busy.kill('SIGKILL'));
  const reader = collector.compile({ watch: '// busy-3604' }, { ...THIS_MACHINE });
  const processes = createProcesses(THIS_MACHINE);
  const ticks = () => processes.usage(busy.pid ?? 0)?.cpuTicks ?? 0;
  await until('it runs', () => ticks() > 50);
  await reader.collect();
  const [begin, beginAt] = [ticks(), performance.now()];
  await until('it ran for a while', () => ticks() - begin >= 150);
  const expected = (ticks() - begin) / ((performance.now() - beginAt) / 1_000);

  const measured = valuesOf(await reader.collect());

  const value = Object.entries(measured).find(([series]) => /^process\.cpu\{/.test(series))?.[1] ?? -100;
  assert.ok(Math.abs(value - expected) <= 5, `${value} ${expected}`);
});

/** A process that does nothing, once it is what it was started for. */
async function sleeping(context: TestContext): Promise<ChildProcess> {
  const child = spawn('sleep', ['3603.25']);
  context.after(() => child.kill('SIGKILL'));
  const processes = createProcesses(THIS_MACHINE);
  await until('it sleeps', () => processes.list().some(({ pid, name }) => pid === child.pid && name === 'sleep'));
  return child;
}

function readerOf(fake: FakeMachine, watch = '', clock?: () => number) {
  const { places } = fake;
  const parts = { places, watched: readWatched(watch), processes: createProcesses(places) };
  return createProcessesReader(clock === undefined ? parts : { ...parts, clock });
}

function put({ write }: FakeMachine, processes: Readonly<Record<number, FakeProcess>>): void {
  for (const [pid, one] of Object.entries(processes)) write(processFiles(Number(pid), one));
}

function valuesOf(measured: readonly Measurement[]): Record<string, number> {
  return Object.fromEntries(measured.map(({ series, value }) => [series, value]));
}
