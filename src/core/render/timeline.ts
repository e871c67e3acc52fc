/** The judged series over the time before a mail, for its bars: as fine as what is judged, and as far back as shows what is usual. */
import { isSketched, SKETCH_BACK_MS, sketchedValue } from '../detect/sketched.ts';
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { Fault, TimelinePoint } from '../types.ts';
import { readingOf, readValue, wholeName } from './reading.ts';

export const TIMELINE_POINTS = 60;
const TEN_SECONDS_MS = 10_000;
const MINUTE_MS = 60_000;
/** A longer window is shown in points of two minutes: two hours, which is as far as a view reaches for certain. */
const LONG_WINDOW_MS = 20 * MINUTE_MS;
/** Of one message or one client among many the series says nothing, and a check is well or not. */
const NOT_OF_SERIES = ['template', 'concentration', 'check'];

/** Oldest first, up to `to`. */
export function timelineOf(fault: Fault, watch: WatchSpec, view: EvidenceView, to: number): readonly TimelinePoint[] {
  if (watch.isState || NOT_OF_SERIES.includes(watch.detector)) return [];
  const { series, labels } = fault.last;
  const reading = readingOf(fault, watch);
  const statistic = watch.detector === 'distinct' ? 'distinct' : watch.options.statistic;
  const keys = { series, labels, whole: wholeName(watch), of: String(watch.options.of) };
  const points = (ms: number, count: number, at: (from: number) => number | null) => {
    // Of a longer point only what is whole: a part of a minute would look like less.
    const end = ms > TEN_SECONDS_MS ? Math.floor(to / MINUTE_MS) * MINUTE_MS : to;
    const times = Array.from({ length: count }, (_, i) => end - (count - i) * ms);
    return times.map((time) => ({ time, value: at(time) }));
  };
  if (isSketched(statistic)) {
    const asked = { ...keys, statistic };
    const at = (from: number) => sketchedValue(view, asked, { from, to: from + MINUTE_MS }) ?? null;
    return points(MINUTE_MS, SKETCH_BACK_MS / MINUTE_MS, at);
  }
  const ms = pointMs(fault, reading === 'mean', to);
  return points(ms, TIMELINE_POINTS, (from) => readValue(view, reading, keys, { from, to: from + ms }));
}

/** What is measured is measured twice a minute or less often. Before what lasts there is to be seen what was usual. */
function pointMs({ last, peak, first }: Fault, isMeasured: boolean, to: number): number {
  const windowMs = Math.min(last.windowMs, peak.windowMs);
  const lastedMs = to - first.since;
  if (windowMs > LONG_WINDOW_MS || lastedMs > 50 * MINUTE_MS) return 2 * MINUTE_MS;
  return isMeasured || windowMs > MINUTE_MS || lastedMs > 8 * MINUTE_MS ? MINUTE_MS : TEN_SECONDS_MS;
}
