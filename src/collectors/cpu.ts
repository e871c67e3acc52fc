/** How busy the processors are, all of them together, since the last reading. */
import type { CollectorPlugin, Measurement, WatchSpec } from '../core/plugin.ts';

const SERIES = 'host.cpu.busy';

const busy: WatchSpec = {
  name: 'host.cpu.busy',
  detector: 'threshold',
  options: { series: SERIES, statistic: 'mean', window: 600_000, above: 90, leave: 75, unit: 'percent' },
  severity: 'warning',
  clearAfterMs: 60_000,
  rank: 3,
  title: 'Processor use',
  why: 'The processors were busy nearly all the time for ten minutes. Requests wait for their turn and time out.',
  whatToDo:
    'See which process it is: `top -o %CPU` or `ps aux --sort=-%cpu | head`. If it is one that should be there, look at what it is asked to do: more requests than usual, or a job that runs too long.',
};

export const collector: CollectorPlugin = {
  name: 'cpu',
  describe: 'Share of the time in which the processors were busy, of all of them together.',
  options: {},
  everyMs: 20_000,
  watches: [busy],
  compile: () =>
    createCpuReader(async () => {
      const { currentLoad } = await import('systeminformation');
      return (await currentLoad()).currentLoad;
    }),
};

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
