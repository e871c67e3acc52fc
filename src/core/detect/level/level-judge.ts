/** Judges one figure a step by its level, and holds on to what was told until it is over. */
import type { DetectorRunner, JudgeInput, Judgement } from '../../plugin.ts';
import type { Unit } from '../../types.ts';
import { limitFor } from '../limit.ts';
import { createSeriesNames, type SeriesNames } from '../series-names.ts';
import { type Figure, type FigureOptions, figureOf } from './figure.ts';
import {
  asLevel,
  CONFIRMED_LIMITS,
  copyLevel,
  emptyLevel,
  LEVEL_LIMITS,
  LEVEL_YOUNG,
  type LevelState,
  type LevelStep,
  stepFigure,
} from './level.ts';
import { levelLimit } from './level-limit.ts';
import { fromScale, type Scale, scaleOf, toScale } from './scale.ts';
import { heldLevel, recordOf, type ToldLevel, verdictOn } from './told-level.ts';

export interface LevelOptions extends FigureOptions {
  readonly series: string;
  readonly step: number;
  readonly transform?: Scale | undefined;
  readonly side: 'both' | 'high' | 'low';
  readonly minTimes: number;
  readonly minChange: number;
  readonly score?: number | undefined;
  readonly leave: number;
  readonly unit: Unit;
}

/** Part of the budget for what is told by one step alone, beyond doubt; the rest is for what two of three confirm. */
const URGENT_PART = 0.2;

interface LevelBaseline {
  readonly level: LevelState;
  readonly told?: ToldLevel | undefined;
}

/** One step, with what is needed to judge it. */
interface JudgedFigure extends Figure {
  readonly options: LevelOptions;
  readonly input: JudgeInput;
  readonly names: SeriesNames;
  readonly scale: Scale;
  /** Score that a finding needs, and one that needs no other. */
  readonly enter: number;
  readonly urgent: number;
}

export function createLevelJudge(options: LevelOptions): DetectorRunner {
  const namesOf = createSeriesNames([options.series]);
  const scale = options.transform ?? scaleOf(options.unit);
  return {
    ...{ inputs: [options.series], everyMs: options.step, onGrid: true },
    spends: options.score === undefined,
    limitAt: (budget) => enterAt(options, budget),
    judge(input) {
      const names = namesOf(input.label);
      const range = { from: input.now - options.step, to: input.now };
      const figure = figureOf(input.view, names.keys[0] ?? '', { ...options, ...range });
      if (typeof figure === 'string') return { verdict: 'unclear', baseline: input.baseline, note: figure };
      const enter = enterAt(options, input.budget);
      const urgent = Math.max(enter, limitFor(LEVEL_LIMITS, input.budget * URGENT_PART));
      return judgeFigure({ options, input, names, scale, ...figure, enter, urgent });
    },
  };
}

function enterAt({ score }: LevelOptions, budget: number): number {
  return score ?? limitFor(CONFIRMED_LIMITS, budget * (1 - URGENT_PART));
}

function judgeFigure(figure: JudgedFigure): Judgement {
  const { options, input, scale, value, count } = figure;
  const before = asBaseline(input.baseline);
  const level = copyLevel(before.level, (input.spare as Partial<LevelBaseline> | undefined)?.level?.numbers);
  const timeMs = input.now - options.step;
  const step = stepFigure(level, { timeMs, value: toScale(value, scale), count, offsetMs: input.offsetMs });
  const held = heldLevel(before.told, input);
  if (held) {
    const verdict = verdictOn(value, held, options.leave);
    const finding = verdict === 'bad' ? findingOf(figure, step, held, false) : undefined;
    return { verdict, finding, score: step.raw, baseline: { level, told: held } };
  }
  if (level.seen < LEVEL_YOUNG) {
    return { verdict: 'unclear', note: `has learnt ${level.seen} of ${LEVEL_YOUNG} steps`, baseline: { level } };
  }
  const told = step.raw >= figure.enter ? tellLevel(figure, step, before.level) : undefined;
  if (!told) return { verdict: 'well', score: step.raw, baseline: { level } };
  const isUrgent = step.raw >= figure.urgent;
  return {
    verdict: 'bad',
    finding: findingOf(figure, step, told, isUrgent),
    score: step.raw,
    baseline: { level, told },
  };
}

/** Undefined where the change is too small to matter, or on the side that does not. */
function tellLevel(
  { options, input, scale, value, count, enter }: JudgedFigure,
  step: LevelStep,
  state: LevelState,
): ToldLevel | undefined {
  const { side } = step;
  if (options.side !== 'both' && options.side !== side) return undefined;
  const expected = fromScale(step.expected, scale);
  const least = leastChanged(expected, side, options);
  const sign = side === 'high' ? 1 : -1;
  if (sign * (value - least) < 0 || value === expected) return undefined;
  const found = levelLimit({
    ...{ state, timeMs: input.now - options.step, offsetMs: input.offsetMs, count, score: enter },
    ...{ told: toScale(value, scale), usual: step.expected },
  });
  const limit = sign * Math.min(sign * value, Math.max(sign * fromScale(found, scale), sign * least));
  return {
    ...{ time: input.now, side, expected, limit, score: step.raw, isRepeat: step.isRepeat },
    usual: { low: fromScale(step.usual.low, scale), high: fromScale(step.usual.high, scale) },
    record: step.record?.side === side ? { ...step.record, next: fromScale(step.record.next, scale) } : undefined,
  };
}

/** The value nearest to the expected one that is far enough from it. */
function leastChanged(expected: number, side: 'high' | 'low', { minTimes, minChange }: LevelOptions): number {
  const byTimes = Math.abs(expected) * (side === 'high' ? minTimes - 1 : 1 - 1 / minTimes);
  return side === 'high' ? expected + Math.max(byTimes, minChange) : expected - Math.max(byTimes, minChange);
}

function findingOf(
  { options, input, names, value }: JudgedFigure,
  step: LevelStep,
  told: ToldLevel,
  urgent: boolean,
): Judgement['finding'] {
  return {
    ...{ source: input.source, series: names.keys[0] ?? '', labels: names.labels, time: input.now },
    ...{ since: told.time - options.step, value, expected: told.expected, limit: told.limit, unit: options.unit },
    ...{ windowMs: options.step, score: Math.max(told.score, step.raw), urgent, isRepeat: told.isRepeat },
    usual: told.usual,
    record: recordOf(told, value),
  };
}

/** What another version stored with other places is learnt anew. */
function asBaseline(stored: unknown): LevelBaseline {
  const before = stored as Partial<LevelBaseline> | null | undefined;
  const level = asLevel(before?.level);
  return level === undefined ? { level: emptyLevel() } : { ...before, level };
}
