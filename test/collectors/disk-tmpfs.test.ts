/** A small file system in memory, filled up and made read-only by the test: what the collector says of it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { collector } from '../../src/collectors/disk.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

const SIZE_BYTES = 2 * 1_048_576;
const INODES = 32;

const folder = mkdtempSync(join(tmpdir(), 'linesman-tmpfs-'));
const skip = mountProblem();
after(() => {
  if (skip === false) execFileSync('umount', ['-l', folder]);
  rmdirSync(folder);
});
const reader = collector.compile({ ignore: '', include: folder }, THIS_MACHINE);

test('in memory it is left out, unless it is included', { skip }, async () => {
  const byDefault = await collector.compile({ ignore: '', include: '' }, THIS_MACHINE).collect();

  assert.deepEqual(
    byDefault.filter(({ series }) => series.includes(folder)),
    [],
  );
  assert.deepEqual(await figures(), { used: 0, free: SIZE_BYTES, inodes: (1 / INODES) * 100, readonly: 0 });
});

test('filled to half and to the brim it says so', { skip }, async () => {
  const half = join(folder, 'half');
  writeFileSync(half, Buffer.alloc(SIZE_BYTES / 2));
  assert.deepEqual(await figures(), { used: 50, free: SIZE_BYTES / 2, inodes: (2 / INODES) * 100, readonly: 0 });

  const rest = join(folder, 'rest');
  assert.throws(() => writeFileSync(rest, Buffer.alloc(SIZE_BYTES)), { code: 'ENOSPC' });
  const { used, free } = await figures();

  assert.deepEqual([used, free], [100, 0]);
  for (const path of [half, rest]) unlinkSync(path);
});

test('with its inodes used up it says so, though there is space', { skip }, async () => {
  const paths = Array.from({ length: INODES - 1 }, (_, i) => join(folder, `${i}`));
  for (const path of paths) writeFileSync(path, '');
  assert.throws(() => writeFileSync(join(folder, 'more'), ''), { code: 'ENOSPC' });

  const { used, inodes } = await figures();

  assert.deepEqual([used, inodes], [0, 100]);
  for (const path of paths) unlinkSync(path);
});

test('mounted read-only anew it is told, until it can be written again', { skip }, async () => {
  assert.equal((await figures()).readonly, 0);
  execFileSync('mount', ['-o', 'remount,ro', folder]);

  const measured = await reader.collect();
  const told = measured.find(({ series }) => series === `host.disk.readonly{mount=${folder}}`);
  execFileSync('mount', ['-o', 'remount,rw', folder]);

  assert.equal(told?.value, 1);
  assert.match(told?.lines?.[0] ?? '', new RegExp(`^${folder} \\(linesman-test, tmpfs\\) cannot be written any more`));
  assert.equal((await figures()).readonly, 0);
});

async function figures(): Promise<Readonly<Record<string, number | undefined>>> {
  const measured = new Map((await reader.collect()).map(({ series, value }) => [series, value]));
  const figure = (name: string) => measured.get(`host.${name}{mount=${folder}}`);
  return {
    used: figure('disk.used'),
    free: figure('disk.free'),
    inodes: figure('inodes.used'),
    readonly: figure('disk.readonly'),
  };
}

/** False: it is mounted. */
function mountProblem(): string | false {
  if (process.platform !== 'linux') return 'no Linux';
  try {
    const options = `size=${SIZE_BYTES},nr_inodes=${INODES}`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'linesman-test', folder], { stdio: 'pipe' });
    return false;
  } catch {
    return 'mounting a file system takes root, and a container mostly may not';
  }
}
