/** How long work stood still because a resource was short: pressure stall information (PSI) of the kernel. */
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { createCounters } from '../machine/counters.ts';
import { readText } from '../machine/read-text.ts';

const CPU = 'host.pressure.cpu';
const MEMORY = 'host.pressure.memory';
const MEMORY_FULL = 'host.pressure.memory.full';
const IO = 'host.pressure.io';
const IO_FULL = 'host.pressure.io.full';

/** In which file a series stands, and in which of its lines. */
const PLACES = [
  { series: CPU, file: 'cpu', line: 'some' },
  { series: MEMORY, file: 'memory', line: 'some' },
  { series: MEMORY_FULL, file: 'memory', line: 'full' },
  { series: IO, file: 'io', line: 'some' },
  { series: IO_FULL, file: 'io', line: 'full' },
] as const;

const COMMON = { detector: 'threshold', severity: 'warning', delivery: 'digest', rank: 3 } as const;

const cpu: WatchSpec = {
  ...COMMON,
  name: 'host.pressure.cpu',
  options: { series: CPU, statistic: 'mean', window: 600_000, above: 50, leave: 30, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Time in which programs waited for a processor',
  why: 'For half of the last ten minutes something that wanted to run had to wait its turn: answers take longer by that.',
  whatToDo:
    'See who runs: `top -o %CPU`. See whether it is one container or service that takes it: `systemd-cgtop -c`. Jobs that are in no hurry can be started by `nice -n 19`.',
};

const memory: WatchSpec = {
  ...COMMON,
  name: 'host.pressure.memory',
  options: { series: MEMORY, statistic: 'mean', window: 300_000, above: 10, leave: 5, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Time in which programs waited for memory',
  why: 'For a tenth of the last five minutes programs stood still until the kernel had made room in memory, by writing to disk or reading again what it had dropped. It grows worse at once, and ends with killed processes.',
  whatToDo:
    'See who holds it: `ps aux --sort=-rss | head`. See whether it swaps: `vmstat 5 3`, columns si and so. Restart what has grown, or give it less to do.',
};

const io: WatchSpec = {
  ...COMMON,
  name: 'host.pressure.io',
  options: { series: IO, statistic: 'mean', window: 600_000, above: 40, leave: 20, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Time in which programs waited for disks',
  why: 'For much of the last ten minutes something stood still until a disk had read or written: databases and whatever writes logs are slow.',
  whatToDo:
    'See which disk: `iostat -x 5 2` (package sysstat). See which process: `iotop -oPa` or `pidstat -d 5 2`. A backup or an import that is in no hurry can be started by `ionice -c 3`.',
};

export const collector: CollectorPlugin = {
  name: 'pressure',
  describe: 'How long work stood still because processors, memory or disks were short.',
  options: {},
  everyMs: 20_000,
  watches: [cpu, memory, io],
  series: [
    { name: CPU, unit: 'percent', describe: 'share of the time in which something waited for a processor' },
    { name: MEMORY, unit: 'percent', describe: 'share of the time in which something waited for memory' },
    { name: MEMORY_FULL, unit: 'percent', describe: 'share of the time in which all that had work waited for memory' },
    { name: IO, unit: 'percent', describe: 'share of the time in which something waited for a disk' },
    { name: IO_FULL, unit: 'percent', describe: 'share of the time in which all that had work waited for a disk' },
  ],
  compile: (_, places) => createPressureReader(places),
};

/** clock: ms, never set. Kernels before 4.20, and those that were told so, know no pressure and measure nothing. */
export function createPressureReader(
  { proc }: Pick<MachinePlaces, 'proc'>,
  clock?: () => number,
): { collect(): Promise<readonly Measurement[]> } {
  const counters = createCounters(clock);
  return {
    async collect() {
      return PLACES.flatMap(({ series, file, line }) => {
        const micros = stalledMicros(readText(`${proc}/pressure/${file}`) ?? '', line);
        if (micros === undefined) return [];
        const growth = counters.grow(series, { micros });
        if (growth === undefined) return [];
        const percent = (growth.by.micros / 1e6 / growth.seconds) * 100;
        // The file is brought up to date every two seconds, so that a reading may hold more than its own time.
        return [{ series, value: Math.min(100, percent) }];
      });
    },
  };
}

/** Microseconds in all since the machine started: finer than its own means, which are of ten seconds and a minute. */
function stalledMicros(text: string, line: 'some' | 'full'): number | undefined {
  const total = new RegExp(`^${line} .*\\btotal=(\\d+)`, 'm').exec(text)?.[1];
  return total === undefined ? undefined : Number(total);
}
