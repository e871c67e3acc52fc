/** Where the time of the processors went since the last reading, of all together and of each. */
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { CORES_MAX, cpuShares, type KernelStat, parseKernelStat } from '../machine/cpu-times.ts';
import { readText } from '../machine/read-text.ts';

const BUSY = 'host.cpu.busy';
const STEAL = 'host.cpu.steal';
const IOWAIT = 'host.cpu.iowait';
const CORE = 'host.cpu.core';
const BUSIEST = 'host.cpu.busiest';

/** A busy processor is not a fault by itself; what it makes slow is told. */
const COMMON = {
  detector: 'threshold',
  severity: 'warning',
  delivery: 'digest',
  rank: 3,
  clearAfterMs: 60_000,
} as const;

const busy: WatchSpec = {
  ...COMMON,
  name: 'host.cpu.busy',
  options: { series: BUSY, statistic: 'mean', window: 600_000, above: 90, leave: 75, unit: 'percent' },
  title: 'Processor use',
  why: 'The processors were busy nearly all the time: over the last ten minutes, or at least five since linesman started. Requests wait for their turn and time out.',
  whatToDo:
    'See which process it is: `top -o %CPU` or `ps aux --sort=-%cpu | head`. If it is one that should be there, look at what it is asked to do: more requests than usual, or a job that runs too long.',
};

const steal: WatchSpec = {
  ...COMMON,
  name: 'host.cpu.steal',
  options: { series: STEAL, statistic: 'mean', window: 1_200_000, above: 10, leave: 5, unit: 'percent' },
  title: 'Processor time taken by other virtual machines',
  why: 'This machine is a virtual one, and for a tenth of the time its host gave the processors to others. Everything here takes longer, and nothing here is the reason.',
  whatToDo:
    'See it: `vmstat 5 5`, column st. If it lasts, ask whoever runs the host, with these times, or move to a machine whose processors are not shared. Some providers take the time away once credits for bursts are used up: look at their console.',
};

const iowait: WatchSpec = {
  ...COMMON,
  name: 'host.cpu.iowait',
  options: { series: IOWAIT, statistic: 'mean', window: 600_000, above: 40, leave: 20, unit: 'percent' },
  title: 'Processors that wait for disks',
  why: 'For much of the time there was nothing to do but to wait for disks: they are the bottleneck, and requests that read or write are slow.',
  whatToDo:
    'See which disk: `iostat -x 5 2` (package sysstat). See which process: `iotop -oPa` or `pidstat -d 5 2`. See whether memory is short, since swapping reads and writes too: `vmstat 5 3`, columns si and so.',
};

export const collector: CollectorPlugin = {
  name: 'cpu',
  describe: 'Where the time of the processors goes, of all together and of each.',
  options: {},
  everyMs: 20_000,
  watches: [busy, steal, iowait],
  series: [
    { name: BUSY, unit: 'percent', describe: 'share of the time in which the processors were busy' },
    { name: 'host.cpu.user', unit: 'percent', describe: 'of it, programs' },
    { name: 'host.cpu.system', unit: 'percent', describe: 'of it, the kernel' },
    { name: STEAL, unit: 'percent', describe: 'of it, what the host of this virtual machine gave to others' },
    {
      name: IOWAIT,
      unit: 'percent',
      describe: 'share of the time in which there was nothing to do but to wait for disks',
    },
    { name: BUSIEST, unit: 'percent', describe: 'busy share of the processor that was busiest' },
    {
      name: CORE,
      unit: 'percent',
      describe: `busy share of one processor; the first ${CORES_MAX} are told apart`,
      by: 'core',
    },
  ],
  compile: (_, places) =>
    process.platform === 'linux' ? createCpuReader(places) : createLoadReader(async () => await loadElsewhere()),
};

/** The first reading measures nothing: it would be the mean since the machine started. */
export function createCpuReader({ proc }: Pick<MachinePlaces, 'proc'>): {
  collect(): Promise<readonly Measurement[]>;
} {
  let before: KernelStat | undefined;
  return {
    async collect() {
      const now = parseKernelStat(readText(`${proc}/stat`) ?? '');
      const shares = before && now && cpuShares(before.all, now.all);
      const cores = before && now ? coreShares(before, now) : [];
      // Twice within a tick: the time since the reading before is in the next one.
      if (shares !== undefined || before === undefined || isBackwards(before, now)) before = now;
      if (shares === undefined) return [];
      const { busy, user, system, steal, iowait } = shares;
      return [
        ...named({ [BUSY]: busy, 'host.cpu.user': user, 'host.cpu.system': system, [STEAL]: steal, [IOWAIT]: iowait }),
        ...measuredCores(cores),
      ];
    },
  };
}

function isBackwards(before: KernelStat, now: KernelStat | undefined): boolean {
  return now === undefined || now.all.user < before.all.user || now.all.system < before.all.system;
}

function coreShares(before: KernelStat, now: KernelStat): readonly (readonly [core: number, busy: number])[] {
  return [...now.cores].flatMap(([core, times]) => {
    const earlier = before.cores.get(core);
    const shares = earlier && cpuShares(earlier, times);
    return shares === undefined ? [] : [[core, shares.busy] as const];
  });
}

function measuredCores(cores: readonly (readonly [core: number, busy: number])[]): readonly Measurement[] {
  if (cores.length === 0) return [];
  return [
    { series: BUSIEST, value: Math.max(...cores.map(([, busy]) => busy)) },
    ...cores
      .filter(([core]) => core < CORES_MAX)
      .map(([core, busy]) => ({ series: seriesKey(CORE, { core: String(core) }), value: busy })),
  ];
}

function named(values: Readonly<Record<string, number>>): readonly Measurement[] {
  return Object.entries(values).map(([series, value]) => ({ series, value }));
}

/** In percent, as systeminformation says it. */
export interface Load {
  readonly currentLoad: number;
  readonly currentLoadUser: number;
  readonly currentLoadSystem: number;
  readonly cpus: readonly { readonly load: number }[];
}

async function loadElsewhere(): Promise<Load> {
  const { currentLoad } = await import('systeminformation');
  return await currentLoad();
}

/** readLoad gives it since it was called last; what it says first is the mean since the machine started, and is dropped. */
export function createLoadReader(readLoad: () => Promise<Load>): { collect(): Promise<readonly Measurement[]> } {
  let isFirst = true;
  return {
    async collect() {
      const { currentLoad, currentLoadUser, currentLoadSystem, cpus } = await readLoad();
      if (isFirst || !Number.isFinite(currentLoad)) {
        isFirst = false;
        return [];
      }
      return [
        ...named({ [BUSY]: currentLoad, 'host.cpu.user': currentLoadUser, 'host.cpu.system': currentLoadSystem }),
        ...measuredCores(cpus.map(({ load }, core) => [core, load] as const)),
      ].map(({ series, value }) => ({ series, value: Math.min(100, Math.max(0, value)) }));
    },
  };
}
