/** What fired in the last 30 days, by watch and day: what was spent of the false alarms that are accepted, at most. */
import { MONTH_MS } from '../detect/budget.ts';

const DAY_MS = 86_400_000;
/** Rows of a watch and a day; beyond them the oldest leave. */
const MAX_ROWS = 600;

export interface FiredRow {
  /** Start of the day, in UTC. */
  readonly day: number;
  readonly watch: string;
  /** Faults that fired. */
  readonly faults: number;
  /** Mails whose subject it gave. */
  readonly mails: number;
}

/** Rows with one more fault or mail each; those older than 30 days leave. */
export function withFired(
  rows: readonly FiredRow[],
  now: number,
  more: readonly Pick<FiredRow, 'watch' | 'faults' | 'mails'>[],
): readonly FiredRow[] {
  const day = Math.floor(now / DAY_MS) * DAY_MS;
  return more.reduce((all, { watch, faults, mails }) => {
    const before = all.find((row) => row.day === day && row.watch === watch);
    const after = { day, watch, faults: faults + (before?.faults ?? 0), mails: mails + (before?.mails ?? 0) };
    const kept = all.filter((row) => row !== before && row.day > now - MONTH_MS - DAY_MS);
    return [...kept, after].slice(-MAX_ROWS);
  }, rows);
}

/** By watch, over the last 30 days. */
export function firedByWatch(rows: readonly FiredRow[], now: number): ReadonlyMap<string, Omit<FiredRow, 'day'>> {
  const sums = new Map<string, Omit<FiredRow, 'day'>>();
  for (const { day, watch, faults, mails } of rows) {
    if (day + DAY_MS <= now - MONTH_MS) continue;
    const sum = sums.get(watch);
    sums.set(watch, { watch, faults: faults + (sum?.faults ?? 0), mails: mails + (sum?.mails ?? 0) });
  }
  return sums;
}
