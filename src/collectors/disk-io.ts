/** How much is read from and written to each disk, and how long it takes: /proc/diskstats, see iostats.rst of the kernel. */
import { existsSync, readdirSync } from 'node:fs';
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { type Counters, createCounters } from '../machine/counters.ts';
import { readText } from '../machine/read-text.ts';

/** Disks measured at most, the first ones as the kernel lists them. */
export const MAX_DISKS = 32;

const READ = 'host.disk.read';
const WRITTEN = 'host.disk.written';
const OPERATIONS = 'host.disk.operations';
const WAIT = 'host.disk.wait';
const BUSY = 'host.disk.busy';

/** The kernel counts in these, whatever the disk has. */
const SECTOR_BYTES = 512;
const DISKSTATS_BYTES = 524_288;
/** In memory, of a file, or none that people wait for. */
const UNREAL = /^(loop|ram|zram|sr|fd|nbd)\d/;
const PARTITION = /^((sd|hd|vd|xvd)[a-z]+\d+|(nvme\d+n\d+|mmcblk\d+|md\d+)p\d+)$/;

const slow: WatchSpec = {
  name: 'host.disk.slow',
  detector: 'level',
  options: {
    ...{ series: WAIT, statistic: 'mean', step: 300_000, minCount: 5, side: 'high' },
    ...{ minTimes: 4, minChange: 0.05, score: 6, unit: 'seconds' },
  },
  by: 'device',
  severity: 'warning',
  clearAfterMs: 300_000,
  delivery: 'digest',
  rank: 3,
  title: 'Time that reads and writes of the disk take',
  why: 'The disk answers far slower than is usual for it at this hour. Databases and whoever writes logs wait for it.',
  whatToDo:
    'See how busy it is, and with what: `iostat -dx 5 3`. Find who reads and writes: `pidstat -d 5 3` or `iotop -obn 3`. Where nobody does much the disk itself is slow: `dmesg -T | grep -iE "ata|nvme|i/o error" | tail`, `smartctl -a /dev/DEVICE`; of a virtual machine ask whoever runs its storage.',
};

export const collector: CollectorPlugin = {
  name: 'disk-io',
  describe: 'Bytes, operations, waiting time and business of every whole disk.',
  options: {},
  everyMs: 20_000,
  watches: [slow],
  series: [
    { name: READ, unit: 'bytes-per-second', describe: 'read from the disk', by: 'device' },
    { name: WRITTEN, unit: 'bytes-per-second', describe: 'written to the disk', by: 'device' },
    { name: OPERATIONS, unit: 'per-second', describe: 'reads and writes that were done', by: 'device' },
    {
      name: WAIT,
      unit: 'seconds',
      describe: 'mean time of a read or write, waiting for its turn included',
      by: 'device',
    },
    { name: BUSY, unit: 'percent', describe: 'share of the time in which the disk had something to do', by: 'device' },
  ],
  compile: (_, places) => createDiskIoReader(places, createCounters()),
};

export function createDiskIoReader(
  places: Pick<MachinePlaces, 'proc' | 'sys'>,
  counters: Counters,
): { collect(): Promise<readonly Measurement[]> } {
  return {
    async collect() {
      const lines = (readText(`${places.proc}/diskstats`, DISKSTATS_BYTES) ?? '').split('\n');
      const disks = lines.flatMap((line) => diskOf(line) ?? []).filter(({ name }) => isWhole(name, places.sys));
      return disks.slice(0, MAX_DISKS).flatMap((disk) => measure(disk, counters));
    },
  };
}

interface Disk {
  readonly name: string;
  readonly now: Readonly<Record<'done' | 'sectorsRead' | 'sectorsWritten' | 'waitedMs' | 'busyMs', number>>;
}

/** Undefined: the line is none, or the disk was never used. */
function diskOf(line: string): Disk | undefined {
  const [, , name = '', ...fields] = line.trim().split(/ +/);
  const [reads = 0, , sectorsRead = 0, readMs = 0, writes = 0, , sectorsWritten = 0, writeMs = 0, , busyMs] =
    fields.map(Number);
  const done = reads + writes;
  if (name === '' || busyMs === undefined || !(done > 0)) return undefined;
  return { name, now: { done, sectorsRead, sectorsWritten, waitedMs: readMs + writeMs, busyMs } };
}

/** Not a part of a disk, and none that is made of others, which count the same bytes: LVM, RAID, encryption. */
function isWhole(name: string, sys: string): boolean {
  if (UNREAL.test(name)) return false;
  // In names of sysfs a slash is an exclamation mark.
  const folder = `${sys}/block/${name.replaceAll('/', '!')}`;
  if (!existsSync(`${sys}/block`)) return !PARTITION.test(name) && !/^(dm-|md)\d/.test(name);
  return existsSync(folder) && entries(`${folder}/slaves`) === 0;
}

function entries(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}

function measure({ name, now }: Disk, counters: Counters): readonly Measurement[] {
  const grown = counters.grow(name, now);
  if (!grown) return [];
  const { by, seconds } = grown;
  const labels = { device: name };
  return [
    { series: seriesKey(READ, labels), value: (by.sectorsRead * SECTOR_BYTES) / seconds },
    { series: seriesKey(WRITTEN, labels), value: (by.sectorsWritten * SECTOR_BYTES) / seconds },
    { series: seriesKey(OPERATIONS, labels), value: by.done / seconds },
    ...(by.done > 0 ? [{ series: seriesKey(WAIT, labels), value: by.waitedMs / by.done / 1_000 }] : []),
    { series: seriesKey(BUSY, labels), value: Math.min(100, by.busyMs / seconds / 10) },
  ];
}
