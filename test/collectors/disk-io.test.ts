import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDiskIoReader, MAX_DISKS } from '../../src/collectors/disk-io.ts';
import { createCounters } from '../../src/machine/counters.ts';
import { fakeMachine } from '../support/fake-proc.ts';

test('bytes, operations, waiting time and business are told since the last reading', async (t) => {
  // major minor name | reads merged sectors ms | writes merged sectors ms | in flight, busy ms, weighted ms | discards … flushes …
  const { places, write } = fakeMachine(t, {
    'sys/block/sda/size': '1\n',
    'proc/diskstats': '   8       0 sda 100 5 2000 300 50 4 1000 200 0 400 500 0 0 0 0 0 0\n',
  });
  let now = 0;
  const reader = createDiskIoReader(
    places,
    createCounters(() => now),
  );
  assert.deepEqual(await reader.collect(), [], 'the first reading of a rate says nothing');

  write({ 'proc/diskstats': '   8       0 sda 140 9 4000 500 110 8 9000 400 2 5400 999 7 7 7 7 7 7\n' });
  now = 10_000;

  assert.deepEqual(Object.fromEntries((await reader.collect()).map(({ series, value }) => [series, value])), {
    'host.disk.read{device=sda}': (2_000 * 512) / 10,
    'host.disk.written{device=sda}': (8_000 * 512) / 10,
    'host.disk.operations{device=sda}': 10,
    // 200 ms of 40 reads and 200 ms of 60 writes
    'host.disk.wait{device=sda}': 0.004,
    'host.disk.busy{device=sda}': 50,
  });
});

test('a disk that rests has no waiting time, and one whose counters went back says nothing', async (t) => {
  const { places, write } = fakeMachine(t, {
    'sys/block/sda/size': '1\n',
    'proc/diskstats': line('sda', 100),
  });
  let now = 0;
  const reader = createDiskIoReader(
    places,
    createCounters(() => now),
  );
  await reader.collect();
  now = 1_000;

  const names = (await reader.collect()).map(({ series }) => series);
  write({ 'proc/diskstats': line('sda', 7) });
  now = 2_000;

  assert.equal(names.length, 4);
  assert.ok(!names.includes('host.disk.wait{device=sda}'));
  assert.deepEqual(await reader.collect(), []);
});

test('parts of disks, what is made of disks, and disks in memory are left out', async (t) => {
  const names = ['sda', 'sda1', 'nvme0n1', 'nvme0n1p1', 'dm-0', 'dm-1', 'md0', 'loop0', 'zram0', 'ram0', 'sr0', 'xvda'];
  const machine = fakeMachine(t, {
    ...{ 'sys/block/sda/size': '1', 'sys/block/nvme0n1/size': '1', 'sys/block/xvda/size': '1' },
    ...{ 'sys/block/dm-0/slaves/sda1': '', 'sys/block/dm-1/slaves/dm-0': '', 'sys/block/md0/slaves/xvda': '' },
    ...{
      'sys/block/loop0/size': '1',
      'sys/block/zram0/size': '1',
      'sys/block/ram0/size': '1',
      'sys/block/sr0/size': '1',
    },
    'proc/diskstats': names.map((name) => line(name, 5)).join(''),
  });
  assert.deepEqual(await devices(machine.places), ['sda', 'nvme0n1', 'xvda']);

  machine.remove('sys/block');
  assert.deepEqual(await devices(machine.places), ['sda', 'nvme0n1', 'xvda'], 'without /sys by their names');
});

test('a table that is none, and one without end, say nothing of what is no disk', async (t) => {
  const { places, write } = fakeMachine(t);
  assert.deepEqual(await devices(places), []);
  for (const text of ['', '\0\0', '8 0 sda\n', '8 0 sda a b c d e f g h i j k\n', '\n'.repeat(10_000)]) {
    write({ 'proc/diskstats': text });
    assert.deepEqual(await devices(places), [], text.slice(0, 20));
  }
  write({ 'proc/diskstats': Array.from({ length: 20_000 }, (_, i) => line(`vd${letters(i)}`, 1)).join('') });
  assert.equal((await devices(places)).length, MAX_DISKS);
});

async function devices(places: Parameters<typeof createDiskIoReader>[0]): Promise<readonly string[]> {
  let now = 0;
  const reader = createDiskIoReader(
    places,
    createCounters(() => now),
  );
  await reader.collect();
  now = 1_000;
  const series = (await reader.collect()).map((one) => one.series);
  return series.flatMap((one) => /^host\.disk\.read\{device=(.*)\}$/.exec(one)?.[1] ?? []);
}

function line(name: string, reads: number): string {
  return `8 0 ${name} ${reads} 0 8 1 0 0 0 0 0 1 1\n`;
}

function letters(number: number): string {
  return number.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');
}
