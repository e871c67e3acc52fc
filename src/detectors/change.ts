/** Tells once that a value which stands still was changed: a version, a number of processes, a checksum. */
import { CERTAIN_SCORE } from '../core/detect/certain.ts';
import { createSeriesNames, type SeriesNames } from '../core/detect/series-names.ts';
import { UNITS } from '../core/finding.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement, WindowView } from '../core/plugin.ts';
import type { Unit } from '../core/types.ts';

/** It is looked at this often. */
const STEP_MS = 10_000;
/** What stands still is remembered to have been seen once in this time. */
const SEEN_MS = 60_000;
/** Sums of fractions differ in their last digits. */
const SAME_PART = 1e-9;
/** A mean of a window is in between for one after a change, and must stand still for another; later it does not stand still. */
const SETTLE_WINDOWS = 3;
/** A baseline this far ahead of now is of a clock that was wrong. */
const AHEAD_MAX_MS = 3_600_000;

interface ChangeOptions {
  readonly series: string;
  readonly statistic: 'last' | 'mean' | 'sum' | 'count';
  readonly window: number;
  readonly hold: number;
  readonly unit: Unit;
}

/** What it was last, since when, and when it was last seen to be that. */
interface ChangeBaseline {
  readonly value: number;
  readonly since: number;
  readonly seen: number;
  /** What it is on the way to, where the figure is one of a window. */
  readonly next?: NextValue | undefined;
}

/** Another value, since when it stands still, and when it was first another one. */
interface NextValue {
  readonly value: number;
  readonly since: number;
  readonly from: number;
}

export const detector: DetectorPlugin = {
  name: 'change',
  describe: 'A value that stood still is another one now: an event.',
  options: {
    series: { type: 'series', describe: 'Series to judge.', example: 'app.version' },
    statistic: {
      ...{ type: 'choice', example: 'last', default: 'last', choices: ['last', 'mean', 'sum', 'count'] },
      describe:
        'last: the mean of the last second with a value; mean, sum and count: of the values in the window, or their number.',
    },
    window: {
      ...{ type: 'duration', describe: 'Time that is looked at together.', example: '1m', default: 60_000 },
      ...{ min: 10_000, max: 900_000 },
    },
    hold: {
      ...{ type: 'duration', describe: 'It must have stood still for so long before a change of it is told.' },
      ...{ example: '1h', default: 3_600_000, min: 60_000 },
    },
    unit: {
      ...{ type: 'choice', describe: 'How the value is written in a mail.', example: 'count', default: 'count' },
      choices: UNITS,
    },
  },
  compile: (options) => createChange(options as unknown as ChangeOptions),
};

function createChange(options: ChangeOptions): DetectorRunner {
  const namesOf = createSeriesNames([options.series]);
  return {
    inputs: [options.series],
    everyMs: STEP_MS,
    onGrid: true,
    judge: (input) => judge(options, input, namesOf(input.label)),
  };
}

function judge(options: ChangeOptions, input: JudgeInput, names: SeriesNames): Judgement {
  const { now, view } = input;
  const [series = ''] = names.keys;
  const before = baselineOf(input.baseline, now);
  const value = figureOf(options, series, { view, now });
  if (value === undefined) return { verdict: 'unclear', note: 'nothing was observed', score: 0, baseline: before };
  if (before === undefined)
    return { verdict: 'unclear', note: 'warm-up', score: 0, baseline: { value, since: now, seen: now } };
  if (isSame(value, before.value)) return { ...wellOr(options, before, now), score: 0, baseline: seenAt(before, now) };
  const restless = { verdict: 'unclear', note: 'does not stand still', score: 0 } as const;
  const baseline = { value, since: now, seen: now };
  if (before.seen - before.since < options.hold) return { ...restless, baseline };
  const next = nextOf(before, value, now);
  if (options.statistic !== 'last' && now - next.since < options.window) {
    const isSettling = now - next.from < SETTLE_WINDOWS * options.window;
    return isSettling
      ? { verdict: 'unclear', note: 'is changing', score: 0, baseline: { ...before, next } }
      : { ...restless, baseline };
  }
  const since = view.firstSeen(series, next.from - STEP_MS, now) ?? next.from - STEP_MS;
  return {
    verdict: 'bad',
    score: CERTAIN_SCORE,
    baseline,
    finding: {
      ...{ source: input.source, series, labels: names.labels, time: now, since, value },
      ...{ expected: before.value, limit: before.value, unit: options.unit, windowMs: options.window },
      ...{ score: CERTAIN_SCORE, urgent: true, usual: { low: before.value, high: before.value } },
    },
  };
}

function baselineOf(stored: unknown, now: number): ChangeBaseline | undefined {
  if (typeof stored !== 'object' || stored === null || !('seen' in stored)) return undefined;
  const known = stored as ChangeBaseline;
  return known.seen <= now + AHEAD_MAX_MS ? known : undefined;
}

/** Kept to the minute, so that what stands still is not stored anew at every step. */
function seenAt(before: ChangeBaseline, now: number): ChangeBaseline {
  const { value, since, next, seen } = before;
  return next === undefined && now - seen < SEEN_MS ? before : { value, since, seen: now };
}

function nextOf({ next }: ChangeBaseline, value: number, now: number): NextValue {
  if (next === undefined || next.since > now) return { value, since: now, from: now };
  return isSame(value, next.value) ? next : { value, since: now, from: next.from };
}

function wellOr({ hold }: ChangeOptions, { since }: ChangeBaseline, now: number): Pick<Judgement, 'verdict' | 'note'> {
  const missingMs = hold - (now - since);
  // Well all the same: a change that was told is over, whatever comes next.
  return missingMs > 0
    ? { verdict: 'well', note: `must stand still for ${Math.ceil(missingMs / 60_000)} more min` }
    : { verdict: 'well' };
}

function figureOf(
  { statistic, window }: ChangeOptions,
  series: string,
  { view, now }: { readonly view: WindowView; readonly now: number },
): number | undefined {
  const last = view.lastSeen(series, now - window, now);
  if (statistic === 'count') return view.count(series, now - window, now);
  if (last === undefined) return undefined;
  const { count, sum } = statistic === 'last' ? view.sum(series, last, now) : view.sum(series, now - window, now);
  return statistic === 'sum' ? sum : sum / count;
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME_PART * Math.max(Math.abs(a), Math.abs(b));
}
