import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector, createDiskReader, MAX_MOUNTS } from '../../src/collectors/disk.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import type { FileSystem, FileSystems } from '../../src/machine/file-systems.ts';
import { isReal } from '../../src/machine/real-disks.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

const GB = 1_000_000_000;

test('every disk is measured by its mount point, the fullest first', async () => {
  assert.deepEqual(
    await collect([disk('/dev/sda1', '/', { used: 25 * GB }), disk('/dev/sdb1', '/srv/data files', { used: 90 * GB })]),
    [
      ['host.disk.used{mount=/srv/data files}', 90],
      ['host.disk.used{mount=/}', 25],
    ],
  );
});

test('blocks kept for root count as used up, as df says it', async () => {
  const [measured] = await collect([disk('/dev/sda1', '/', { used: 90 * GB, available: 5 * GB })]);
  assert.equal(measured?.[1].toFixed(1), '94.7');
});

test('what lives in memory, shows the kernel, is full by nature or of another machine is left out', () => {
  const unreal = [
    ['tmpfs', '/tmp'],
    ['devtmpfs', '/dev'],
    ['squashfs', '/snap/core/1'],
    ['iso9660', '/media/cd'],
    ['efivarfs', '/sys/firmware/efi/efivars'],
    ['fuse.lxcfs', '/var/lib/lxcfs'],
    ['ext4', '/proc/acpi'],
    ['nfs4', '/mnt/share'],
    ['cifs', '/mnt/windows'],
    ['fuse.sshfs', '/mnt/far'],
  ];
  const real = [
    ['ext4', '/'],
    ['xfs', '/process-data'],
    ['fuse.mergerfs', '/srv/pool'],
    ['fuseblk', '/mnt/stick'],
  ];

  assert.deepEqual(
    unreal.filter(([type = '', mount = '']) => isReal({ type, mount })),
    [],
  );
  assert.deepEqual(
    real.filter(([type = '', mount = '']) => !isReal({ type, mount })),
    [],
  );
});

test('a disk of no size is left out', async () => {
  assert.deepEqual(await collect([disk('none', '/empty', { size: 0, used: 0, available: 0 })]), []);
});

test('a device mounted many times is measured once, under its shortest mount point', async () => {
  assert.deepEqual(
    await collect([disk('/dev/sda1', '/var/lib/docker'), disk('/dev/sda1', '/'), disk('/dev/sda1', '/home')]),
    [['host.disk.used{mount=/}', 50]],
  );
});

test('in a container the overlay and the mounts of the disk under it are one', async () => {
  assert.deepEqual(
    await collect([
      disk('overlay', '/', { type: 'overlay', used: 50 * GB + 4_096 }),
      disk('/dev/sda1', '/etc/hosts'),
      disk('/dev/sda1', '/var/log/nginx'),
      disk('/dev/sdb1', '/var/lib/linesman', { used: 10 * GB }),
    ]).then((measured) => measured.map(([series]) => series)),
    ['host.disk.used{mount=/}', 'host.disk.used{mount=/var/lib/linesman}'],
  );
});

test('overlays of one disk that is not itself mounted are measured once', async () => {
  assert.deepEqual(
    await collect([disk('overlay', '/', { type: 'overlay' }), disk('overlay', '/merged', { type: 'overlay' })]),
    [['host.disk.used{mount=/}', 50]],
  );
});

test('ignored mount points are left out, with all below them where that is said', async () => {
  const mounted = ['/', '/mnt/backup', '/mnt/backup/old', '/srv/a', '/srv/b', '/srv'].map((mount, i) =>
    disk(`/dev/sd${i}`, mount),
  );
  const left = await collect(mounted, ' /mnt/backup , /srv/* ');
  assert.deepEqual(left.map(([series]) => series).sort(), [
    'host.disk.used{mount=/mnt/backup/old}',
    'host.disk.used{mount=/srv}',
    'host.disk.used{mount=/}',
  ]);
});

test('an ignored disk does not come back under another of its mount points', async () => {
  assert.deepEqual(await collect([disk('/dev/sda1', '/data'), disk('/dev/sda1', '/data/bind')], '/data'), []);
});

test('of very many the fullest are kept', async () => {
  const many = Array.from({ length: MAX_MOUNTS + 10 }, (_, i) => disk(`/dev/d${i}`, `/d${i}`, { used: (i + 1) * GB }));
  const kept = await collect(many);
  assert.equal(kept.length, MAX_MOUNTS);
  assert.equal(kept.at(-1)?.[0], 'host.disk.used{mount=/d10}');
});

test('those that do not answer, or are too many, are counted, and the first ones named', async () => {
  const many = Array.from({ length: MAX_MOUNTS + 10 }, (_, i) => disk(`/dev/d${i}`, `/d${i}`));
  const silent = ['/dead/1', '/dead/2', '/dead/3', '/dead/4', '/dead/5', '/dead/6', '/mnt/backup'];
  const reader = createDiskReader(
    { ...fileSystems(() => many), unseen: () => ({ silent, leftOut: 3 }) },
    '/mnt/backup',
  );

  assert.deepEqual((await reader.collect()).at(-1), {
    ...{ series: 'host.disk.unseen', value: 6 + 3 + 10 },
    lines: [
      'These do not say how full they are, or may not be asked: /dead/1, /dead/2, /dead/3, /dead/4, /dead/5 and 1 more.',
    ],
  });
});

test('a mount point cannot forge another series', async () => {
  const [measured] = await collect([disk('/dev/sda1', '/mnt/a,mount=b}')]);
  assert.equal(measured?.[0], 'host.disk.used{mount=/mnt/a%2Cmount%3Db%7D}');
});

test('inodes and free bytes are told beside, where there are any', async () => {
  const one = { ...disk('8:1', '/', { used: 25 * GB }), inodes: 1_000, inodesFree: 950 };

  const measured = await createDiskReader(
    fileSystems(() => [one, disk('8:2', '/boot/efi')]),
    '',
  ).collect();

  assert.deepEqual(
    measured.map(({ series, value }) => [series, Math.round(value)]),
    [
      ['host.disk.used{mount=/boot/efi}', 50],
      ['host.disk.free{mount=/boot/efi}', 50 * GB],
      ['host.disk.used{mount=/}', 25],
      ['host.disk.free{mount=/}', 75 * GB],
      ['host.inodes.used{mount=/}', 5],
      ['host.disk.unseen', 0],
    ],
  );
});

test('what is mounted read-only on purpose cannot fill up, and is left out; what became so is told', async () => {
  const mounted = (superOptions: readonly string[]) => ({
    ...{ device: '8:1', root: '/', point: '/mnt/image', type: 'ext4', from: '/dev/sdb1' },
    ...{ options: superOptions, superOptions },
  });
  let one: FileSystem = { ...disk('8:1', '/mnt/image', { used: 99 * GB }), mounted: mounted(['ro']) };
  const reader = createDiskReader(
    fileSystems(() => [one]),
    '',
  );

  assert.deepEqual(byName(await reader.collect()), { unseen: 0 });
  one = { ...one, mounted: { ...mounted(['rw']), device: '8:2' } };
  assert.deepEqual(byName(await reader.collect()), { used: 99, free: 1 * GB, readonly: 0, unseen: 0 });
  one = { ...one, mounted: { ...mounted(['ro']), device: '8:2' } };
  assert.deepEqual(byName(await reader.collect()), { used: 99, free: 1 * GB, readonly: 1, unseen: 0 });
});

test('this machine says how full its disks are', async () => {
  const measured = await collector.compile({ ignore: '', include: '' }, THIS_MACHINE).collect();

  assert.ok(measured.some(({ series }) => series.startsWith('host.disk.used{mount=/')));
});

function byName(measured: readonly Measurement[]): Readonly<Record<string, number>> {
  return Object.fromEntries(measured.map(({ series, value }) => [/^host\.disk\.(\w+)/.exec(series)?.[1], value]));
}

async function collect(mounted: readonly FileSystem[], ignore = ''): Promise<readonly (readonly [string, number])[]> {
  const measured = await createDiskReader(
    fileSystems(() => mounted),
    ignore,
  ).collect();
  return measured
    .filter(({ series }) => series.startsWith('host.disk.used'))
    .map(({ series, value }) => [series, value] as const);
}

function fileSystems(mounted: () => readonly FileSystem[]): FileSystems {
  return { read: async () => mounted(), unseen: () => ({ silent: [], leftOut: 0 }) };
}

function disk(fs: string, mount: string, more: Partial<FileSystem> = {}): FileSystem {
  const size = more.size ?? 100 * GB;
  const used = more.used ?? size / 2;
  return { fs, type: 'ext4', size, used, available: size - used, mount, ...more };
}
