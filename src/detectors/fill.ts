/** Says when what fills up will be full: a disk, inodes, connections. */
import { CERTAIN_SCORE } from '../core/detect/certain.ts';
import {
  emptySamples,
  FILL_STEP_MS,
  type FillForecast,
  type FillSamples,
  forecastFill,
  seenSteps,
  takeSample,
} from '../core/detect/fill-forecast.ts';
import { createSeriesNames, type SeriesNames } from '../core/detect/series-names.ts';
import { UserError } from '../core/errors.ts';
import { UNITS } from '../core/finding.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';
import type { Unit } from '../core/types.ts';

/** Before this a daily rise cannot be told from filling up: then only what will be full soon is told. */
export const YOUNG_MS = 24 * 3_600_000;
/** Soon: times `urgent`. */
export const YOUNG_TIMES = 1.5;
/** Least time of values before anything is said. */
const LEAST_MS = 3_600_000;
/** Well again where it will not be full within so many times `within`. */
const LEAVE_TIMES = 1.5;
/** A baseline this far ahead of now is of a clock that was wrong. */
const AHEAD_MAX_MS = 3_600_000;

interface FillOptions {
  readonly series: string;
  readonly full: number;
  readonly within: number;
  readonly urgent: number;
  readonly minRise: number;
  readonly unit: Unit;
}

/** What has been seen, up to a step. */
interface FillBaseline {
  readonly until: number;
  readonly samples: FillSamples;
}

export const detector: DetectorPlugin = {
  name: 'fill',
  describe:
    'Time until something is full, by the slope of its last hours, where days before do not say that it falls again.',
  options: {
    series: {
      type: 'series',
      describe: 'Series to judge, a value that is full at the top.',
      example: 'host.disk.used',
    },
    full: { type: 'number', describe: 'Value at which it is full.', example: 100, default: 100 },
    within: {
      ...{
        type: 'duration',
        describe: 'It is told when it will be full within this time.',
        example: '24h',
        default: 86_400_000,
      },
      ...{ min: 3_600_000, max: 86_400_000 },
    },
    urgent: {
      ...{ type: 'duration', describe: 'It is told without being confirmed when it will be full within this time.' },
      ...{ example: '4h', default: 14_400_000, min: 600_000, max: 86_400_000 },
    },
    minRise: {
      ...{
        type: 'number',
        describe: 'Least rise that it is judged by, in the unit of the value.',
        example: 1,
        default: 1,
        min: 0,
      },
    },
    unit: {
      ...{ type: 'choice', describe: 'How the value is written in a mail.', example: 'percent', default: 'percent' },
      choices: UNITS,
    },
  },
  compile(given) {
    const options = given as unknown as FillOptions;
    if (options.urgent > options.within) {
      throw new UserError(
        'CONFIG',
        'urgent is longer than within; give a shorter one, such as within: 24h and urgent: 4h',
      );
    }
    return createFill(options);
  },
};

function createFill(options: FillOptions): DetectorRunner {
  const namesOf = createSeriesNames([options.series]);
  return {
    inputs: [options.series],
    everyMs: FILL_STEP_MS,
    onGrid: true,
    judge: (input) => judge(options, input, namesOf(input.label)),
  };
}

function judge(options: FillOptions, input: JudgeInput, { labels, keys }: SeriesNames): Judgement {
  const [series = ''] = keys;
  const baseline = learn(series, input);
  const { samples } = baseline;
  const value = samples.at(-1) ?? Number.NaN;
  if (Number.isNaN(value)) return { verdict: 'unclear', note: 'nothing was measured', score: 0, baseline };
  const seenMs = seenSteps(samples) * FILL_STEP_MS;
  if (seenMs < LEAST_MS) {
    return { verdict: 'unclear', note: `needs ${(LEAST_MS - seenMs) / 60_000} more min of values`, score: 0, baseline };
  }
  const times = input.open ? LEAVE_TIMES : 1;
  const forecast = forecastFill(samples, {
    ...options,
    withinMs: options.within * times,
    youngMs: Math.min(options.within, YOUNG_TIMES * options.urgent) * times,
  });
  if (forecast === undefined)
    return { ...notFilling(options, value, input.open), ...youngNote(seenMs), score: 0, baseline };
  if (forecast.leftMs > options.within) return { verdict: 'unclear', note: 'still fills up', score: 0, baseline };
  const finding = findingOf(options, { forecast, samples, now: input.now });
  const place = { source: input.source, series, labels, time: input.now };
  return { verdict: 'bad', score: CERTAIN_SCORE, baseline, finding: { ...place, ...finding } };
}

function learn(series: string, { now, view, baseline }: JudgeInput): FillBaseline {
  const before = baselineOf(baseline, now);
  if (now <= before.until) return before;
  const { count, sum } = view.sum(series, now - FILL_STEP_MS, now);
  const steps = Math.round((now - before.until) / FILL_STEP_MS);
  return { until: now, samples: takeSample(before.samples, steps, count > 0 ? sum / count : Number.NaN) };
}

function baselineOf(stored: unknown, now: number): FillBaseline {
  const known = stored as FillBaseline | undefined | null;
  const isKnown = known?.samples instanceof Float32Array && known.until <= now + AHEAD_MAX_MS;
  return isKnown ? known : { until: now - FILL_STEP_MS, samples: emptySamples() };
}

/** What is full is not well because it rises no more. */
function notFilling({ full, minRise }: FillOptions, value: number, open: boolean): Pick<Judgement, 'verdict' | 'note'> {
  return open && value >= full - minRise ? { verdict: 'unclear', note: 'is full' } : { verdict: 'well' };
}

function youngNote(seenMs: number): { readonly note?: string } {
  if (seenMs >= YOUNG_MS) return {};
  const hours = Math.ceil((YOUNG_MS - seenMs) / 3_600_000);
  return { note: `needs ${hours} more h of values to know a daily rise` };
}

function findingOf(
  { full, urgent, unit }: FillOptions,
  step: { readonly forecast: FillForecast; readonly samples: FillSamples; readonly now: number },
) {
  const { forecast, samples, now } = step;
  const { leftMs, spanMs, perHour } = forecast;
  const value = samples.at(-1) ?? full;
  return {
    since: now - spanMs,
    value,
    expected: value - (perHour * spanMs) / 3_600_000,
    limit: full,
    unit,
    windowMs: spanMs,
    score: CERTAIN_SCORE,
    urgent: leftMs <= urgent,
    fullAt: now + Math.round(leftMs),
  };
}
