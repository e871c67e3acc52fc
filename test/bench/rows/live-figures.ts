/** The lines of the table about following a busy log. */
import type { Figure } from '../row.ts';
import { inDigits, median, quantile } from '../statistics.ts';
import { delays, type LinesAt, type Looks } from './delays.ts';
import type { Commands } from './monitor.ts';
import type { Window } from './windows.ts';

const REDIS_PERCENT_MAX = 2;
const COMMANDS_MAX = 10;
const GROWTH_MIB_MAX = 80;
const COUNTED_MS_MAX = 150;
const VISIBLE_MS_MAX = 300;

/** Lines a second, and the percent of a core that linesman may take for them. */
export interface Load {
  readonly rate: number;
  readonly percentMax: number;
}

export function costs(
  { rate, percentMax, others }: Load & { readonly others: string },
  windows: readonly Window[],
  commands: Commands,
): readonly Figure[] {
  const percent = median(windows.map((window) => window.percent));
  const redisPercent = median(windows.map((window) => window.redisPercent));
  const aof = median(windows.map(({ aofKiB }) => aofKiB));
  return [
    {
      name: `live, ${rateText(rate)}`,
      goal: `<= ${percentMax}% of a core`,
      measured: `${inDigits(percent)}%`,
      isMet: percent <= percentMax,
      beside: others,
    },
    {
      name: `- its Redis, ${rateText(rate)}`,
      goal: `<= ${REDIS_PERCENT_MAX}% of a core`,
      measured: `${inDigits(redisPercent)}%`,
      isMet: redisPercent <= REDIS_PERCENT_MAX,
      beside: `its AOF grows by ${inDigits(aof)} KiB/s`,
    },
    {
      name: `- Redis commands, ${rateText(rate)}`,
      goal: `<= ${COMMANDS_MAX} a second`,
      measured: `${inDigits(commands.sent)} a second`,
      isMet: commands.sent <= COMMANDS_MAX,
      beside: `those of jobs too; ${inDigits(commands.byScripts)} a second by Lua scripts among them`,
    },
  ];
}

export function lateness(rate: number, written: readonly LinesAt[], looks: Looks): readonly Figure[] {
  const p99 = quantile(delays(written, looks.counted), 0.99);
  const p95 = quantile(delays(written, looks.inRedis), 0.95);
  return [
    {
      name: `append to counted, ${rateText(rate)}`,
      goal: `p99 <= ${COUNTED_MS_MAX} ms`,
      measured: `p99 ${inDigits(p99)} ms`,
      isMet: p99 <= COUNTED_MS_MAX,
      beside: `${written.length} writes`,
    },
    {
      name: `append to visible in Redis, ${rateText(rate)}`,
      goal: `p95 <= ${VISIBLE_MS_MAX} ms`,
      measured: `p95 ${inDigits(p95)} ms`,
      isMet: p95 <= VISIBLE_MS_MAX,
      beside: 'the same writes',
    },
  ];
}

export function growth(rate: number, windows: readonly Window[], idleMiB: number): Figure {
  const highest = Math.max(...windows.map(({ residentMiB }) => residentMiB));
  return {
    name: `memory, ${rateText(rate)}`,
    goal: `<= ${GROWTH_MIB_MAX} MiB over idle`,
    measured: `${inDigits(highest - idleMiB)} MiB over idle`,
    isMet: highest - idleMiB <= GROWTH_MIB_MAX,
    beside: `idle ${inDigits(idleMiB)} MiB, highest ${inDigits(highest)} MiB`,
  };
}

function rateText(rate: number): string {
  return `${inDigits(rate)} lines/s`;
}
