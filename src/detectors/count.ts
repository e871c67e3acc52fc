/** Judges a count (requests, hits of a template) against what is usual at this time of the week: too many, or too few. */
import { COUNT_STEP_MS, expectedIn, learnCounts, withScores } from '../core/detect/count-baseline.ts';
import { explainCount, isTold } from '../core/detect/count-finding.ts';
import { countLimits, lowerLimit } from '../core/detect/count-limits.ts';
import { LEAVE, MIN_TIMES } from '../core/detect/count-options.ts';
import { type CountFloors, isBeyond, judgeCounts } from '../core/detect/count-verdict.ts';
import { largestScores, rated, readWindows } from '../core/detect/count-windows.ts';
import { createSeriesNames, type SeriesNames } from '../core/detect/series-names.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';

interface CountOptions extends Omit<CountFloors, 'limit'> {
  readonly series: string;
  readonly score?: number;
  readonly urgentScore?: number;
}

/** Scores above the limit by this are beyond doubt, in windows of up to a minute. */
const URGENT_MORE = 3;
const URGENT_WINDOW_MS = 60_000;

export const detector: DetectorPlugin = {
  name: 'count',
  describe:
    'Too many or too few observations for this time of the week, by a test over 10 s, 30 s, 1 min, 5 min and 15 min.',
  options: {
    series: { type: 'series', describe: 'Series whose observations are counted.', example: 'http.requests' },
    side: {
      type: 'choice',
      describe: 'What is told: too many (high), too few (low), or both.',
      example: 'low',
      default: 'high',
      choices: ['high', 'low', 'both'],
    },
    minTimes: MIN_TIMES,
    maxTimes: {
      type: 'number',
      describe: 'Too few are at most this many times the usual, 0.25 is a quarter.',
      example: 0.25,
      default: 0.25,
      min: 0,
      max: 0.9,
    },
    minCount: {
      type: 'integer',
      describe: 'Observations in the window that too many are at least.',
      example: 100,
      default: 20,
      min: 1,
      max: 1_000_000,
    },
    minExpected: {
      type: 'integer',
      describe: 'Observations that must be usual in a window to tell that there are too few.',
      example: 30,
      default: 30,
      min: 5,
      max: 1_000_000,
    },
    minWindow: {
      type: 'duration',
      describe: 'Shorter windows do not tell: what does not last so long is no matter.',
      example: '1m',
      default: '10s',
      min: 10_000,
      max: 900_000,
    },
    silence: {
      type: 'boolean',
      describe: 'Whether nothing at all is told as too few; false leaves silence to a watch with absence.',
      example: false,
      default: true,
    },
    score: {
      type: 'number',
      describe: '-log10 of the chance from which it is a finding; without it, what falseAlarmsPerMonth allows.',
      example: 8,
      optional: true,
      min: 2,
      max: 300,
    },
    urgentScore: {
      type: 'number',
      describe: `Score in a window of up to 1 min from which it fires without waiting for confirmation; without it, ${URGENT_MORE} more than the score from which it is a finding.`,
      example: 11,
      optional: true,
      min: 2,
      max: 300,
    },
    leave: LEAVE,
  },
  compile: (options) => createCount(options as unknown as CountOptions),
};

function createCount(options: CountOptions): DetectorRunner {
  const inputs = [options.series];
  const namesOf = createSeriesNames(inputs);
  return {
    inputs,
    everyMs: COUNT_STEP_MS,
    onGrid: true,
    spends: options.score === undefined,
    limitAt: (budget) => lowerLimit(countLimits(options, budget), options.side),
    judge: (input) => judge(options, input, namesOf(input.label)),
  };
}

function judge(options: CountOptions, input: JudgeInput, { labels, keys }: SeriesNames): Judgement {
  const { now, offsetMs, view } = input;
  const [series = ''] = keys;
  const learnt = learnCounts({ ...input, series });
  const read = readWindows(learnt, { now, offsetMs, view, series });
  const baseline = withScores(learnt, { now, open: input.open, scores: largestScores(read), stepMs: COUNT_STEP_MS });
  const windows = rated(read, learnt.records);
  if (windows.length === 0) return { verdict: 'unclear', baseline, note: 'warm-up' };
  const floors = { ...options, limit: countLimits(options, input.budget) };
  const said = judgeCounts(windows, floors, (ms) => ({
    count: view.count(series, now - ms, now),
    expected: expectedIn(baseline.usual, now + offsetMs, ms) ?? 0,
  }));
  const { verdict, score, note } = said;
  if (!isTold(said)) return { verdict, score, note, baseline };
  const { side, told } = said;
  const urgentScore = options.urgentScore ?? floors.limit[side] + URGENT_MORE;
  const urgent = windows.some(
    (window) => window.ms <= URGENT_WINDOW_MS && window.score[side] >= urgentScore && isBeyond(window, side, floors),
  );
  const from = now - told.ms;
  const since = (side === 'high' ? view.firstSeen(series, from, now) : undefined) ?? from;
  const place = { source: input.source, series, labels, time: now, since };
  return {
    verdict,
    score,
    baseline: urgent ? { ...baseline, isSure: true } : baseline,
    finding: { ...place, ...explainCount(said, floors, learnt.records), urgent },
  };
}
