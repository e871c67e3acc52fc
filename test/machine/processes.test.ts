import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPageBytes } from '../../src/machine/process-usage.ts';
import { createProcesses, PIDS_MAX, processesOf, readProcess, TICKS_A_SECOND } from '../../src/machine/processes.ts';
import { fakeMachine, processFiles } from '../support/fake-proc.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';
import { until } from '../support/until.ts';

const OLD = 'proc/uptime';
const LONG_AGO = '90000.00 1.00\n';

test('a name with brackets, spaces and newlines is read whole', (context) => {
  const name = 'a) S 1 (b\nc';
  const { places } = fakeMachine(context, processFiles(7, { name, command: 'a\0--title\0b c\0\0', parent: 3 }));

  assert.deepEqual(readProcess(places.proc, 7), {
    ...{ pid: 7, parent: 3, state: 'S', name, command: 'a --title b c', startedTicks: 100 },
  });
});

test('of a long command line the beginning is kept', (context) => {
  const { places } = fakeMachine(context, processFiles(7, { command: 'x'.repeat(100_000) }));

  assert.equal(readProcess(places.proc, 7)?.command.length, 4_096);
});

test('a process that ends between listing and reading is not there', (context) => {
  const { places, remove, write } = fakeMachine(context, { ...processFiles(7), ...processFiles(8) });
  remove('proc/8/cmdline');
  write({ 'proc/9/status': 'no stat any more' });

  assert.deepEqual(pids(createProcesses(places).list()), [7]);
});

test('what is no process in /proc is none', (context) => {
  const { places } = fakeMachine(context, { ...processFiles(7), 'proc/sys/kernel/x': '1', 'proc/stat': 'cpu' });

  assert.deepEqual(pids(createProcesses(places).list()), [7]);
});

test('an old process is read once, one that is young each second, and once more when it is old', (context) => {
  const { places, write } = fakeMachine(context, { 'proc/uptime': '1000.00 1.00\n' });
  for (let pid = 100; pid < 300; pid += 1) write(processFiles(pid, { started: 50 }));
  const processes = createProcesses(places);
  const seen: (readonly (string | undefined)[])[] = [];
  for (const uptime of [1000, 1000.5, 1001, 1004, 1020, 1040]) {
    const name = `sh${uptime}`;
    write({ 'proc/uptime': `${uptime} 1.00\n`, ...processFiles(300, { name, started: 99_500 }) });
    write(processFiles(299, { name }));
    const names = new Map(processes.list().map((one) => [one.pid, one.name]));
    seen.push([names.get(299), names.get(300)]);
  }

  assert.deepEqual(seen, [
    ['sh1000', 'sh1000'],
    ['sh1000', 'sh1000'],
    ['sh1000', 'sh1001'],
    ['sh1000', 'sh1004'],
    ['sh1000', 'sh1020'],
    ['sh1000', 'sh1020'],
  ]);
});

test('in turn every process is read again, and all of them when asked', (context) => {
  const { places, write } = fakeMachine(context, { [OLD]: LONG_AGO });
  const all = Array.from({ length: 200 }, (_, at) => at + 100);
  for (const pid of all) write(processFiles(pid));
  const [one, other] = [createProcesses(places), createProcesses(places)];
  one.list();
  other.list();
  for (const pid of all) write(processFiles(pid, { name: 'later' }));
  const isRenamed = ({ name }: { readonly name: string }) => name === 'later';

  const counts = Array.from({ length: 13 }, () => one.list().filter(isRenamed).length);

  assert.deepEqual(counts, [16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 200]);
  assert.equal(other.reread().filter(isRenamed).length, 200);
});

test('a number that another process has now is told by when it started', (context) => {
  const { places, write } = fakeMachine(context, { [OLD]: LONG_AGO, ...processFiles(7, { name: 'first' }) });
  const processes = createProcesses(places);
  processes.list();
  write(processFiles(7, { name: 'second', started: 5_000 }));

  assert.deepEqual(
    processes.list().map(({ name, startedTicks }) => [name, startedTicks]),
    [['second', 5_000]],
  );
});

test('a process that is gone is forgotten', (context) => {
  const { places, remove } = fakeMachine(context, { ...processFiles(7), ...processFiles(8) });
  const processes = createProcesses(places);
  processes.list();
  remove('proc/8');

  assert.deepEqual(pids(processes.list()), [7]);
});

test('of more processes than the bound the rest is counted', (context) => {
  const { places, write } = fakeMachine(context, { [OLD]: LONG_AGO, ...processFiles(PIDS_MAX + 5) });
  // Folders of one file are enough to be listed, and links are quick to make.
  write({ 'one/status': '' });
  for (let pid = 1; pid <= PIDS_MAX; pid += 1) symlinkSync('../one', join(places.proc, String(pid)));
  const processes = createProcesses(places);

  assert.deepEqual(processes.list(), []);
  assert.deepEqual(processes.unseen(), { refused: PIDS_MAX, leftOut: 1 });
});

test('processes that may not be looked at are counted as refused', (context) => {
  // Root may read everything, so what cannot be read is a folder here.
  const { places } = fakeMachine(context, { ...processFiles(7), 'proc/8/stat/x': '' });
  const processes = createProcesses(places);

  assert.deepEqual(pids(processes.list()), [7]);
  assert.deepEqual(processes.unseen(), { refused: 1, leftOut: 0 });
});

test('a /proc that cannot be read throws', () => {
  assert.throws(() => createProcesses({ proc: '/nowhere' }).list(), /ENOENT/);
});

test('who looks at the same places shares what was read', () => {
  assert.equal(processesOf(THIS_MACHINE), processesOf(THIS_MACHINE));
  assert.notEqual(processesOf(THIS_MACHINE), processesOf({ ...THIS_MACHINE }));
});

test('usage is of the process itself', (context) => {
  const { places, write } = fakeMachine(context, processFiles(7, { user: 30, system: 12, threads: 5, pages: 100 }));
  write({ 'proc/7/fd/0': '', 'proc/7/fd/1': '' });

  const usage = createProcesses(places).usage(7);

  assert.deepEqual(
    { ...usage, descriptors: undefined },
    { cpuTicks: 42, residentBytes: 100 * readPageBytes(), threads: 5, startedTicks: 100, descriptors: undefined },
  );
  assert.equal(createProcesses(places).usage(8), undefined);
});

test('without rights the descriptors are left out, not the rest', (context) => {
  const { places } = fakeMachine(context, processFiles(7));

  const usage = createProcesses(places).usage(7);

  assert.deepEqual([usage?.threads, usage?.descriptors], [1, undefined]);
});

const noPs = spawnSync('ps', ['--version']).error !== undefined && 'there is no ps here';

test('this machine: the same processes as ps lists', { skip: noPs }, async () => {
  const sleeper = spawn('sleep', ['3601']);
  try {
    await until('it sleeps', () => readFileSync(`/proc/${sleeper.pid}/comm`, 'utf8') === 'sleep\n');
    const [mine] = createProcesses(THIS_MACHINE)
      .list()
      .filter(({ pid }) => pid === sleeper.pid);
    const [ppid, state, name, args] = ps(sleeper.pid, 'ppid=,state=,comm=,args=').split(/\s+(?!3601)/);

    assert.deepEqual([String(mine?.parent), mine?.state, mine?.name, mine?.command], [ppid, state, name, args?.trim()]);
  } finally {
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
  }
});

test('this machine: memory and threads of a process are those of ps', { skip: noPs }, async () => {
  const sleeper = spawn('sleep', ['3602']);
  try {
    await until('both say the same of it, once it has started', () => {
      const usage = createProcesses(THIS_MACHINE).usage(sleeper.pid ?? 0);
      const [kib = 0, threads] = ps(sleeper.pid, 'rss=,nlwp=').split(/\s+/).map(Number);
      const isNear = Math.abs((usage?.residentBytes ?? 0) / 1024 - kib) <= 0.05 * kib;
      return kib > 0 && isNear && usage?.threads === threads;
    });
  } finally {
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
  }
});

test('this machine: a page is as long as getconf says', { skip: noGetconf() }, () => {
  assert.equal(readPageBytes(), Number(spawnSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }).stdout));
});

test('this machine: a second has as many ticks as getconf says', { skip: noGetconf() }, () => {
  assert.equal(TICKS_A_SECOND, Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout));
});

test('a machine that does not say how long a page is has the usual one', () => {
  assert.equal(readPageBytes('/nowhere'), 4_096);
});

function pids(processes: readonly { readonly pid: number }[]): readonly number[] {
  return processes.map(({ pid }) => pid);
}

function ps(pid: number | undefined, columns: string): string {
  return spawnSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

function noGetconf(): string | false {
  return spawnSync('getconf', ['PAGESIZE']).status !== 0 && 'there is no getconf here';
}
