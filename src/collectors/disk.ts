/** How full the file systems are that can fill up, each once however often it is mounted, and which can no longer be written. */
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, MachinePlaces, Measurement, Options, WatchSpec } from '../core/plugin.ts';
import { createFileSystems, type FileSystem, type FileSystems } from '../machine/file-systems.ts';
import { createReadOnly, type ReadOnly } from '../machine/read-only.ts';
import { isReal, isRemote, mountMatcher, onceEach } from '../machine/real-disks.ts';
import { shownPath } from '../machine/shown.ts';

/** File systems measured at most, the fullest ones. */
export const MAX_MOUNTS = 50;

const USED = 'host.disk.used';
const FREE = 'host.disk.free';
const INODES = 'host.inodes.used';
const READ_ONLY = 'host.disk.readonly';
const UNSEEN = 'host.disk.unseen';
/** Named in a sentence. */
const SILENT_MAX = 5;

const EVERY_MS = 30_000;
const COMMON = { by: 'mount', severity: 'warning', rank: 3 } as const;
const NO_WRITES = 'nothing can be written: databases stop, logs end, uploads fail.';

const full: WatchSpec = {
  ...COMMON,
  name: 'host.disk.full',
  detector: 'threshold',
  options: { series: USED, statistic: 'mean', window: 300_000, above: 90, leave: 80, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Disk use',
  why: `On a full disk ${NO_WRITES}`,
  whatToDo:
    'See what is full: `df -h`. Find what takes the space: `du -xh --max-depth=2 MOUNT | sort -h | tail`. Files that are deleted but still open: `lsof +L1`. Old logs: `journalctl --disk-usage`.',
};

const fill: WatchSpec = {
  ...COMMON,
  name: 'host.disk.fill',
  detector: 'fill',
  options: { series: USED, full: 100, within: 86_400_000, urgent: 14_400_000, unit: 'percent' },
  clearAfterMs: 600_000,
  title: 'Disk that fills up',
  why: `At the pace of the last hours the disk is full within a day. On a full disk ${NO_WRITES}`,
  whatToDo:
    'See what grows: `du -xh --max-depth=2 MOUNT | sort -h | tail`, and the same again in ten minutes. Files that were written lately: `find MOUNT -xdev -mmin -60 -size +50M -ls`. Files that are deleted but still open: `lsof +L1`. Old logs: `journalctl --disk-usage`.',
};

const readOnly: WatchSpec = {
  ...COMMON,
  name: 'host.disk.readonly',
  detector: 'threshold',
  options: { series: READ_ONLY, statistic: 'sum', window: 3 * EVERY_MS, above: 1, leave: 0.5 },
  severity: 'critical',
  clearAfterMs: 60_000,
  isState: true,
  title: 'File system became read-only',
  why: `The kernel makes a file system read-only where its disk fails or its contents are damaged; else somebody mounted it so. From then on ${NO_WRITES}`,
  whatToDo:
    'See what the kernel said: `dmesg -T | grep -iE "error|remount|read-only" | tail -n 20`. See whether the disk is well: `smartctl -H DEVICE`. Save what matters first, then unmount it and have it checked: `fsck DEVICE`. Writing again, `mount -o remount,rw MOUNT`, is only for a disk that is well.',
};

const inodesFull: WatchSpec = {
  ...COMMON,
  name: 'host.inodes.full',
  detector: 'threshold',
  options: { series: INODES, statistic: 'mean', window: 300_000, above: 90, leave: 80, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Inode use',
  why: 'Each file takes an inode. With none left no file can be made, though there is space: programs say "No space left on device".',
  whatToDo:
    'See where they are used up: `df -i`. Find the folder with the many small files, mostly sessions, caches or mails that were never sent: `du -x --inodes --max-depth=3 MOUNT | sort -n | tail`.',
};

const inodesFill: WatchSpec = {
  ...COMMON,
  name: 'host.inodes.fill',
  detector: 'fill',
  options: { series: INODES, full: 100, within: 86_400_000, urgent: 14_400_000, unit: 'percent' },
  clearAfterMs: 600_000,
  delivery: 'digest',
  title: 'Inodes that run out',
  why: 'At the pace of the last hours no inode is left within a day. Then no file can be made, though there is space.',
  whatToDo:
    'Find the folder where files are added, now and again in ten minutes: `du -x --inodes --max-depth=3 MOUNT | sort -n | tail`. Files that were made lately: `find MOUNT -xdev -mmin -60 | head -n 50`.',
};

export const collector: CollectorPlugin = {
  name: 'disk',
  describe: 'Used share of space and inodes of every file system that can fill up, and which are read-only, by mount.',
  options: {
    ignore: {
      type: 'text',
      describe: 'Mount points to leave out, separated by commas; one ending in /* leaves out all below it.',
      example: '/mnt/backup,/var/lib/docker/*',
      default: '',
    },
    include: {
      type: 'text',
      describe:
        'Mount points that are left out by themselves, in memory or of another machine, and measured all the same, separated by commas.',
      example: '/dev/shm,/mnt/nfs',
      default: '',
    },
  },
  everyMs: EVERY_MS,
  watches: [full, fill, readOnly, inodesFull, inodesFill],
  series: [
    { name: USED, unit: 'percent', describe: 'used share of what ordinary users can have', by: 'mount' },
    { name: FREE, unit: 'bytes', describe: 'what ordinary users can still write', by: 'mount' },
    { name: INODES, unit: 'percent', describe: 'used share of the inodes', by: 'mount' },
    { name: READ_ONLY, unit: 'count', describe: '1: it was writable and is not any more', by: 'mount' },
    {
      name: UNSEEN,
      unit: 'count',
      describe: `file systems that did not answer, may not be asked, or are beyond the ${MAX_MOUNTS} fullest`,
    },
  ],
  compile: (options, places) =>
    createDiskReader(process.platform === 'linux' ? onLinux(options, places) : ELSEWHERE, String(options.ignore ?? '')),
};

function onLinux({ include }: Options, places: MachinePlaces): FileSystems {
  const isIncluded = mountMatcher(String(include ?? ''));
  return createFileSystems({
    ...{ places, isRemote },
    isWanted: ({ type, point }) => isIncluded(point) || isReal({ type, mount: point }),
  });
}

const ELSEWHERE: FileSystems = {
  async read() {
    const { fsSize } = await import('systeminformation');
    return (await fsSize()).filter(isReal);
  },
  unseen: () => ({ silent: [], leftOut: 0 }),
};

/** ignore: as the option of that name. */
export function createDiskReader(
  { read, unseen }: FileSystems,
  ignore: string,
): { collect(): Promise<readonly Measurement[]> } {
  const isIgnored = mountMatcher(ignore);
  const readOnlys = createReadOnly();
  return {
    async collect() {
      const found = await read();
      // After the merging: else a disk left out as / would come back under its next mount point.
      const disks = onceEach(found.filter(({ used, available }) => used + available > 0))
        .filter(({ mount }) => !isIgnored(mount))
        .map((one) => ({ one, percent: usedPercent(one) }));
      const fullest = disks.sort((a, b) => b.percent - a.percent || (a.one.mount < b.one.mount ? -1 : 1));
      const { silent, leftOut } = unseen();
      return [
        ...fullest.slice(0, MAX_MOUNTS).flatMap(({ one, percent }) => measurementsOf(one, percent, readOnlys)),
        unseenOf(
          silent.filter((mount) => !isIgnored(mount)),
          leftOut + Math.max(0, fullest.length - MAX_MOUNTS),
        ),
      ];
    },
  };
}

function measurementsOf(one: FileSystem, percent: number, readOnlys: ReadOnly): readonly Measurement[] {
  const { mount, available, inodes = 0, inodesFree = 0, mounted } = one;
  const labels = { mount };
  const said = mounted && readOnlys.look(mounted);
  // Mounted read-only on purpose it cannot fill up: an image, or a backup that was full when it was made.
  if (mounted?.superOptions.includes('ro') && said === undefined) return [];
  return [
    { series: seriesKey(USED, labels), value: percent },
    { series: seriesKey(FREE, labels), value: available },
    ...(inodes > 0 ? [{ series: seriesKey(INODES, labels), value: (1 - inodesFree / inodes) * 100 }] : []),
    ...(mounted ? [{ series: seriesKey(READ_ONLY, labels), value: said ? 1 : 0, ...(said && { lines: [said] }) }] : []),
  ];
}

function unseenOf(silent: readonly string[], leftOut: number): Measurement {
  const value = silent.length + leftOut;
  if (silent.length === 0) return { series: UNSEEN, value };
  const more = silent.length > SILENT_MAX ? ` and ${silent.length - SILENT_MAX} more` : '';
  const names = silent.slice(0, SILENT_MAX).map(shownPath).join(', ');
  return {
    series: UNSEEN,
    value,
    lines: [`These do not say how full they are, or may not be asked: ${names}${more}.`],
  };
}

/** Share of what ordinary users can have, as df says it: blocks kept for root count as used up. */
function usedPercent({ used, available }: FileSystem): number {
  return (used / (used + available)) * 100;
}
