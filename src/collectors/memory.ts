/** How much memory programs can still get, what was written to swap for want of it, and whom the kernel killed. */
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { type Counters, createCounters } from '../machine/counters.ts';
import { keyNumbers } from '../machine/key-numbers.ts';
import { createKilledReader, type Killed } from '../machine/killed.ts';
import { readPageBytes } from '../machine/process-usage.ts';
import { readText } from '../machine/read-text.ts';
import { shownBytes } from '../machine/shown.ts';

const AVAILABLE = 'host.memory.available';
const USED = 'host.memory.used';
const OOM = 'host.memory.oom';
const SWAP_USED = 'host.swap.used';
const SWAP_IN = 'host.swap.in';
const SWAP_OUT = 'host.swap.out';
const SWAPPED = 'host.swap.written';

const COMMON = { detector: 'threshold', severity: 'warning', rank: 3, clearAfterMs: 60_000 } as const;

const low: WatchSpec = {
  ...COMMON,
  name: 'host.memory.low',
  options: { series: AVAILABLE, statistic: 'mean', window: 120_000, below: 10, leave: 15, unit: 'percent' },
  // Small machines live with less for years; what the kernel kills is told by host.memory.oom.
  delivery: 'digest',
  title: 'Available memory',
  why: 'When it is used up the kernel swaps, then kills processes to free some.',
  whatToDo:
    'See who holds it: `ps aux --sort=-rss | head`. See whether something was killed already: `dmesg -T | grep -i "out of memory"`. Restart what has grown, or give it less to do.',
};

const oom: WatchSpec = {
  ...COMMON,
  name: 'host.memory.oom',
  options: { series: OOM, statistic: 'sum', window: 60_000, above: 1, leave: 0.5 },
  isEvent: true,
  title: 'Processes killed for want of memory',
  why: 'The machine, or a container at its limit, had no memory left, and the kernel killed a process to free some (OOM). What that was doing is lost, and it may happen again as soon as it has grown again.',
  whatToDo:
    'See which one it was: `journalctl -k --since "-15 min" | grep -iE "oom|killed process"`, or `dmesg -T | grep -iE "oom|killed process"`; a line with memory.max or memcg says that it was the limit of a container. See whether it runs again: `systemctl --failed`, `docker ps -a`. See who holds memory now: `ps aux --sort=-rss | head`.',
};

const swap: WatchSpec = {
  ...COMMON,
  name: 'host.swap',
  options: { series: SWAPPED, statistic: 'sum', window: 1_800_000, above: 30, leave: 10, unit: 'percent' },
  delivery: 'digest',
  title: 'Memory written to swap in half an hour, of all memory',
  why: 'As much as a third of the memory was moved to disk within half an hour: programs need more than there is, and what was moved is slow to come back.',
  whatToDo:
    'See whether it goes on: `vmstat 5 3`, columns si and so. See whose memory is there: `grep VmSwap /proc/[0-9]*/status | sort -k2n | tail`. Restart what has grown, or give it less to do.',
};

export const collector: CollectorPlugin = {
  name: 'memory',
  describe: 'Memory that programs can still get, swap, and processes that were killed for want of memory.',
  options: {},
  everyMs: 20_000,
  watches: [low, oom, swap],
  series: [
    {
      name: AVAILABLE,
      unit: 'percent',
      describe: 'memory that programs can still get, caches that would be given up included',
    },
    { name: USED, unit: 'bytes', describe: 'all other memory' },
    {
      name: OOM,
      unit: 'count',
      describe: 'processes that the kernel killed for want of memory since the last reading',
    },
    { name: SWAP_USED, unit: 'percent', describe: 'used share of swap' },
    { name: SWAP_IN, unit: 'bytes-per-second', describe: 'memory that was read back from swap' },
    { name: SWAP_OUT, unit: 'bytes-per-second', describe: 'memory that was written to swap' },
    {
      name: SWAPPED,
      unit: 'percent',
      describe: 'memory written to swap on a disk since the last reading, of all memory',
    },
  ],
  compile: (_, places) =>
    process.platform === 'linux' ? createMemoryReader(places) : { collect: async () => await memoryElsewhere() },
};

/** clock: ms, never set. kmsg: where the kernel's log is read. */
export function createMemoryReader(
  { proc }: Pick<MachinePlaces, 'proc'>,
  { clock, kmsg }: { readonly clock?: () => number; readonly kmsg?: string } = {},
): { collect(): Promise<readonly Measurement[]> } {
  const counters = createCounters(clock);
  const whom = createKilledReader(kmsg);
  const pageBytes = readPageBytes();
  return {
    async collect() {
      const kib = keyNumbers(readText(`${proc}/meminfo`) ?? '');
      const bytesOf = (key: string) => (kib.get(key) ?? Number.NaN) * 1_024;
      const total = bytesOf('MemTotal');
      const events = keyNumbers(readText(`${proc}/vmstat`) ?? '');
      return [
        ...memoryOf({ total, available: bytesOf('MemAvailable') }),
        ...swapOf({ swaptotal: bytesOf('SwapTotal'), swapfree: bytesOf('SwapFree') }),
        ...(bytesOf('SwapTotal') > 0
          ? swappingOf(counters, events, { pageBytes, total, isOnDisk: isSwapOnDisk(proc) })
          : []),
        ...killedOf(counters, events, whom),
      ];
    },
  };
}

/** Measures nothing where the machine does not say how much memory it has: Linux before 3.14. */
function memoryOf({
  total,
  available,
}: {
  readonly total: number;
  readonly available: number;
}): readonly Measurement[] {
  const percent = (available / total) * 100;
  if (!Number.isFinite(percent)) return [];
  return [
    { series: AVAILABLE, value: Math.min(100, Math.max(0, percent)) },
    { series: USED, value: Math.max(0, total - available) },
  ];
}

function swapOf({
  swaptotal,
  swapfree,
}: {
  readonly swaptotal: number;
  readonly swapfree: number;
}): readonly Measurement[] {
  return swaptotal > 0 ? [{ series: SWAP_USED, value: (1 - swapfree / swaptotal) * 100 }] : [];
}

function swappingOf(
  counters: Counters,
  events: ReadonlyMap<string, number>,
  { pageBytes, total, isOnDisk }: { readonly pageBytes: number; readonly total: number; readonly isOnDisk: boolean },
): readonly Measurement[] {
  const [read, written] = [events.get('pswpin'), events.get('pswpout')];
  if (read === undefined || written === undefined) return [];
  const growth = counters.grow('swap', { read, written });
  if (growth === undefined) return [];
  const { by, seconds } = growth;
  return [
    { series: SWAP_IN, value: (by.read * pageBytes) / seconds },
    { series: SWAP_OUT, value: (by.written * pageBytes) / seconds },
    ...(isOnDisk ? [{ series: SWAPPED, value: ((by.written * pageBytes) / total) * 100 }] : []),
  ];
}

/** False where all of it is compressed memory (zram), which small machines and desktops fill on purpose. */
function isSwapOnDisk(proc: string): boolean {
  const [, ...areas] = (readText(`${proc}/swaps`) ?? '').trim().split('\n');
  return areas.length === 0 || areas.some((area) => !area.startsWith('/dev/zram'));
}

/** Counted since Linux 4.13, those killed at a container's limit included. */
function killedOf(
  counters: Counters,
  events: ReadonlyMap<string, number>,
  whom: () => readonly Killed[],
): readonly Measurement[] {
  const kills = events.get('oom_kill');
  if (kills === undefined) return [];
  const growth = counters.grow('oom', { kills });
  if (growth === undefined) {
    // Those of before are not of this count.
    whom();
    return [];
  }
  const { kills: killed } = growth.by;
  if (killed === 0) return [{ series: OOM, value: 0 }];
  const seconds = Math.ceil(growth.seconds);
  const what = killed === 1 ? 'a process' : `${killed} processes`;
  const said = `Within the last ${seconds} s the kernel killed ${what} for want of memory.`;
  return [{ series: OOM, value: killed, lines: [said, ...whom().map(killedLine)] }];
}

function killedLine({ name, pid, bytes, isAtLimit }: Killed): string {
  const where = isAtLimit ? ', at the limit of a container or unit' : '';
  return `Killed: ${name} (pid ${pid}), which had ${shownBytes(bytes)}${where}.`;
}

async function memoryElsewhere(): Promise<readonly Measurement[]> {
  const { mem } = await import('systeminformation');
  const memory = await mem();
  return [...memoryOf(memory), ...swapOf(memory)];
}
