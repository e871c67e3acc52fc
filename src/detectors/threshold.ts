/** Judges a figure against a fixed value, with another one to leave at: 'over 90% for 10 minutes', '3 or more in a minute'. */
import { CERTAIN_SCORE } from '../core/detect/certain.ts';
import {
  checkField,
  isSketched,
  missingNote,
  SKETCH_BACK_MS,
  SKETCH_STEP_MS,
  SKETCHED_STATISTICS,
  type SketchedStatistic,
  sketchedValue,
} from '../core/detect/sketched.ts';
import { UserError } from '../core/errors.ts';
import { UNITS } from '../core/finding.ts';
import { seriesKey } from '../core/observe/series.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';
import type { Unit } from '../core/types.ts';

const SECOND_MS = 1_000;

interface ThresholdOptions {
  readonly series: string;
  readonly statistic: 'count' | 'sum' | 'mean' | SketchedStatistic;
  readonly of?: string;
  readonly window: number;
  readonly above?: number;
  readonly below?: number;
  readonly leave?: number;
  readonly unit: Unit;
}

export const detector: DetectorPlugin = {
  name: 'threshold',
  describe: 'A count, sum, mean, percentile or number of different values over a window against a fixed value.',
  options: {
    series: { type: 'series', describe: 'Series to judge.', example: 'host.cpu.busy' },
    statistic: {
      type: 'choice',
      describe:
        'count: observations; sum: their values; mean: their mean; p50, p95, p99: the value that so many percent of them do not exceed, of a series with a histogram; distinct: how many different values the field `of` has. Counts and sums fire at once, the others are confirmed.',
      example: 'mean',
      choices: ['count', 'sum', 'mean', ...SKETCHED_STATISTICS],
    },
    of: {
      type: 'text',
      describe: 'Field whose different values are counted, one of the distincts of the series. Only with distinct.',
      example: 'client',
      optional: true,
    },
    window: { type: 'duration', describe: 'Time that is judged together.', example: '10m', min: 1_000, max: 1_800_000 },
    above: { type: 'number', describe: 'Bad at this value or more. Give this or below.', example: 90, optional: true },
    below: { type: 'number', describe: 'Bad at this value or less. Give this or above.', example: 10, optional: true },
    leave: {
      type: 'number',
      describe: 'Well again beyond this value; without it, as soon as it is not bad.',
      example: 75,
      optional: true,
    },
    unit: {
      type: 'choice',
      describe: 'How the value is written in a mail.',
      example: 'percent',
      default: 'count',
      choices: UNITS,
    },
  },
  compile(given) {
    const options = given as unknown as ThresholdOptions;
    if ((options.above === undefined) === (options.below === undefined)) {
      throw new UserError('CONFIG', 'a threshold has above or below; give one of them, not both and not neither');
    }
    const { above, below, leave } = options;
    if (leave !== undefined && ((above !== undefined && leave > above) || (below !== undefined && leave < below))) {
      throw new UserError(
        'CONFIG',
        `leave is ${leave}, on the bad side of ${above ?? below}; give a value that is well`,
      );
    }
    checkStatistic(options);
    return createThreshold(options);
  },
};

function checkStatistic({ statistic, of, window }: ThresholdOptions): void {
  checkField(statistic, of);
  if (isSketched(statistic) && (window < SKETCH_STEP_MS || window > SKETCH_BACK_MS)) {
    throw new UserError('CONFIG', `${statistic} is kept in steps of 10 s for 15 min; give a window of 10s to 15m`);
  }
}

function createThreshold(options: ThresholdOptions): DetectorRunner {
  return {
    inputs: [options.series],
    everyMs: 10_000,
    judge: (input) => judge(options, input),
  };
}

function judge(options: ThresholdOptions, input: JudgeInput): Judgement {
  const { now, baseline } = input;
  const labels = input.label ? { [input.label.name]: input.label.value } : {};
  const series = seriesKey(options.series, labels);
  const isConfirmed = options.statistic !== 'count' && options.statistic !== 'sum';
  if (isConfirmed && !isCovered(series, options.window, input)) {
    return { verdict: 'unclear', baseline, note: 'its window is less than half full' };
  }
  const value = figureOf(options, series, input);
  if (value === undefined) return { verdict: 'unclear', baseline, note: missingNote(options.statistic, options.of) };
  if (!isBad(value, options)) return { verdict: isWell(value, options) ? 'well' : 'unclear', baseline };
  const limit = options.above ?? options.below ?? 0;
  return {
    verdict: 'bad',
    baseline,
    finding: {
      ...{
        source: input.source,
        series,
        labels,
        time: now,
        value,
        limit,
        unit: options.unit,
        windowMs: options.window,
      },
      since: beginOf(options, series, input),
      expected: options.leave ?? 0,
      score: CERTAIN_SCORE,
      urgent: !isConfirmed,
    },
  };
}

/** The first second that was seen; of a sum over a limit the first with something in it, as zeros are measured too. */
function beginOf({ statistic, window, above }: ThresholdOptions, series: string, { now, view }: JudgeInput): number {
  const start = now - window;
  if (statistic !== 'sum' || above === undefined) return view.firstSeen(series, start, now) ?? start;
  let [low, high] = [start, now];
  while (high - low > SECOND_MS) {
    const middle = low + Math.floor((high - low) / 2 / SECOND_MS) * SECOND_MS;
    if (view.sum(series, start, middle).sum > 0) high = middle;
    else low = middle;
  }
  return low;
}

/** Undefined where no sketch is kept of what is asked. */
function figureOf(options: ThresholdOptions, series: string, { now, view }: JudgeInput): number | undefined {
  const { statistic, of, window } = options;
  const range = { from: now - window, to: now };
  if (isSketched(statistic)) return sketchedValue(view, { series, statistic, of }, range);
  const { count, sum } = view.sum(series, range.from, range.to);
  return statistic === 'count' ? count : statistic === 'sum' ? sum : sum / count;
}

/** A mean of a young series is a mean of little, one of an old series says nothing of now: half of the window at most may be without a figure at either end. */
function isCovered(series: string, windowMs: number, { now, view }: JudgeInput): boolean {
  const first = view.firstSeen(series, now - windowMs, now);
  const last = view.lastSeen(series, now - windowMs, now);
  return first !== undefined && last !== undefined && now - first >= windowMs / 2 && now - last <= windowMs / 2;
}

function isBad(value: number, { above, below }: ThresholdOptions): boolean {
  return above !== undefined ? value >= above : value <= (below ?? Number.NEGATIVE_INFINITY);
}

function isWell(value: number, options: ThresholdOptions): boolean {
  if (options.leave === undefined) return true;
  return options.above !== undefined ? value < options.leave : value > options.leave;
}
