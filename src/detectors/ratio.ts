/** Judges a share (bad of all) by how unlikely its count is, at any traffic: no bare percentage, no minimum rate. */
import { type FaultMemory, followFault } from '../core/detect/fault-memory.ts';
import { createSeriesNames, type SeriesNames } from '../core/detect/series-names.ts';
import { asShareBaseline, believe, learning, learnShares, rateOfBad } from '../core/detect/share-baseline.ts';
import { type ShareCounts, windowStart } from '../core/detect/share-counts.ts';
import { isRecent, judgeWell, type LastingShares } from '../core/detect/share-lasting.ts';
import { BRIEF_WINDOW_MS, shareLimits } from '../core/detect/share-limits.ts';
import {
  limitShare,
  readWindows,
  type ShareFloors,
  type ShareScoring,
  type ShareWindow,
  shareScoring,
  usualShare,
} from '../core/detect/share-windows.ts';
import { SKETCH_STEP_MS } from '../core/detect/sketched.ts';
import { UserError } from '../core/errors.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';

/** Windows up to this long may fire without being confirmed. */
export const URGENT_WINDOW_MS = 60_000;
/** Then the longest window has left the last fault behind. */
const FORGET_MS = 1_800_000;

interface RatioOptions extends ShareFloors {
  readonly part: string;
  readonly whole: string;
  readonly score?: number;
  readonly urgentScore?: number;
  readonly leave: number;
  readonly minDistinct?: number;
  readonly of?: string;
}

export const detector: DetectorPlugin = {
  name: 'ratio',
  describe: 'A share of bad observations in all, against its own past, by an exact test over 3 s to 30 min.',
  options: {
    part: { type: 'series', describe: 'Series of the bad observations.', example: 'http.5xx' },
    whole: { type: 'series', describe: 'Series of all observations.', example: 'http.requests' },
    score: {
      type: 'number',
      describe:
        '-log10 of the chance from which it is a finding: 6 means once in a million. Without it: what its part of falseAlarmsPerMonth allows.',
      example: 6,
      optional: true,
      min: 2,
      max: 300,
    },
    urgentScore: {
      type: 'number',
      describe:
        'Score in a window of up to 1 min from which it fires without waiting for confirmation. Without it: as for score.',
      example: 9,
      optional: true,
      min: 2,
      max: 300,
    },
    minPart: {
      type: 'integer',
      describe: 'Bad observations a finding needs.',
      example: 5,
      default: 5,
      min: 1,
      max: 1_000_000,
    },
    minShare: {
      type: 'number',
      describe: 'Share a finding needs, 0.02 is 2%.',
      example: 0.02,
      default: 0.02,
      min: 0,
      max: 1,
    },
    lasting: {
      type: 'number',
      describe: 'Part of minShare that is enough in half an hour, with 50 bad ones and twice the usual share.',
      example: 0.25,
      default: 1,
      min: 0,
      max: 1,
    },
    minTimes: {
      type: 'number',
      describe: 'Times the usual share a finding needs.',
      example: 1.5,
      default: 1.5,
      min: 1,
      max: 1_000,
    },
    minLearnt: {
      type: 'integer',
      describe: 'Observations that are learnt before it speaks: for shares of which nothing is known beforehand.',
      example: 100,
      default: 0,
      min: 0,
      max: 1_000,
    },
    leave: {
      type: 'number',
      describe: 'Part of the limit to enter below which it is well again.',
      example: 0.5,
      default: 0.5,
      min: 0.1,
      max: 1,
    },
    minDistinct: {
      type: 'integer',
      describe:
        'Different values of the field `of` that the bad observations must have, so that one client that tries again and again is none. Where they are not counted it is not asked.',
      example: 3,
      optional: true,
      min: 2,
      max: 1_000,
    },
    of: {
      type: 'text',
      describe: 'Field that minDistinct counts, one of the distincts of part.',
      example: 'client',
      optional: true,
    },
  },
  compile(given) {
    const options = given as unknown as RatioOptions;
    if ((options.minDistinct === undefined) !== (options.of === undefined)) {
      throw new UserError(
        'CONFIG',
        'minDistinct counts the different values of a field; give it and of: client, or neither',
      );
    }
    return createRatio(options);
  },
};

function createRatio(options: RatioOptions): DetectorRunner {
  const inputs = [options.part, options.whole];
  const namesOf = createSeriesNames(inputs);
  return {
    inputs,
    everyMs: 10_000,
    spends: options.score === undefined,
    limitAt: (budget) => shareLimits(options, budget).score,
    judge: (input) => judge(options, input, namesOf(input.label)),
  };
}

function judge(options: RatioOptions, input: JudgeInput, { labels, keys }: SeriesNames): Judgement {
  const { now, view } = input;
  const [part = '', whole = ''] = keys;
  const learnt = learnShares(asShareBaseline(input.baseline, now), now, view, { ...options, part, whole });
  const baseline = followFault(learnt, now, input.open, FORGET_MS);
  const note = learning(baseline, options.minLearnt);
  if (note !== undefined) return { verdict: 'unclear', note, score: 0, baseline };
  const counts = { now, view, part, whole, over: baseline.over ?? 0 };
  const scoring = shareScoring(options, baseline);
  const windows = readWindows(counts, scoring);
  const score = Math.max(...windows.map((window) => window.score));
  const shares = { windows, counts, enter: scoring.enter };
  const step = { options, input, labels, scoring, score, ...shares };
  return score > 0 ? judgeOdd(step) : { ...wellOr(step), score, baseline };
}

/** One step with everything its verdict is made of. */
interface RatioStep extends LastingShares {
  readonly options: RatioOptions;
  readonly input: JudgeInput;
  readonly labels: Readonly<Record<string, string>>;
  readonly scoring: ShareScoring;
  readonly score: number;
}

function judgeOdd(step: RatioStep): Judgement {
  const { options, input, windows, scoring, score } = step;
  const baseline = scoring.learnt;
  const limits = shareLimits(options, input.budget, rateOfBad(baseline));
  const limitOf = ({ ms }: ShareWindow) => (ms <= BRIEF_WINDOW_MS ? limits.brief : limits.score);
  const isTold = (limit: (window: ShareWindow) => number) => (window: ShareWindow) =>
    window.score >= limit(window) && isRecent(window, step);
  const telling = windows.find(isTold(limitOf));
  if (telling === undefined) {
    // Leaving is harder than not entering: a small share that only just missed the score is not over.
    const lingers = windows.some(isTold((window) => limitOf(window) * options.leave));
    const verdict = lingers ? { verdict: 'unclear' as const, note: 'still above its usual' } : wellOr(step);
    return { ...verdict, score, baseline };
  }
  const few = distinctNote(step, telling);
  if (few !== undefined) return { verdict: 'unclear', note: few, score, baseline };
  const urgent = windows.some((window) => window.ms <= URGENT_WINDOW_MS && isTold(() => limits.urgent)(window));
  const memory: FaultMemory = {
    told: Number((telling.k / telling.n).toPrecision(2)),
    isSure: urgent || baseline.isSure,
  };
  return {
    verdict: 'bad',
    score,
    baseline: { ...baseline, ...memory },
    finding: { ...findingOf(step, telling, limitOf), urgent },
  };
}

function findingOf(step: RatioStep, telling: ShareWindow, limitOf: (window: ShareWindow) => number) {
  const { input, labels, counts, windows, scoring, options, score } = step;
  return {
    ...{ source: input.source, series: counts.part, labels, time: input.now },
    since: firstBad(counts, telling.ms) ?? windowStart(counts, telling.ms),
    value: telling.k / telling.n,
    expected: believe(scoring.learnt, 0, options.minLearnt).mean,
    limit: limitShare(telling, limitOf(telling), scoring),
    unit: 'share' as const,
    windowMs: telling.ms,
    score,
    part: telling.k,
    whole: telling.n,
    usual: usualShare(telling, scoring),
    agreeing: windows.filter((window) => window.score >= limitOf(window)).map(({ ms }) => ms),
  };
}

function firstBad(counts: ShareCounts, ms: number): number | undefined {
  return counts.view.firstSeen(counts.part, windowStart(counts, ms), counts.now);
}

/** Different values are known once the ten seconds of the first bad one are over; a shorter window never sees them over. */
function distinctNote({ options, counts }: RatioStep, telling: ShareWindow): string | undefined {
  const { minDistinct, of } = options;
  if (minDistinct === undefined || of === undefined) return undefined;
  const first = firstBad(counts, Math.max(telling.ms, 2 * SKETCH_STEP_MS)) ?? counts.now;
  const from = Math.floor(first / SKETCH_STEP_MS) * SKETCH_STEP_MS;
  if (counts.now < from + SKETCH_STEP_MS) return `waits until it knows the different values of ${of}`;
  const found = counts.view.distinct(counts.part, of, from, counts.now);
  if (found === undefined || Math.round(found) >= minDistinct) return undefined;
  return `different values of ${of}: ${Math.round(found)}, of ${minDistinct} needed`;
}

function wellOr(step: RatioStep): Pick<Judgement, 'verdict' | 'note'> {
  const { scoring, options } = step;
  const { mean } = believe(scoring.learnt, 0, options.minLearnt);
  return judgeWell({ ...step, mean, told: scoring.learnt.told, lasting: scoring.lasting, leave: options.leave });
}
