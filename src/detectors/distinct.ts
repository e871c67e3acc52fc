/** Judges how many different values a field has (clients, users, routes) against what is usual at this time of the week. */
import { withScores } from '../core/detect/count-baseline.ts';
import { explainCount, isTold } from '../core/detect/count-finding.ts';
import { countLimits, lowerLimit } from '../core/detect/count-limits.ts';
import { LEAVE, MIN_TIMES } from '../core/detect/count-options.ts';
import { type CountFloors, judgeCounts } from '../core/detect/count-verdict.ts';
import { largestScores, rated } from '../core/detect/count-windows.ts';
import { distinctWindow, learnDistinct } from '../core/detect/distinct-baseline.ts';
import { createSeriesNames, type SeriesNames } from '../core/detect/series-names.ts';
import { SKETCH_BACK_MS } from '../core/detect/sketched.ts';
import { UserError } from '../core/errors.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';

/** The window moves by so much. */
const STEP_MS = 60_000;
const WINDOW_MIN_MS = 300_000;

interface DistinctOptions extends Omit<CountFloors, 'limit' | 'minWindow' | 'silence'> {
  readonly series: string;
  readonly of: string;
  readonly window: number;
  readonly score?: number;
}

export const detector: DetectorPlugin = {
  name: 'distinct',
  describe: 'Too many or too few different values of a field, such as clients, for this time of the week.',
  options: {
    series: { type: 'series', describe: 'Series whose lines are looked at.', example: 'http.requests' },
    of: {
      type: 'text',
      describe: 'Field whose different values are counted, one of the distincts of the series.',
      example: 'client',
    },
    window: {
      type: 'duration',
      describe: 'Time that is judged together, in whole minutes.',
      example: '15m',
      default: '10m',
      min: WINDOW_MIN_MS,
      max: SKETCH_BACK_MS,
    },
    side: {
      type: 'choice',
      describe: 'What is told: too many (high), too few (low), or both.',
      example: 'low',
      default: 'low',
      choices: ['high', 'low', 'both'],
    },
    minTimes: MIN_TIMES,
    maxTimes: {
      type: 'number',
      describe: 'Too few are at most this many times the usual, 0.3 is three tenths.',
      example: 0.3,
      default: 0.3,
      min: 0,
      max: 0.9,
    },
    minCount: {
      type: 'integer',
      describe: 'Different values that too many are at least.',
      example: 50,
      default: 50,
      min: 1,
      max: 1_000_000,
    },
    minExpected: {
      type: 'integer',
      describe: 'Different values that must be usual to tell that there are too few.',
      example: 50,
      default: 50,
      min: 5,
      max: 1_000_000,
    },
    score: {
      type: 'number',
      describe: '-log10 of the chance from which it is a finding; without it, what falseAlarmsPerMonth allows.',
      example: 6,
      optional: true,
      min: 2,
      max: 300,
    },
    leave: LEAVE,
  },
  compile: (options) => createDistinct(options as unknown as DistinctOptions),
};

function createDistinct(options: DistinctOptions): DetectorRunner {
  if (options.window % STEP_MS !== 0) {
    throw new UserError(
      'CONFIG',
      `the window of distinct is in whole minutes and this one has ${options.window / 1_000} s; give one such as 10m`,
    );
  }
  const inputs = [options.series];
  const namesOf = createSeriesNames(inputs);
  return {
    inputs,
    everyMs: STEP_MS,
    onGrid: true,
    spends: options.score === undefined,
    limitAt: (budget) => lowerLimit(countLimits(options, budget), options.side),
    judge: (input) => judge(options, input, namesOf(input.label)),
  };
}

function judge(options: DistinctOptions, input: JudgeInput, { labels, keys }: SeriesNames): Judgement {
  const { now, view, source } = input;
  const [series = ''] = keys;
  const { of, window: windowMs } = options;
  const different = view.distinct(series, of, now - windowMs, now);
  if (different === undefined && view.count(series, now - windowMs, now) > 0) {
    const note = `different values of ${of} are not counted for its series`;
    return { verdict: 'unclear', baseline: input.baseline, note };
  }
  const step = { ...input, windowMs, value: Math.round(different ?? 0) };
  const learnt = learnDistinct(step);
  const read = distinctWindow(learnt, step);
  if (read === undefined) return { verdict: 'unclear', baseline: learnt, note: 'warm-up' };
  const baseline = withScores(learnt, { now, open: input.open, scores: largestScores([read]), stepMs: STEP_MS });
  const [window = read] = rated([read], learnt.records);
  const floors = { ...options, minWindow: 0, silence: true, limit: countLimits(options, input.budget) };
  const said = judgeCounts([window], floors, () => ({ count: window.count, expected: window.expected.low }));
  const { verdict, score, note } = said;
  if (!isTold(said)) return { verdict, score, note, baseline };
  const place = { source, series, labels, time: now, since: now - windowMs, urgent: false };
  return { verdict, score, baseline, finding: { ...place, ...explainCount(said, floors, learnt.records) } };
}
