/** Reads sums, heavy hitters and exemplars out of stored pages: what detectors and mails see of a source. */
import type { EvidenceView } from '../plugin.ts';
import { createBusiest } from './busiest.ts';
import type { AnyPage } from './codec.ts';
import type { Page } from './page.ts';
import { createTotals } from './page-totals.ts';
import { MINUTES, pageMs, pageOf, SECONDS } from './rings.ts';
import { createSketchView } from './sketch-view.ts';
import { createTimelines, type Timeline } from './timelines.ts';

/** Pages of one source, by ring and number; pages that are not given count as empty. */
export function createView(pages: readonly AnyPage[], newest: number, totals = createTotals()): EvidenceView {
  const byNumber = { s: new Map<number, Page>(), m: new Map<number, Page>() };
  for (const page of pages) if (page.ring !== 't') byNumber[page.ring].set(page.page, page);
  const seconds = createTimelines(SECONDS, byNumber.s, totals);
  const minutes = createTimelines(MINUTES, byNumber.m, totals);
  const from = (pageOf(SECONDS, newest) - SECONDS.pages + 2) * pageMs(SECONDS);

  /** Older than the seconds ring: whole minutes; then seconds. */
  function partsOf(series: string, start: number, end: number): readonly Part[] {
    if (start >= from) return [secondsOf(series, start, end)];
    const border = Math.max(start, Math.min(end, from));
    const [low, high] = [Math.floor(start / MINUTES.stepMs), Math.floor(border / MINUTES.stepMs)];
    const old = { timeline: minutes(series), low, high, stepMs: MINUTES.stepMs };
    return border < end ? [old, secondsOf(series, border, end)] : [old];
  }

  function secondsOf(series: string, start: number, end: number): Part {
    const [low, high] = [Math.floor(start / SECONDS.stepMs), Math.ceil(end / SECONDS.stepMs)];
    return { timeline: seconds(series), low, high, stepMs: SECONDS.stepMs };
  }

  return {
    from,
    sum(series, start, end) {
      const parts = partsOf(series, start, end);
      let count = 0;
      let isCounted = true;
      for (const { timeline, low, high } of parts) {
        count += timeline.count(low, high);
        if (!timeline.isCounted) isCounted = false;
      }
      if (isCounted) return { count, sum: count };
      return { count, sum: parts.reduce((sum, { timeline, low, high }) => timeline.addValues(sum, low, high), 0) };
    },
    firstSeen(series, start, end) {
      for (const { timeline, low, high, stepMs } of partsOf(series, start, end)) {
        const step = timeline.first(low, high);
        if (step !== undefined) return step * stepMs;
      }
      return undefined;
    },
    lastSeen(series, start, end) {
      for (const { timeline, low, high, stepMs } of partsOf(series, start, end).toReversed()) {
        const step = timeline.last(low, high);
        if (step !== undefined) return step * stepMs;
      }
      return undefined;
    },
    keys: createBusiest([...byNumber.m.values()]),
    ...createSketchView(pages.filter((page) => page.ring === 't')),
  };
}

/** Steps of one ring. */
interface Part {
  readonly timeline: Timeline;
  readonly low: number;
  readonly high: number;
  readonly stepMs: number;
}
