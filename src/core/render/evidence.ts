/** What of the stored windows goes into a mail: lines, how many, and who stands out. */
import { CHECK_SERIES } from '../check.ts';
import { explain } from '../detect/attribution/explain.ts';
import { type Explanation, FIELDS } from '../detect/attribution/explanation.ts';
import { hasSlowLists } from '../detect/attribution/slow.ts';
import { isSketched } from '../detect/sketched.ts';
import { isAbout } from '../detect/template/subject.ts';
import { parseSeriesKey, seriesKey } from '../observe/series.ts';
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { Contributor, Fault, Variety } from '../types.ts';
import { newestLines } from './newest-lines.ts';
import { readingOf, readValue, wholeName } from './reading.ts';
import { isSilence, isTooLittle, type Judged } from './wording.ts';

export const EVIDENCE_LINES = 5;
/** Lines among which those of one message are looked for: all that are kept of a series, five a minute. */
const LOOKED_THROUGH = 100;
/** Keys shown of each field. */
export const KEYS_PER_FIELD = 3;
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
  const subjectOf = (key: string) => faults.find(({ last }) => last.series === key)?.last.subject;
  const lists = series.map((key) => linesOf(key, subjectOf(key), { view, from, to }));
  const others = lists.slice(1).filter((list) => list.length > 0).length;
  const firstCount = Math.max(2, EVIDENCE_LINES - others);
  const lines = [...(lists[0] ?? []).slice(0, firstCount), ...lists.slice(1).flatMap((list) => list.slice(0, 1))];
  const rest = lists.flat();
  return [...new Set([...lines, ...rest])].slice(0, EVIDENCE_LINES);
}

/** Of one message or one client among many, of different ones, and of readings of a check, the number of all says nothing. */
const NOT_COUNTED = ['template', 'concentration', 'distinct', 'change', 'check'];

/** Those that the finding is about, where it is one message or one client among many. */
function linesOf(series: string, subject: string | undefined, { view, from, to }: Span): readonly string[] {
  // Of a check what it says now stands first.
  if (parseSeriesKey(series).name === CHECK_SERIES)
    return newestLines(view, series, { from, to }).slice(0, EVIDENCE_LINES);
  if (subject === undefined) return view.exemplars(series, from, to, EVIDENCE_LINES);
  const lines = view.exemplars(series, from, to, LOOKED_THROUGH).filter((line) => isAbout(line, subject));
  return lines.slice(0, EVIDENCE_LINES);
}

/** Observations over the whole fault, of a share the bad ones; undefined where that would say nothing. */
export function badTotalOf(fault: Fault, watch: WatchSpec, { view, from, to }: Span): number | undefined {
  const { series, part, labels } = fault.last;
  if (!isCounted(fault, watch) || isTooLittle(judgedBy(fault, watch))) return undefined;
  const reading = readingOf(fault, watch);
  const keys = { series, labels };
  const total = readValue(view, reading === 'share' ? 'count' : reading, keys, { from, to }) ?? 0;
  return Math.max(total, part ?? 0) || undefined;
}

/** It is a share or a number of observations, and not measured or read out of a sketch. */
function isCounted(fault: Fault, watch: WatchSpec): boolean {
  if (watch.isState || NOT_COUNTED.includes(watch.detector) || isSketched(watch.options.statistic)) return false;
  const reading = readingOf(fault, watch);
  if (reading === 'share') return true;
  return reading !== 'mean' && fault.last.unit === 'count' && !isSilence(judgedBy(fault, watch));
}

/** All observations over the whole fault, of which the bad ones are a share. */
export function allTotalOf(fault: Fault, watch: WatchSpec, { view, from, to }: Span): number | undefined {
  const whole = wholeName(watch);
  return whole === undefined ? undefined : view.count(seriesKey(whole, fault.last.labels), from, to);
}

/** Share of the top keys in the bad observations and in all, by field. Heavy hitters are kept of totals, not of labels. */
export function contributorsOf(fault: Fault, watch: WatchSpec, { view, from, to }: Span): readonly Contributor[] {
  if (!isCounted(fault, watch) || isTooLittle(judgedBy(fault, watch))) return [];
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

/** Who explains it, of what is counted, and of slow answers; another figure that is measured or read out of a sketch is nobody's. */
export function explanationOf(fault: Fault, watch: WatchSpec, span: Span): Explanation | undefined {
  const isTold = isCounted(fault, watch) || hasSlowLists(parseSeriesKey(fault.last.series).name);
  return isTold ? explain({ finding: fault.last, whole: wholeName(watch), ...span }) : undefined;
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

function judgedBy(fault: Fault, watch: WatchSpec): Judged {
  return { finding: fault.last, detector: watch.detector };
}
