/** How many processes there are and may be, and what those that somebody watches take. */
import { CHANGE_SERIES } from '../core/check.ts';
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { type Process, type Processes, processesOf } from '../machine/processes.ts';
import { readText } from '../machine/read-text.ts';
import {
  createWatcher,
  PROCESS_COUNT,
  PROCESS_CPU,
  PROCESS_FILES,
  PROCESS_MEMORY,
  readWatched,
  type Watched,
} from '../machine/watched-processes.ts';

const COUNT = 'host.processes.count';
const ZOMBIES = 'host.processes.zombies';
const BLOCKED = 'host.processes.blocked';
const USED = 'host.processes.used';
const UNSEEN = 'host.processes.unseen';

const full: WatchSpec = {
  name: 'host.processes.full',
  detector: 'threshold',
  options: { series: USED, statistic: 'mean', window: 120_000, above: 80, leave: 70, unit: 'percent' },
  severity: 'warning',
  delivery: 'digest',
  clearAfterMs: 60_000,
  rank: 3,
  title: 'Processes and threads, of those that the kernel allows',
  why: 'At the limit nothing can be started any more, no shell either: "fork: Resource temporarily unavailable".',
  whatToDo:
    'See who has most threads: `ps -eo nlwp,pid,args --sort=-nlwp | head`, and which program has most processes: `ps -eo comm= | sort | uniq -c | sort -n | tail`. Zombies are cleared away by their parent alone, so restart that: `ps -eo ppid,stat,args | grep " Z"`. The limits: `sysctl kernel.pid_max kernel.threads-max`.',
};

export const collector: CollectorPlugin = {
  name: 'processes',
  describe: 'How many processes there are, and what those that you name take.',
  options: {
    watch: {
      type: 'text',
      describe:
        'Processes to measure one by one, separated by commas, 20 at most: one word is a name as ps shows it, more words are a piece of a command line.',
      example: 'nginx, node server.js',
      default: '',
    },
  },
  everyMs: 20_000,
  watches: [full],
  series: [
    { name: COUNT, unit: 'count', describe: 'processes' },
    { name: ZOMBIES, unit: 'count', describe: 'processes that have ended and whose parent took no notice' },
    {
      name: BLOCKED,
      unit: 'count',
      describe: 'processes that nothing can interrupt (state D), as each was seen last',
    },
    { name: USED, unit: 'percent', describe: 'processes and threads, of those that the kernel allows' },
    {
      name: UNSEEN,
      unit: 'count',
      describe: 'processes that linesman may not look at (hidepid), or beyond the first 32,768',
    },
    { name: PROCESS_COUNT, unit: 'count', describe: 'processes of an entry of `watch`', by: 'process' },
    { name: PROCESS_CPU, unit: 'percent', describe: 'time of one processor that they used', by: 'process' },
    {
      name: PROCESS_MEMORY,
      unit: 'bytes',
      describe: 'memory that they have, what they share counted in each',
      by: 'process',
    },
    { name: PROCESS_FILES, unit: 'count', describe: 'files and connections that they have open', by: 'process' },
    { name: CHANGE_SERIES, unit: 'count', describe: 'watched processes were started, ended or restarted', by: 'kind' },
  ],
  compile: ({ watch }, places) => {
    const watched = readWatched(String(watch ?? ''));
    return createProcessesReader({ places, watched, processes: processesOf(places) });
  },
};

/** clock: ms, never set. */
export function createProcessesReader(parts: {
  readonly places: Pick<MachinePlaces, 'proc'>;
  readonly watched: readonly Watched[];
  readonly processes: Processes;
  readonly clock?: () => number;
}): { collect(): Promise<readonly Measurement[]> } {
  const { places, watched, processes, clock = () => performance.now() } = parts;
  const watchers = watched.map((one) => createWatcher(one, processes, clock));
  return {
    async collect() {
      // Without /proc there is nothing to say: not Linux.
      if (process.platform !== 'linux') return [];
      const all = processes.list();
      const { refused, leftOut } = processes.unseen();
      const unseen = { series: UNSEEN, value: refused + leftOut };
      return [...countsOf(all), unseen, ...usedOf(places), ...watchers.flatMap((watcher) => watcher(all))];
    },
  };
}

function countsOf(all: readonly Process[]): readonly Measurement[] {
  return [
    { series: COUNT, value: all.length },
    { series: ZOMBIES, value: all.filter(({ state }) => state === 'Z').length },
    { series: BLOCKED, value: all.filter(({ state }) => state === 'D').length },
  ];
}

/** Threads have numbers as processes do, so both limits hold for all of them together (proc_sys_kernel(5)). */
function usedOf({ proc }: Pick<MachinePlaces, 'proc'>): readonly Measurement[] {
  const threads = Number(readText(`${proc}/loadavg`)?.split('/')[1]?.split(' ')[0]);
  const limits = ['pid_max', 'threads-max'].flatMap((name) => readText(`${proc}/sys/kernel/${name}`) ?? []).map(Number);
  const percent = (threads / Math.min(...limits)) * 100;
  return limits.length > 0 && Number.isFinite(percent) ? [{ series: USED, value: Math.min(100, percent) }] : [];
}
