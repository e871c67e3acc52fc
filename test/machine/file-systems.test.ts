import assert from 'node:assert/strict';
import type { StatsFs } from 'node:fs';
import { test } from 'node:test';
import { createFileSystems } from '../../src/machine/file-systems.ts';
import { fakeMachine } from '../support/fake-proc.ts';
import { until } from '../support/until.ts';

const EXT4 = 0xef53;
const TMPFS = 0x01021994;
const STATS: StatsFs = { type: EXT4, bsize: 1_000, blocks: 100, bfree: 60, bavail: 50, files: 10, ffree: 4 } as StatsFs;

test('each device is asked once, below the root, by its shortest mount point', async (t) => {
  const { places } = fakeMachine(t, {
    'proc/1/mountinfo': mountinfo(['8:1', '/var/lib/docker', 'ext4'], ['8:1', '/', 'ext4'], ['8:17', '/srv', 'xfs']),
  });
  const asked: string[] = [];
  const disks = createFileSystems({
    ...{ places, isWanted: () => true, isRemote: () => false },
    ask: async (path) => {
      asked.push(path);
      return STATS;
    },
  });

  const found = await disks.read();

  assert.deepEqual(asked, [`${places.root}/`, `${places.root}/srv`]);
  assert.deepEqual(
    found.map(({ mount, size, used, available, inodes, inodesFree }) => [
      mount,
      size,
      used,
      available,
      inodes,
      inodesFree,
    ]),
    [
      ['/', 100_000, 40_000, 50_000, 10, 4],
      ['/srv', 100_000, 40_000, 50_000, 10, 4],
    ],
  );
});

test("where only the host's /proc is there, what we see ourselves is asked: its other mounts cannot be", async (t) => {
  const { places } = fakeMachine(t, {
    'proc/1/mountinfo': mountinfo(['8:1', '/', 'ext4'], ['8:17', '/srv', 'ext4']),
    'proc/self/mountinfo': mountinfo(['0:50', '/', 'overlay']),
  });
  const disks = createFileSystems({
    ...{ places: { ...places, root: '' }, isWanted: () => true, isRemote: () => false },
    ask: async () => STATS,
  });

  assert.deepEqual(
    (await disks.read()).map(({ type }) => type),
    ['overlay'],
  );
});

test('what is hidden from us behind a folder in memory is left out', async (t) => {
  const { places } = fakeMachine(t, {
    'proc/1/mountinfo': mountinfo(['8:1', '/', 'ext4'], ['8:17', '/home', 'ext4'], ['0:9', '/dev/shm', 'tmpfs']),
  });
  const disks = createFileSystems({
    ...{ places, isWanted: () => true, isRemote: () => false },
    ask: async (path) => (path.endsWith('/') ? STATS : { ...STATS, type: TMPFS }),
  });

  assert.deepEqual(
    (await disks.read()).map(({ mount }) => mount),
    ['/', '/dev/shm'],
  );
});

test('a dead share holds nobody up: others are told, it is asked once, and is back when it answers', async (t) => {
  const { places } = fakeMachine(t, {
    'proc/1/mountinfo': mountinfo(
      ['0:60', '/a', 'nfs4'],
      ['0:61', '/b', 'nfs4'],
      ['0:62', '/c', 'nfs4'],
      ['8:1', '/', 'ext4'],
    ),
  });
  const asked: string[] = [];
  const dead = Promise.withResolvers<StatsFs>();
  const disks = createFileSystems({
    ...{ places, isWanted: () => true, isRemote: ({ type }) => type === 'nfs4', withinMs: 10 },
    ask: async (path) => {
      asked.push(path.slice(places.root.length));
      return path.endsWith('/') ? STATS : await dead.promise;
    },
  });
  const read = async () => (await disks.read()).map(({ mount }) => mount);

  assert.deepEqual(await read(), ['/']);
  assert.deepEqual(await read(), ['/']);
  assert.deepEqual(asked, ['/', '/a', '/'], 'one share may hang, and is not asked again');
  assert.deepEqual(disks.unseen(), { silent: ['/a', '/b', '/c'], leftOut: 0 });
  dead.resolve(STATS);
  await until('the share is back', async () => (await read()).length === 4);
  assert.deepEqual(disks.unseen(), { silent: [], leftOut: 0 });
});

test('where disks of this machine hang, two of the threads are left for reading logs', async (t) => {
  const { places } = fakeMachine(t, {
    'proc/1/mountinfo': mountinfo(['8:1', '/', 'ext4'], ['8:2', '/b', 'ext4'], ['8:3', '/c', 'ext4']),
  });
  const asked: string[] = [];
  const disks = createFileSystems({
    ...{ places, isWanted: () => true, isRemote: () => false, withinMs: 10 },
    ask: async (path) => {
      asked.push(path.slice(places.root.length));
      return await Promise.withResolvers<StatsFs>().promise;
    },
  });

  assert.deepEqual(await disks.read(), []);
  assert.deepEqual(await disks.read(), []);
  assert.deepEqual(asked, ['/', '/b']);
});

test('a path that cannot be asked is left out; of a table of mounts that is none the root is asked', async (t) => {
  const { places, write } = fakeMachine(t, { 'proc/1/mountinfo': mountinfo(['8:1', '/gone', 'ext4']) });
  const disks = createFileSystems({ places, isWanted: ({ type }) => type === 'ext4', isRemote: () => false });

  assert.deepEqual(await disks.read(), []);
  for (const text of ['', '\0\0\0', 'a b c d e f - ', '- - - -\n'.repeat(1_000), 'x'.repeat(3_000_000)]) {
    write({ 'proc/1/mountinfo': text });
    assert.deepEqual(
      (await disks.read()).map(({ mount }) => mount),
      ['/'],
      text.slice(0, 20),
    );
  }
});

/** Of device, mount point and type. */
function mountinfo(...mounts: readonly (readonly [string, string, string])[]): string {
  return mounts.map(([device, point, type], i) => `${i} 1 ${device} / ${point} rw - ${type} from rw\n`).join('');
}
