/** Reads sums, heavy hitters and exemplars out of stored pages: what detectors and mails see of a source. */
import { parseSeriesKey } from '../observe/series.ts';
import type { EvidenceView } from '../plugin.ts';
import type { Page, Steps } from './page.ts';
import { MINUTES, pageMs, pageOf, type Ring, SECONDS, STEPS_PER_PAGE, TOP_STEP_MS } from './rings.ts';

/** How far back keys() looks. */
const KEYS_BACK_MS = 30 * 60_000;

/** Pages of one source, by ring and number; pages that are not given count as empty. */
export function createView(pages: readonly Page[], newest: number): EvidenceView {
  const byNumber = { s: new Map<number, Page>(), m: new Map<number, Page>() };
  for (const page of pages) byNumber[page.ring].set(page.page, page);
  const lastPage = {
    s: Math.max(-1, ...byNumber.s.keys()),
    m: Math.max(-1, ...byNumber.m.keys()),
  };
  const from = (pageOf(SECONDS, newest) - SECONDS.pages + 2) * pageMs(SECONDS);

  /** Calls visit for each page of the ring with steps in [from, to): those from `low` up to but not with `high`; `zero` is step 0 of it. */
  function eachPage(
    ring: Ring,
    series: string,
    start: number,
    end: number,
    visit: (steps: Steps, low: number, high: number, zero: number) => void,
  ): void {
    // Behind the newest page there is nothing, however long the silence has been.
    const last = Math.min(Math.ceil(end / ring.stepMs), (lastPage[ring.name] + 1) * STEPS_PER_PAGE);
    for (let index = Math.floor(start / ring.stepMs); index < last; ) {
      const number = Math.floor(index / STEPS_PER_PAGE);
      const zero = number * STEPS_PER_PAGE;
      const next = Math.min(last, zero + STEPS_PER_PAGE);
      const steps = byNumber[ring.name].get(number)?.series.get(series);
      if (steps) visit(steps, index - zero, next - zero, zero * ring.stepMs);
      index = next;
    }
  }

  /** Older than the seconds ring: whole minutes; then seconds. */
  function ranges(start: number, end: number): readonly (readonly [Ring, number, number])[] {
    if (start >= from) return [[SECONDS, start, end]];
    const border = Math.max(start, Math.min(end, from));
    const minutes = [MINUTES, Math.floor(start / 60_000) * 60_000, Math.floor(border / 60_000) * 60_000] as const;
    return border < end ? [minutes, [SECONDS, border, end]] : [minutes];
  }

  function search(series: string, start: number, end: number): { first?: number; last?: number } {
    const found: { first?: number; last?: number } = {};
    for (const [ring, low, high] of ranges(start, end)) {
      eachPage(ring, series, low, high, ({ counts }, first, end, zero) => {
        for (let step = first; step < end; step += 1) {
          if ((counts[step] ?? 0) === 0) continue;
          const time = zero + step * ring.stepMs;
          found.first ??= time;
          found.last = time;
        }
      });
    }
    return found;
  }

  return {
    from,
    sum(series, start, end) {
      let count = 0;
      let sum = 0;
      for (const [ring, low, high] of ranges(start, end)) {
        eachPage(ring, series, low, high, ({ counts, sums }, first, end) => {
          for (let step = first; step < end; step += 1) {
            count += counts[step] ?? 0;
            sum += sums[step] ?? 0;
          }
        });
      }
      return { count, sum };
    },
    firstSeen: (series, start, end) => search(series, start, end).first,
    lastSeen: (series, start, end) => search(series, start, end).last,
    keys(name, label, to, limit) {
      const start = to - KEYS_BACK_MS;
      const prefix = `${name}{${label}=`;
      const counts = new Map<string, number>();
      for (const page of byNumber.m.values()) {
        if ((page.page + 1) * pageMs(MINUTES) <= start || page.page * pageMs(MINUTES) >= to) continue;
        for (const [key, steps] of page.series) {
          if (!key.startsWith(prefix) || Object.keys(parseSeriesKey(key).labels).length !== 1) continue;
          counts.set(key, (counts.get(key) ?? 0) + countWithin(steps, page, start, to));
        }
      }
      return [...counts]
        .filter(([, count]) => count > 0)
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([key]) => key);
    },
    exemplars(series, start, end, limit) {
      const kept = [...byNumber.s.values()]
        .sort((a, b) => a.page - b.page)
        .flatMap((page) => page.exemplars)
        .filter((exemplar) => exemplar.series === series && exemplar.time >= start && exemplar.time < end);
      return spread(kept, limit).map(({ line }) => line);
    },
    tops(series, start, end) {
      const byField = new Map<string, Map<string, number>>();
      for (const page of [...byNumber.s.values()].sort((a, b) => a.page - b.page)) {
        for (const [list, slots] of page.tops) {
          const bar = list.lastIndexOf('|');
          if (list.slice(0, bar) !== series) continue;
          const totals = byField.get(list.slice(bar + 1)) ?? new Map<string, number>();
          byField.set(list.slice(bar + 1), totals);
          for (const [slot, keys] of slots) {
            const time = page.page * pageMs(SECONDS) + slot * TOP_STEP_MS;
            if (time + TOP_STEP_MS <= start || time >= end) continue;
            for (const [key, count] of keys) totals.set(key, (totals.get(key) ?? 0) + count);
          }
        }
      }
      return [...byField]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([by, totals]) => ({ by, entries: [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)) }));
    },
  };
}

function countWithin(steps: Steps, page: Page, start: number, to: number): number {
  let count = 0;
  for (let step = 0; step < STEPS_PER_PAGE; step += 1) {
    const time = page.page * pageMs(MINUTES) + step * MINUTES.stepMs;
    if (time + MINUTES.stepMs > start && time < to) count += steps.counts[step] ?? 0;
  }
  return count;
}

/** At most `limit` of them, evenly over the list, first and last among them. */
function spread<T>(list: readonly T[], limit: number): readonly T[] {
  if (list.length <= limit) return list;
  return Array.from(
    { length: limit },
    (_, i) => list[Math.round((i * (list.length - 1)) / Math.max(1, limit - 1))] as T,
  );
}
