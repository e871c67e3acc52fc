/** How busy the processors are, all of them together, since the last reading. */
import { readFile } from 'node:fs/promises';
import type { CollectorPlugin, Measurement, WatchSpec } from '../core/plugin.ts';

const SERIES = 'host.cpu.busy';

const busy: WatchSpec = {
  name: 'host.cpu.busy',
  detector: 'threshold',
  options: { series: SERIES, statistic: 'mean', window: 600_000, above: 90, leave: 75, unit: 'percent' },
  severity: 'warning',
  clearAfterMs: 60_000,
  // A busy processor is not a fault by itself; what it makes slow is told.
  delivery: 'digest',
  rank: 3,
  title: 'Processor use',
  why: 'The processors were busy nearly all the time: over the last ten minutes, or at least five since linesman started. Requests wait for their turn and time out.',
  whatToDo:
    'See which process it is: `top -o %CPU` or `ps aux --sort=-%cpu | head`. If it is one that should be there, look at what it is asked to do: more requests than usual, or a job that runs too long.',
};

export const collector: CollectorPlugin = {
  name: 'cpu',
  describe: 'Share of the time in which the processors were busy, of all of them together.',
  options: {},
  everyMs: 20_000,
  watches: [busy],
  series: [{ name: SERIES, unit: 'percent', describe: 'share of the time in which the processors were busy' }],
  compile: () => createCpuReader(process.platform === 'linux' ? createStatReader(readStat) : readElsewhere),
};

async function readStat(): Promise<string> {
  return await readFile('/proc/stat', 'utf8');
}

async function readElsewhere(): Promise<number> {
  const { currentLoad } = await import('systeminformation');
  return (await currentLoad()).currentLoad;
}

/**
 * The busy share from the first line of /proc/stat (proc(5)): all but idle and waiting for disks. Read here, since
 * systeminformation starts a shell for it, and everything stands still until that has ended.
 */
export function createStatReader(read: () => Promise<string>): () => Promise<number> {
  let before = { all: 0, idle: 0 };
  let percent = Number.NaN;
  return async () => {
    const now = timesOf(await read());
    // Asked twice within a tick of the kernel's clock, it is as busy as it was.
    if (now.all === before.all) return percent;
    percent = (1 - (now.idle - before.idle) / (now.all - before.all)) * 100;
    before = now;
    return percent;
  };
}

/** In ticks of all processors together since the machine started. What guests used is in user and nice already. */
function timesOf(stat: string): { readonly all: number; readonly idle: number } {
  const [, ...fields] = stat.slice(0, stat.indexOf('\n')).trim().split(/ +/);
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0, steal = 0] = fields.map(Number);
  return { all: user + nice + system + idle + wait + irq + softIrq + steal, idle: idle + wait };
}

/** readPercent gives the busy share since it was called last; what it says first is the mean since the machine started, and is dropped. */
export function createCpuReader(readPercent: () => Promise<number>): { collect(): Promise<readonly Measurement[]> } {
  let isFirst = true;
  return {
    async collect() {
      const percent = await readPercent();
      if (isFirst || !Number.isFinite(percent)) {
        isFirst = false;
        return [];
      }
      return [{ series: SERIES, value: Math.min(100, Math.max(0, percent)) }];
    },
  };
}
