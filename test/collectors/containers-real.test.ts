/** Containers against the control groups of this machine's kernel: one is made, and driven to its limits. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createContainersReader } from '../../src/collectors/containers.ts';
import { createMemoryReader } from '../../src/collectors/memory.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';
import { until } from '../support/until.ts';

const BASE = '/sys/fs/cgroup';
const SHORT_ID = `${process.pid}`.padStart(12, 'c');
const ID = SHORT_ID.padEnd(64, 'a');
const IS_2 = existsSync(join(BASE, 'cgroup.controllers'));
const LIMIT = 64 * 1_048_576;
const SLICE_MICROS = 100_000;

const skip = reasonToSkip();

test('this machine: memory of a container against its limit, and a kill at it', { skip }, async (context) => {
  const { memory } = madeGroups(context);
  limitMemory(memory);
  const reader = createContainersReader(THIS_MACHINE);
  const host = createMemoryReader(THIS_MACHINE);
  const first = valuesOf(await reader.collect());
  await host.collect();

  // It keeps all of a line that never ends.
  await ended(memory, 'head -c 300000000 /dev/zero | tail >/dev/null');
  await until('the kernel has counted the kill', () => killsIn(memory) > 0);
  const second = valuesOf(await reader.collect());

  assert.ok((first[`container.memory.share{container=${SHORT_ID}}`] ?? 100) < 50, JSON.stringify(first));
  assert.equal(second[`container.oom{container=${SHORT_ID}}`], killsIn(memory));
  const killed = (await host.collect()).find(({ series }) => series === 'host.memory.oom');
  assert.ok((killed?.value ?? 0) >= 1);
  if (isLogReadable())
    assert.match(
      killed?.lines?.join('\n') ?? '',
      /^Killed: tail \(pid \d+\), which had .*MB, at the limit of a container/m,
    );
});

test('this machine: time slices in which a container was stopped, within 6 points', { skip }, async (context) => {
  const { memory, cpu } = madeGroups(context);
  limitMemory(memory);
  if (IS_2) writeFileSync(join(cpu, 'cpu.max'), `${SLICE_MICROS / 5} ${SLICE_MICROS}`);
  else writeFileSync(join(cpu, 'cpu.cfs_quota_us'), `${SLICE_MICROS / 5}`);
  const busy = spawn('bash', ['-c', `echo $$ > ${cpu}/cgroup.procs; while :; do :; done`]);
  context.after(() => busy.kill('SIGKILL'));
  await until('it was stopped', () => stoppedIn(cpu) > 0);
  const reader = createContainersReader(THIS_MACHINE);
  await reader.collect();
  const [begin, beginAt] = [stoppedIn(cpu), performance.now()];
  await until('it was stopped more often', () => stoppedIn(cpu) - begin >= 30);
  const expected = (stoppedIn(cpu) - begin) / ((performance.now() - beginAt) / (SLICE_MICROS / 1_000));

  const measured = valuesOf(await reader.collect())[`container.throttled{container=${SHORT_ID}}`] ?? -100;

  busy.kill('SIGKILL');
  await once(busy, 'exit');
  // Two slices more or less, of some 37 in all.
  assert.ok(Math.abs(measured - Math.min(1, expected) * 100) <= 6, `${measured} ${expected * 100}`);
});

interface Groups {
  readonly memory: string;
  readonly cpu: string;
}

function madeGroups(context: TestContext): Groups {
  const memory = IS_2 ? join(BASE, ID) : join(BASE, 'memory', ID);
  const cpu = IS_2 ? memory : join(BASE, 'cpu', ID);
  for (const folder of new Set([memory, cpu])) {
    mkdirSync(folder);
    context.after(async () => await until('the group is empty', () => isRemoved(folder)));
  }
  return { memory, cpu };
}

function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

function limitMemory(folder: string): void {
  writeFileSync(join(folder, IS_2 ? 'memory.max' : 'memory.limit_in_bytes'), `${LIMIT}`);
  if (IS_2 && existsSync(join(folder, 'memory.swap.max'))) writeFileSync(join(folder, 'memory.swap.max'), '0');
}

/** A command that runs in the group, with all that it starts. */
async function ended(folder: string, command: string): Promise<void> {
  const child = spawn('bash', ['-c', `echo $$ > ${folder}/cgroup.procs; ${command}`], { stdio: 'ignore' });
  await once(child, 'exit');
}

function isLogReadable(): boolean {
  return spawnSync('dmesg').status === 0;
}

function killsIn(folder: string): number {
  return numberIn(join(folder, IS_2 ? 'memory.events' : 'memory.oom_control'), 'oom_kill');
}

function stoppedIn(folder: string): number {
  return numberIn(join(folder, 'cpu.stat'), 'nr_throttled');
}

function numberIn(path: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)`, 'm').exec(readFileSync(path, 'utf8'))?.[1]);
}

function reasonToSkip(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root may make control groups';
  if (!IS_2 && readFileSync('/proc/swaps', 'utf8').trim().includes('\n')) return 'this machine swaps instead';
  const probe = IS_2 ? join(BASE, `${ID}-probe`) : join(BASE, 'memory', `${ID}-probe`);
  if (spawnSync('mkdir', [probe]).status !== 0) return 'control groups cannot be made here';
  const hasFiles = existsSync(join(probe, IS_2 ? 'memory.max' : 'memory.limit_in_bytes'));
  rmdirSync(probe);
  const hasCpu = IS_2 || existsSync(join(BASE, 'cpu/cpu.cfs_quota_us')) || existsSync(join(BASE, 'cpu/cpu.shares'));
  return hasFiles && hasCpu ? false : 'control groups of this machine have no limits';
}

function valuesOf(measured: readonly Measurement[]): Record<string, number> {
  return Object.fromEntries(measured.map(({ series, value }) => [series, value]));
}
