/** How many processes want a processor or a disk, by the measure that everybody knows: load. */
import { cpus, loadavg } from 'node:os';
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { parseKernelStat } from '../machine/cpu-times.ts';
import { readText } from '../machine/read-text.ts';

const ONE = 'host.load.1m';
const FIVE = 'host.load.5m';
const FIFTEEN = 'host.load.15m';
const RUNNING = 'host.load.running';
const BLOCKED = 'host.load.blocked';

const high: WatchSpec = {
  name: 'host.load',
  detector: 'threshold',
  options: { series: FIFTEEN, statistic: 'mean', window: 120_000, above: 2, leave: 1.75 },
  severity: 'warning',
  delivery: 'digest',
  clearAfterMs: 60_000,
  rank: 3,
  title: 'Load of each processor',
  why: 'For a quarter of an hour twice as many processes wanted to go on as there are processors: each waits as long as it works, for a processor or for a disk.',
  whatToDo:
    'See which of both it is: `vmstat 5 3`, column r waits for processors, b for disks. For processors: `top -o %CPU`. For disks: `ps -eo state,pid,wchan:20,args | grep "^D"`. On a network file system many in D say that its server does not answer.',
};

export const collector: CollectorPlugin = {
  name: 'load',
  describe: 'How many processes run or wait, for each processor.',
  options: {},
  everyMs: 20_000,
  watches: [high],
  series: [
    { name: ONE, unit: 'count', describe: 'load of the last minute for each processor, as in uptime' },
    { name: FIVE, unit: 'count', describe: 'load of the last 5 minutes for each processor' },
    { name: FIFTEEN, unit: 'count', describe: 'load of the last 15 minutes for each processor' },
    { name: RUNNING, unit: 'count', describe: 'threads that ran or waited for a processor at that moment' },
    { name: BLOCKED, unit: 'count', describe: 'threads that waited for a disk at that moment' },
  ],
  compile: (_, places) => ({
    collect: async () => (process.platform === 'linux' ? measureLoad(places) : loadElsewhere()),
  }),
};

/** Of as many processors as are switched on at this reading. */
export function measureLoad({ proc }: Pick<MachinePlaces, 'proc'>): readonly Measurement[] {
  const stat = parseKernelStat(readText(`${proc}/stat`) ?? '');
  const loads = readText(`${proc}/loadavg`)?.split(' ', 3).map(Number) ?? [];
  if (stat === undefined) return [];
  return [
    ...forEach(loads, stat.cores.size),
    { series: RUNNING, value: stat.running },
    { series: BLOCKED, value: stat.blocked },
  ].filter(({ value }) => Number.isFinite(value));
}

/** Windows knows no load, and says 0. */
function loadElsewhere(): readonly Measurement[] {
  return process.platform === 'win32' ? [] : forEach(loadavg(), cpus().length);
}

function forEach(loads: readonly number[], cores: number): readonly Measurement[] {
  return [ONE, FIVE, FIFTEEN].map((series, at) => ({ series, value: (loads[at] ?? Number.NaN) / cores }));
}
