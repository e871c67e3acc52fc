/** What of the stored windows goes into a mail: lines, who stands out, the last ten minutes. */
import { explain } from '../detect/attribution/explain.ts';
import { type Explanation, FIELDS } from '../detect/attribution/explanation.ts';
import { isSketched, sketchedValue } from '../detect/sketched.ts';
import { parseSeriesKey, seriesKey } from '../observe/series.ts';
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { Contributor, Fault, TimelinePoint, Variety } from '../types.ts';
import { isSilence, type Judged } from './wording.ts';

export const EVIDENCE_LINES = 5;
/** Keys shown of each field. */
export const KEYS_PER_FIELD = 3;
export const TIMELINE_POINTS = 60;
export const POINT_MS = 10_000;
/** Heavy hitters are counted over ten seconds each; the sums they are held against must span the same time. */
const TOP_STEP_MS = 10_000;

export interface Span {
  readonly view: EvidenceView;
  readonly from: number;
  readonly to: number;
}

/** Lines of the leader's series first, then of the others told with it, each line once. */
export function evidenceOf(faults: readonly Fault[], { view, from, to }: Span): readonly string[] {
  const series = [...new Set(faults.map(({ last }) => last.series))].slice(0, EVIDENCE_LINES);
  const lists = series.map((key) => view.exemplars(key, from, to, EVIDENCE_LINES));
  const others = lists.slice(1).filter((list) => list.length > 0).length;
  const firstCount = Math.max(2, EVIDENCE_LINES - others);
  const lines = [...(lists[0] ?? []).slice(0, firstCount), ...lists.slice(1).flatMap((list) => list.slice(0, 1))];
  const rest = lists.flat();
  return [...new Set([...lines, ...rest])].slice(0, EVIDENCE_LINES);
}

/** Bad observations over the whole fault; undefined where the series is measured and not counted. */
export function badTotalOf(fault: Fault, watch: WatchSpec, { view, from, to }: Span): number | undefined {
  const { series, unit, part, labels } = fault.last;
  const reading = readingOf(fault, watch);
  if (
    isSketched(watch.options.statistic) ||
    reading === 'mean' ||
    (reading !== 'share' && unit !== 'count') ||
    isSilence(judgedBy(fault, watch))
  )
    return undefined;
  const total = Math.max(
    read(view, reading === 'share' ? 'count' : reading, { series, labels }, from, to) ?? 0,
    part ?? 0,
  );
  return total > 0 ? total : undefined;
}

/** Share of the top keys in the bad observations and in all, by field. Heavy hitters are kept of totals, not of labels. */
export function contributorsOf(fault: Fault, watch: WatchSpec, { view, from, to }: Span): readonly Contributor[] {
  const [start, end] = topSteps(from, to);
  const bad = parseSeriesKey(fault.last.series).name;
  const whole = wholeName(watch);
  const wholeTops = whole === undefined ? [] : view.tops(whole, start, end);
  const badSum = view.sum(bad, start, end).count;
  const allSum = whole === undefined ? 0 : view.sum(whole, start, end).count;
  return view
    .tops(bad, start, end)
    .filter(({ by }) => FIELDS.includes(by))
    .toSorted((a, b) => FIELDS.indexOf(a.by) - FIELDS.indexOf(b.by))
    .flatMap(({ by, entries }) => {
      const all = new Map(wholeTops.find((top) => top.by === by)?.entries ?? []);
      return entries.slice(0, KEYS_PER_FIELD).map(([key, count]) => ({
        by,
        key,
        bad: count,
        badTotal: Math.max(badSum, count),
        all: Math.max(all.get(key) ?? 0, allSum > 0 ? count : 0),
        allTotal: Math.max(allSum, all.get(key) ?? 0),
      }));
    });
}

/** Who explains it, of what is counted; a figure that is measured or read out of a sketch is nobody's. */
export function explanationOf(fault: Fault, watch: WatchSpec, span: Span): Explanation | undefined {
  const whole = wholeName(watch);
  const isCounted = whole !== undefined || badTotalOf(fault, watch, span) !== undefined;
  return isCounted ? explain({ finding: fault.last, whole, ...span }) : undefined;
}

/** How many different ones there were, of the fields that are counted so. */
export function varietiesOf(fault: Fault, { view, from, to }: Span): readonly Variety[] {
  const [start, end] = topSteps(from, to);
  const bad = parseSeriesKey(fault.last.series).name;
  return FIELDS.flatMap((by) => {
    const different = view.distinct(bad, by, start, end);
    return different === undefined ? [] : [{ by, different: Math.round(different) }];
  });
}

/** The ten seconds that the span touches, from the first one's start to the last one's end, past what is judged. */
function topSteps(from: number, to: number): readonly [number, number] {
  return [Math.floor(from / TOP_STEP_MS) * TOP_STEP_MS, Math.ceil(to / TOP_STEP_MS) * TOP_STEP_MS];
}

/** The judged series over the ten minutes before `to`, read as it is judged. */
export function timelineOf(fault: Fault, watch: WatchSpec, view: EvidenceView, to: number): readonly TimelinePoint[] {
  const { series, labels } = fault.last;
  const reading = readingOf(fault, watch);
  const keys = { series, labels, whole: wholeName(watch) };
  const { statistic, of } = watch.options;
  const at = (from: number): number | null => {
    const range = { from, to: from + POINT_MS };
    if (!isSketched(statistic)) return read(view, reading, keys, range.from, range.to);
    return sketchedValue(view, { series, statistic, of: of === undefined ? of : String(of) }, range) ?? null;
  };
  return Array.from({ length: TIMELINE_POINTS }, (_, i) => {
    const time = to - (TIMELINE_POINTS - i) * POINT_MS;
    return { time, value: at(time) };
  });
}

type Reading = 'share' | 'count' | 'sum' | 'mean';

/** Where a watch does not say, its unit does. */
function readingOf(fault: Fault, watch: WatchSpec): Reading {
  const { statistic } = watch.options;
  if (wholeName(watch) !== undefined) return 'share';
  if (statistic === 'count' || statistic === 'sum' || statistic === 'mean') return statistic;
  return isSilence(judgedBy(fault, watch)) || fault.last.unit === 'count' ? 'count' : 'mean';
}

/** Null where there was nothing to take a share or a mean of. */
function read(
  view: EvidenceView,
  reading: Reading,
  keys: { readonly series: string; readonly labels: Fault['last']['labels']; readonly whole?: string | undefined },
  from: number,
  to: number,
): number | null {
  const { count, sum } = view.sum(keys.series, from, to);
  if (reading === 'count') return count;
  if (reading === 'sum') return sum;
  if (reading === 'mean') return count === 0 ? null : sum / count;
  const all = view.sum(seriesKey(keys.whole ?? '', keys.labels), from, to).count;
  return all === 0 ? null : Math.min(1, count / all);
}

function judgedBy(fault: Fault, watch: WatchSpec): Judged {
  return { finding: fault.last, detector: watch.detector };
}

function wholeName(watch: WatchSpec): string | undefined {
  const { whole } = watch.options;
  return typeof whole === 'string' ? whole : undefined;
}
