/** Judges silence by the series' own gaps: night silence is fine, a busy site's minute is not. */
import { FIRST_MAX_MS, firstLimitMs } from '../core/detect/first-silence.ts';
import {
  asGaps,
  asOdd,
  dueRate,
  type Gaps,
  largestGapMs,
  largestMissed,
  learnGaps,
  longGapMs,
} from '../core/detect/gaps.ts';
import { amountDue, timeUntilDue } from '../core/detect/season/due.ts';
import {
  afterGap,
  createUsualCounts,
  GAP_MS,
  learnMinutes,
  type UsualCounts,
} from '../core/detect/season/usual-counts.ts';
import { createSeriesNames, type SeriesNames } from '../core/detect/series-names.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';

/** A series must have been seen this long, and with so many observations, before its silence says anything. */
export const WARM_UP_MS = 30 * 60_000;
export const WARM_UP_LINES = 50;
/** Times the gap that one in a hundred exceeds, and times the largest one of the last days. */
const TIMES_LONG = 10;
const TIMES_LARGEST = 2;
/** Expected observations in the silence: e^-14 is one in a million, and bursts are answered by three times as many. */
export const EXPECTED_MISSED = 14;
const BURSTS = 3;
/** With this many observations a second (one hundred in half an hour) the rate itself says what is due. */
const BUSY_RATE = 100 / 1_800;
/** What is usual by the time of the week is looked after so often: each time is one more baseline to store. */
const LEARN_EVERY_MS = 60_000;
/** A baseline this far ahead of now is of a clock that was wrong. */
const AHEAD_MAX_MS = 3_600_000;

/** Gaps, and what is usual at this time of the week. */
type AbsenceBaseline = Gaps & { readonly weekly?: UsualCounts };

interface AbsenceOptions {
  readonly series: string;
  readonly minSilence: number;
}

export const detector: DetectorPlugin = {
  name: 'absence',
  describe: 'Silence longer than the gaps of the series itself make likely, by day and by night.',
  options: {
    series: { type: 'series', describe: 'Series that should speak.', example: 'http.requests' },
    minSilence: {
      type: 'duration',
      describe: 'Silence that is told at the earliest, on the busiest site.',
      example: '60s',
      default: '60s',
      min: 10_000,
      max: 86_400_000,
    },
  },
  compile: (options) => createAbsence(options as unknown as AbsenceOptions),
};

function createAbsence(options: AbsenceOptions): DetectorRunner {
  const inputs = [options.series];
  const namesOf = createSeriesNames(inputs);
  return {
    inputs,
    everyMs: 5_000,
    judge: (input) => judge(options, input, namesOf(input.label)),
  };
}

function judge(options: AbsenceOptions, input: JudgeInput, { labels, keys }: SeriesNames): Judgement {
  const { now, view, offsetMs } = input;
  const [series = ''] = keys;
  const before = followed(input);
  const dueBetween = (from: number, to: number) =>
    before?.weekly ? amountDue(before.weekly.usual, from + offsetMs, to + offsetMs) : Number.POSITIVE_INFINITY;
  const learnt = learnGaps(before, { now, view, series, dueBetween });
  if (!learnt) return { verdict: 'unclear', baseline: input.baseline, note: 'nothing seen yet' };
  const gaps = withWeekly(learnt, input, series);
  const silentMs = now - silentFrom(gaps, input);
  const limitMs = limitOf(gaps, options, { ...input, series, silentMs });
  if (limitMs === undefined) return { verdict: 'unclear', baseline: gaps, note: 'warm-up' };
  if (silentMs < limitMs) return { verdict: silentMs < options.minSilence ? 'well' : 'unclear', baseline: gaps };
  return {
    verdict: 'bad',
    baseline: asOdd(gaps),
    finding: {
      ...{ source: input.source, series, labels, time: now, since: gaps.last + 1_000 },
      value: silentMs / 1_000,
      expected: largestGapMs(gaps) / 1_000,
      limit: limitMs / 1_000,
      unit: 'seconds',
      windowMs: silentMs,
      score: Math.min(300, ((dueRate(gaps) * silentMs) / 1_000 / BURSTS) * Math.LOG10E),
      urgent: true,
    },
  };
}

/** Since the last observation; where nobody looked before, as after what was learnt of earlier files, since somebody looks. */
function silentFrom({ last, weekly }: AbsenceBaseline, { open }: Pick<JudgeInput, 'open'>): number {
  return Math.max(last + 1_000, open ? 0 : (weekly?.from ?? 0));
}

/** Undefined while it warms up. */
function limitOf(
  gaps: AbsenceBaseline,
  options: AbsenceOptions,
  { view, offsetMs, open, series, silentMs }: JudgeInput & { readonly series: string; readonly silentMs: number },
): number | undefined {
  const limitMs = Math.max(silenceLimitMs(gaps, options), weeklyLimitMs(gaps, offsetMs));
  if (gaps.last - gaps.start >= WARM_UP_MS) return gaps.lines < WARM_UP_LINES ? undefined : limitMs;
  if (silentMs < options.minSilence) return open ? limitMs : undefined;
  if (!open && silentMs > FIRST_MAX_MS) return undefined;
  return firstLimitMs({ gaps, limitMs, view, series, isOpen: open });
}

function followed({ baseline, now }: JudgeInput): AbsenceBaseline | undefined {
  const before: AbsenceBaseline | undefined = asGaps(baseline);
  if (before === undefined || before.last > now + AHEAD_MAX_MS) return undefined;
  // Where nobody looked for a while it is not known what came: that is no gap of the series.
  const isUnseen = before.weekly !== undefined && now - before.weekly.seen > GAP_MS;
  return isUnseen ? asOdd(before) : before;
}

function withWeekly(before: AbsenceBaseline, { now, view, offsetMs }: JudgeInput, series: string): AbsenceBaseline {
  const { weekly = createUsualCounts(now) } = before;
  if (before.weekly && Math.abs(now - weekly.seen) < LEARN_EVERY_MS) return before;
  // Silence counts as it is: a site that is shut each night at once is told until that is known, and not for ever.
  const read = { now, view, offsetMs, series, isOdd: () => false };
  return { ...before, weekly: learnMinutes(afterGap(weekly, now), read) };
}

/** Silence from which as many are missing at this time of the week as at the rate of before it. */
function weeklyLimitMs({ weekly, last }: AbsenceBaseline, offsetMs: number): number {
  return weekly ? timeUntilDue(weekly.usual, last + 1_000 + offsetMs, EXPECTED_MISSED * BURSTS) : 0;
}

/** Silence from which it is told by what was lately. */
export function silenceLimitMs(gaps: Gaps, options: Pick<AbsenceOptions, 'minSilence'>): number {
  const rate = dueRate(gaps);
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  const missedMs = ((EXPECTED_MISSED * BURSTS) / rate) * 1_000;
  // The gaps of the night would hide the silences of the day: by day a gap is measured by what is due in it.
  const usualMs = Math.max(TIMES_LONG * longGapMs(gaps), TIMES_LARGEST * largestGapMs(gaps));
  if (rate < BUSY_RATE) return Math.max(options.minSilence, missedMs, usualMs);
  const usualByRateMs = ((TIMES_LARGEST * largestMissed(gaps)) / rate) * 1_000;
  return Math.max(options.minSilence, missedMs, Math.min(usualMs, usualByRateMs));
}
