/** How much memory programs can still get, caches that would be given up included. */
import type { CollectorPlugin, Measurement, WatchSpec } from '../core/plugin.ts';

const SERIES = 'host.memory.available';

const low: WatchSpec = {
  name: 'host.memory.low',
  detector: 'threshold',
  options: { series: SERIES, statistic: 'mean', window: 120_000, below: 10, leave: 15, unit: 'percent' },
  severity: 'warning',
  clearAfterMs: 60_000,
  // Small machines live with less for years; what the kernel kills is told by log.fatal.
  delivery: 'digest',
  rank: 3,
  title: 'Available memory',
  why: 'When it is used up the kernel swaps, then kills processes to free some.',
  whatToDo:
    'See who holds it: `ps aux --sort=-rss | head`. See whether something was killed already: `dmesg -T | grep -i "out of memory"`. Restart what has grown, or give it less to do.',
};

export const collector: CollectorPlugin = {
  name: 'memory',
  describe: 'Memory that programs can still get, in percent of all memory.',
  options: {},
  everyMs: 20_000,
  watches: [low],
  series: [{ name: SERIES, unit: 'percent', describe: 'memory that programs can still get' }],
  compile: () =>
    createMemoryReader(async () => {
      const { mem } = await import('systeminformation');
      return await mem();
    }),
};

export interface MemoryFigures {
  /** Bytes. */
  readonly total: number;
  /** Bytes: free, and caches that can be given up. */
  readonly available: number;
}

/** Measures nothing where the machine does not say how much memory it has. */
export function createMemoryReader(readMemory: () => Promise<MemoryFigures>): {
  collect(): Promise<readonly Measurement[]>;
} {
  return {
    async collect() {
      const { total, available } = await readMemory();
      const percent = (available / total) * 100;
      return Number.isFinite(percent) ? [{ series: SERIES, value: Math.min(100, Math.max(0, percent)) }] : [];
    },
  };
}
