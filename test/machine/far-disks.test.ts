/** Disks of other machines: which those are, and that a dead one holds two threads at most. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { farLook, farMounts } from '../../src/machine/far-disks.ts';

test('network disks, FUSE and what is not known are far, below the root that is asked for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-far-'));
  const table = join(folder, 'mountinfo');
  const line = (point: string, type: string) => `36 35 98:0 / ${point} rw,noatime - ${type} from rw\n`;
  writeFileSync(
    table,
    [
      ...[line('/', 'ext4'), line('/host/root', 'xfs'), line('/host/root/mnt/my\\040share', 'nfs4')],
      ...[line('/host/root/srv', 'fuse.sshfs'), line('/home', 'cifs'), line('/host/root/run', 'tmpfs')],
    ].join(''),
  );

  const [ours, hosts, none] = [
    farMounts(table, ''),
    farMounts(table, '/host/root'),
    farMounts(join(folder, 'none'), ''),
  ];
  rmSync(folder, { recursive: true });

  assert.deepEqual(ours, ['/host/root/mnt/my share', '/host/root/srv', '/home']);
  assert.deepEqual(hosts, ['/mnt/my share', '/srv']);
  assert.deepEqual(none, []);
});

test('two looks are under way at a time, and the next begins when one ends', async () => {
  const ends: (() => void)[] = [];
  const begin = () => farLook(() => new Promise<void>((resolve) => ends.push(resolve)));

  const looks = [begin(), begin(), begin()];
  await Promise.resolve();
  const begun = ends.length;
  ends[0]?.();
  await looks[0];
  await new Promise(setImmediate);

  assert.equal(begun, 2);
  assert.equal(ends.length, 3);
  for (const end of ends) end();
  await Promise.all(looks);
});
