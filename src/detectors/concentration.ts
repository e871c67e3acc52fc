/** Tells when one client, agent or route has most of a series that it usually has little of. */
import { CERTAIN_SCORE } from '../core/detect/certain.ts';
import { createSeriesNames, type SeriesNames } from '../core/detect/series-names.ts';
import { type KeyShares, learnKeys, noKeyShares, usualShareOf } from '../core/detect/shares-of-keys.ts';
import { SKETCH_BACK_MS, SKETCH_STEP_MS } from '../core/detect/sketched.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';

/** Learnt before it speaks: a night's visitors are not a day's. */
export const WARM_UP_MS = 20 * 3_600_000;
/** Whoever usually has this share or more is no news. */
export const USUAL_SHARE = 0.1;
/** And the most that any one key brought lately is exceeded by this: sites with few visitors have one crawler after the other. */
export const PEAK_TIMES = 2;
/** Well again below this part of minShare. */
const LEAVE = 0.8;
/** Windows are learnt as late as seconds are surely kept, however many steps are judged at a time. */
const REACH_MS = SKETCH_BACK_MS - 60_000;
/** And at least so late. */
const LATE_LEAST_MS = 60_000;
/** Keys that are looked at, most counts first. */
const LOOKED_AT = 5;
/** A baseline this far ahead of now is of a clock that was wrong. */
const AHEAD_MAX_MS = 3_600_000;

interface ConcentrationOptions {
  readonly series: string;
  readonly by: string;
  readonly window: number;
  readonly minShare: number;
  readonly minCount: number;
}

interface Learnt extends KeyShares {
  /** The last time in which something was told, from the beginning of its first window on. */
  readonly toldFrom: number;
  readonly toldTo: number;
}

export const detector: DetectorPlugin = {
  name: 'concentration',
  describe:
    'One value of a field has most of a series, which usually has little of it, and more than any one lately had.',
  options: {
    series: { type: 'series', describe: 'Series to judge, whose heavy hitters are kept.', example: 'http.requests' },
    by: {
      type: 'text',
      describe: 'Field whose values are held against each other, one of the tops of the series.',
      example: 'client',
    },
    window: {
      ...{ type: 'duration', describe: 'Time that is judged together.', example: '5m', default: 300_000 },
      ...{ min: 60_000, max: 900_000 },
    },
    minShare: {
      ...{ type: 'number', describe: 'Share of all that one value must have.', example: 0.5, default: 0.5 },
      ...{ min: 0.2, max: 1 },
    },
    minCount: {
      ...{ type: 'integer', describe: 'Observations that it must have in the window.', example: 300, default: 300 },
      ...{ min: 1, max: 1_000_000_000 },
    },
  },
  compile: (options) => createConcentration(options as unknown as ConcentrationOptions),
};

function createConcentration(options: ConcentrationOptions): DetectorRunner {
  const namesOf = createSeriesNames([options.series]);
  return {
    inputs: [options.series],
    everyMs: SKETCH_STEP_MS,
    onGrid: true,
    judge: (input) => judge(options, input, namesOf(input.label)),
  };
}

interface Talker {
  readonly key: string;
  readonly count: number;
  readonly share: number;
  readonly usual: number;
}

function judge(options: ConcentrationOptions, input: JudgeInput, { labels, keys }: SeriesNames): Judgement {
  const { now, view } = input;
  const [series = ''] = keys;
  const baseline = learn(options, series, input);
  const missingMs = WARM_UP_MS - baseline.seenMs;
  if (missingMs > 0) {
    return {
      verdict: 'unclear',
      note: `needs ${Math.ceil(missingMs / 3_600_000)} more h to know who is usual`,
      score: 0,
      baseline,
    };
  }
  const { total, entries } = read(options, series, { view, to: now });
  const talker = entries
    .slice(0, LOOKED_AT)
    .map(([key, count]) => ({ key, count, share: Math.min(1, count / total), usual: usualShareOf(baseline, key) }))
    .find(({ usual }) => usual < USUAL_SHARE);
  const least = Math.max(options.minCount, PEAK_TIMES * baseline.peak);
  if (talker === undefined || talker.share < options.minShare || talker.count < least) {
    return { ...notTold(options, talker, input.open), score: 0, baseline };
  }
  const finding = findingOf(options, { talker, total, least });
  const place = { source: input.source, series, labels, time: now, since: now - options.window };
  return {
    verdict: 'bad',
    score: CERTAIN_SCORE,
    baseline: withTold(baseline, options, now),
    finding: { ...place, ...finding },
  };
}

function read(
  { by, window }: ConcentrationOptions,
  series: string,
  { view, to }: { readonly view: JudgeInput['view']; readonly to: number },
) {
  const total = view.count(series, to - window, to);
  return { total, entries: total === 0 ? [] : view.top(series, by, to - window, to) };
}

/** One window after the other, late enough to know which were told. */
function learn(options: ConcentrationOptions, series: string, { now, view, baseline }: JudgeInput): Learnt {
  const until = now - Math.max(LATE_LEAST_MS, REACH_MS - options.window);
  const before = baselineOf(baseline, until);
  if (until - before.until < options.window) return before;
  const isTold = until > before.toldFrom && until - options.window < before.toldTo;
  return { ...before, ...learnKeys(before, until, { ...read(options, series, { view, to: until }), isTold }) };
}

function baselineOf(stored: unknown, until: number): Learnt {
  const known = stored as Learnt | undefined | null;
  if (known?.keys !== undefined && known.until <= until + AHEAD_MAX_MS) return known;
  return { ...noKeyShares(until), toldFrom: 0, toldTo: 0 };
}

function withTold(baseline: Learnt, { window }: ConcentrationOptions, now: number): Learnt {
  const goesOn = now - baseline.toldTo <= REACH_MS;
  return { ...baseline, toldFrom: goesOn ? baseline.toldFrom : now - window, toldTo: now };
}

function notTold(
  { minShare, minCount }: ConcentrationOptions,
  talker: Talker | undefined,
  open: boolean,
): Pick<Judgement, 'verdict' | 'note'> {
  const lingers = open && talker !== undefined && talker.share >= LEAVE * minShare && talker.count >= LEAVE * minCount;
  return lingers ? { verdict: 'unclear', note: 'one still has most of it' } : { verdict: 'well' };
}

function findingOf(
  { window, minShare }: ConcentrationOptions,
  told: { readonly talker: Talker; readonly total: number; readonly least: number },
) {
  const { talker, total, least } = told;
  return {
    value: talker.share,
    expected: talker.usual,
    limit: Math.min(talker.share, Math.max(minShare, least / total)),
    unit: 'share' as const,
    windowMs: window,
    score: CERTAIN_SCORE,
    urgent: false,
    part: Math.min(talker.count, total),
    whole: total,
    subject: talker.key,
  };
}
