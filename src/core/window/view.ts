/** Reads sums, heavy hitters and exemplars out of stored pages: what detectors and mails see of a source. */
import type { EvidenceView } from '../plugin.ts';
import { createBusiest } from './busiest.ts';
import type { AnyPage } from './codec.ts';
import type { Page } from './page.ts';
import { MINUTES, pageMs, pageOf, SECONDS } from './rings.ts';
import { createSketchView, type SketchView } from './sketch-view.ts';
import { addValues, countWithin, createTimelines, firstWithin, lastWithin, type Timeline } from './timelines.ts';

/** Pages of one source, by ring and number; pages that are not given count as empty. Sketches may be asked for late. */
export function createView(
  pages: readonly AnyPage[],
  newest: number,
  sketches: () => readonly AnyPage[] = () => pages,
): EvidenceView {
  const byNumber = { s: new Map<number, Page>(), m: new Map<number, Page>() };
  for (const page of pages) if (page.ring !== 't') byNumber[page.ring].set(page.page, page);
  const secondsOf = createTimelines(SECONDS, byNumber.s);
  const minutesOf = createTimelines(MINUTES, byNumber.m);
  const bySeries = new Map<string, Timelines>();
  const from = (pageOf(SECONDS, newest) - SECONDS.pages + 2) * pageMs(SECONDS);

  function stepsOf(series: string): Timelines {
    const steps = { seconds: secondsOf(series), minutes: minutesOf(series) };
    bySeries.set(series, steps);
    return steps;
  }

  /** Up to here whole minutes answer, as they are older than the seconds ring; from here on seconds. */
  function borderOf(start: number, end: number): number {
    return start >= from ? start : Math.max(start, Math.min(end, from));
  }

  function countOf(series: string, start: number, end: number): number {
    const { seconds, minutes } = bySeries.get(series) ?? stepsOf(series);
    if (start >= from) return countWithin(seconds, secondOf(start), secondOf(end));
    const border = borderOf(start, end);
    const old = countWithin(minutes, minuteOf(start), minuteOf(border));
    return old + countWithin(seconds, secondOf(border), secondOf(end));
  }

  let made: SketchView | undefined;
  function sketched(): SketchView {
    made ??= createSketchView(sketches().filter((page) => page.ring === 't'));
    return made;
  }

  return {
    from,
    count: countOf,
    sum(series, start, end) {
      const { seconds, minutes } = bySeries.get(series) ?? stepsOf(series);
      const border = borderOf(start, end);
      const old = addValues(0, minutes, minuteOf(start), minuteOf(border));
      const sum = addValues(old, seconds, secondOf(border), secondOf(end));
      return { count: countOf(series, start, end), sum };
    },
    firstSeen(series, start, end) {
      const { seconds, minutes } = bySeries.get(series) ?? stepsOf(series);
      const border = borderOf(start, end);
      const minute = firstWithin(minutes, minuteOf(start), minuteOf(border));
      if (minute !== undefined) return minute * MINUTES.stepMs;
      const second = firstWithin(seconds, secondOf(border), secondOf(end));
      return second === undefined ? undefined : second * SECONDS.stepMs;
    },
    lastSeen(series, start, end) {
      const { seconds, minutes } = bySeries.get(series) ?? stepsOf(series);
      const border = borderOf(start, end);
      const second = lastWithin(seconds, secondOf(border), secondOf(end));
      if (second !== undefined) return second * SECONDS.stepMs;
      const minute = lastWithin(minutes, minuteOf(start), minuteOf(border));
      return minute === undefined ? undefined : minute * MINUTES.stepMs;
    },
    keys: createBusiest([...byNumber.m.values()]),
    quantile: (...asked) => sketched().quantile(...asked),
    distinct: (...asked) => sketched().distinct(...asked),
    exemplars: (...asked) => sketched().exemplars(...asked),
    top: (...asked) => sketched().top(...asked),
    tops: (...asked) => sketched().tops(...asked),
  };
}

interface Timelines {
  readonly seconds: Timeline;
  readonly minutes: Timeline;
}

function secondOf(time: number): number {
  return Math.floor(time / SECONDS.stepMs);
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTES.stepMs);
}
