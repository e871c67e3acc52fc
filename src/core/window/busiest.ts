/** Which values of a label were observed most lately: the series that a watch judges apart. */
import type { WindowView } from '../plugin.ts';
import type { Page } from './page.ts';
import { MINUTES, STEPS_PER_PAGE } from './rings.ts';

/** How far back it looks. */
const BACK_MS = 30 * 60_000;

/** A view's `keys`, over its pages of minutes. The answer changes with the minute, so every second of one gets the same. */
export function createBusiest(pages: readonly Page[]): WindowView['keys'] {
  const answers = new Map<string, Map<string, Answer>>();

  return (name, label, to, limit) => {
    const byLabel = answers.get(name) ?? new Map<string, Answer>();
    const low = Math.floor((to - BACK_MS) / MINUTES.stepMs);
    const high = Math.ceil(to / MINUTES.stepMs);
    const known = byLabel.get(label);
    if (known?.low === low && known.high === high && known.limit === limit) return known.keys;
    const answer = { low, high, limit, keys: busiest(countsOf(`${name}{${label}=`, pages, low, high), limit) };
    answers.set(name, byLabel.set(label, answer));
    return answer.keys;
  };
}

interface Answer {
  readonly low: number;
  readonly high: number;
  readonly limit: number;
  readonly keys: readonly string[];
}

/** Counts of the series with this label and no other; a comma in a value is escaped, so one behind the prefix ends it. */
function countsOf(prefix: string, pages: readonly Page[], low: number, high: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const page of pages) {
    const zero = page.page * STEPS_PER_PAGE;
    const first = Math.max(0, low - zero);
    const end = Math.min(STEPS_PER_PAGE, high - zero);
    if (first >= end) continue;
    for (const [key, steps] of page.series) {
      if (!key.startsWith(prefix) || key.includes(',', prefix.length)) continue;
      let count = counts.get(key) ?? 0;
      for (let step = first; step < end; step += 1) count += steps.counts[step] ?? 0;
      counts.set(key, count);
    }
  }
  return counts;
}

function busiest(counts: ReadonlyMap<string, number>, limit: number): readonly string[] {
  return [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([key]) => key);
}
