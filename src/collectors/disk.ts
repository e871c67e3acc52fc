/** How full the file systems are that can fill up, each once however often it is mounted. */
import { statfs } from 'node:fs/promises';
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, Measurement, WatchSpec } from '../core/plugin.ts';

/** File systems measured at most, the fullest ones. */
export const MAX_MOUNTS = 50;

const SERIES = 'host.disk.used';

/** Kinds that live in memory, only show what the kernel knows, or are full by nature. */
const UNREAL =
  /^(tmpfs|devtmpfs|ramfs|rootfs|squashfs|erofs|cramfs|iso9660|udf|proc|sysfs|cgroup2?|devfs|devpts|mqueue|hugetlbfs|debugfs|tracefs|securityfs|pstore|bpf|configfs|efivarfs|nsfs|autofs|binfmt_misc|fusectl|fuse\.(lxcfs|snapfuse|squashfuse|portal|gvfsd-fuse))$/;
const UNREAL_BELOW = /^\/(proc|sys|dev|run|snap)(\/|$)/;

const full: WatchSpec = {
  name: 'host.disk.full',
  detector: 'threshold',
  options: { series: SERIES, statistic: 'mean', window: 300_000, above: 90, leave: 80, unit: 'percent' },
  by: 'mount',
  severity: 'warning',
  clearAfterMs: 60_000,
  rank: 3,
  title: 'Disk use',
  why: 'On a full disk nothing can be written: databases stop, logs end, uploads fail.',
  whatToDo:
    'See what is full: `df -h`. Find what takes the space: `du -xh --max-depth=2 MOUNT | sort -h | tail`. Files that are deleted but still open: `lsof +L1`. Old logs: `journalctl --disk-usage`.',
};

const fill: WatchSpec = {
  name: 'host.disk.fill',
  detector: 'fill',
  options: { series: SERIES, full: 100, within: 86_400_000, urgent: 14_400_000, unit: 'percent' },
  by: 'mount',
  severity: 'warning',
  clearAfterMs: 600_000,
  rank: 3,
  title: 'Disk that fills up',
  why: 'At the pace of the last hours the disk is full within a day. On a full disk nothing can be written: databases stop, logs end, uploads fail.',
  whatToDo:
    'See what grows: `du -xh --max-depth=2 MOUNT | sort -h | tail`, and the same again in ten minutes. Files that were written lately: `find MOUNT -xdev -mmin -60 -size +50M -ls`. Files that are deleted but still open: `lsof +L1`. Old logs: `journalctl --disk-usage`.',
};

export const collector: CollectorPlugin = {
  name: 'disk',
  describe: 'Used share of every file system that can fill up, by mount point.',
  options: {
    ignore: {
      type: 'text',
      describe: 'Mount points to leave out, separated by commas; one ending in /* leaves out all below it.',
      example: '/mnt/backup,/var/lib/docker/*',
      default: '',
    },
  },
  // A reading starts `df`, and disks fill slowly.
  everyMs: 60_000,
  watches: [full, fill],
  series: [{ name: SERIES, unit: 'percent', describe: 'used share of what ordinary users can have', by: 'mount' }],
  compile: ({ ignore }) =>
    createDiskReader(
      async () => {
        const { fsSize } = await import('systeminformation');
        const mounted = await fsSize();
        return mounted.some(isReal) ? mounted : [await rootOnly()];
      },
      String(ignore ?? ''),
    ),
};

/** One mounted file system; sizes in bytes. */
export interface Mounted {
  /** Device, or what stands for it. */
  readonly fs: string;
  readonly type: string;
  readonly size: number;
  readonly used: number;
  readonly available: number;
  readonly mount: string;
}

/** ignore: as the option of that name. */
export function createDiskReader(
  readMounted: () => Promise<readonly Mounted[]>,
  ignore: string,
): { collect(): Promise<readonly Measurement[]> } {
  const isIgnored = toMatcher(ignore);
  return {
    async collect() {
      const disks = onceEach((await readMounted()).filter(isReal));
      // After the merging: else a disk left out as / would come back under its next mount point.
      const measured = disks
        .filter(({ mount }) => !isIgnored(mount))
        .map((one) => ({ series: seriesKey(SERIES, { mount: one.mount }), value: usedPercent(one) }));
      return measured.sort((a, b) => b.value - a.value || (a.series < b.series ? -1 : 1)).slice(0, MAX_MOUNTS);
    },
  };
}

/** In a chroot df sees no mount at all, and in a slim image there may be no df. */
async function rootOnly(): Promise<Mounted> {
  const { bsize, blocks, bfree, bavail } = await statfs('/');
  const sizes = { size: blocks * bsize, used: (blocks - bfree) * bsize, available: bavail * bsize };
  return { fs: 'root', type: 'unknown', mount: '/', ...sizes };
}

function toMatcher(ignore: string): (mount: string) => boolean {
  const rules = ignore
    .split(',')
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '');
  return (mount) => rules.some((rule) => (rule.endsWith('/*') ? mount.startsWith(rule.slice(0, -1)) : mount === rule));
}

function isReal({ type, mount, used, available }: Mounted): boolean {
  return !UNREAL.test(type.toLowerCase()) && !UNREAL_BELOW.test(mount) && used + available > 0;
}

/** Share of what ordinary users can have, as df says it: blocks kept for root count as used up. */
function usedPercent({ used, available }: Mounted): number {
  return (used / (used + available)) * 100;
}

/** Bind mounts show one device many times; the shortest mount point speaks for it. */
function onceEach(mounted: readonly Mounted[]): readonly Mounted[] {
  const byDevice = new Map<string, Mounted>();
  for (const one of mounted) {
    const device = deviceOf(one, mounted);
    const before = byDevice.get(device);
    if (before === undefined || isNearerRoot(one.mount, before.mount)) byDevice.set(device, one);
  }
  return [...byDevice.values()];
}

/** An overlay has the size of the disk under it: in a container it is the same disk that /etc/hosts is mounted from. */
function deviceOf(one: Mounted, mounted: readonly Mounted[]): string {
  if (one.type !== 'overlay') return `${one.fs} ${one.size}`;
  const under = mounted
    .filter(({ type, size }) => type !== 'overlay' && size === one.size)
    .sort((a, b) => Math.abs(a.used - one.used) - Math.abs(b.used - one.used))[0];
  return under ? `${under.fs} ${under.size}` : `overlay ${one.size}`;
}

function isNearerRoot(mount: string, other: string): boolean {
  return mount.length < other.length || (mount.length === other.length && mount < other);
}
