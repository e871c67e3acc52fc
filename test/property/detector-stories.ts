/** For each detector options, and a time that it finds something in: what its properties are tried on. */
import type { DetectorPlugin, DetectorRunner, Options, OptionValue } from '../../src/core/plugin.ts';
import { chance } from '../detectors/traffic.ts';
import { CELL_MS, type Cell, T0, type World } from './detector-world.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Of one cell. */
interface Drawn {
  readonly isWrong: boolean;
  readonly draw: number;
  /** After the beginning of the story, ms. */
  readonly at: number;
  /** Which time the story is told: what was odd then is not news now. */
  readonly nth: number;
}

export interface Story {
  readonly options: Readonly<Record<string, OptionValue>>;
  /** From when on something is wrong, after T0; it lasts for ten minutes. */
  readonly wrongAt: number;
  /** `draw`: between 0 and 1, repeatable, another one for each cell. */
  readonly cell: (series: string, what: Drawn) => Cell;
}

export const WRONG_MS = 10 * MINUTE_MS;

const few = (draw: number) => Math.round(100 + 20 * draw);
const people = (names: number, share: number): Cell['keys'] =>
  Array.from({ length: names }, (_, i) => [`client ${i}`, i === 0 ? share : 5]);

export const STORIES: Readonly<Record<string, Story>> = {
  absence: {
    options: { series: 's' },
    wrongAt: 2 * HOUR_MS,
    cell: (_, { isWrong, draw }) => ({ count: isWrong ? 0 : few(draw) }),
  },
  change: {
    options: { series: 's', hold: HOUR_MS },
    wrongAt: 2 * HOUR_MS,
    cell: (_, { isWrong }) => ({ count: 1, value: isWrong ? 3.5 : 2.25 }),
  },
  check: {
    options: { check: 's', causes: 'refused,timeout', every: 1_000 },
    wrongAt: 20 * MINUTE_MS,
    cell(series, { isWrong }) {
      if (series.startsWith('check.failed')) return { count: 1, value: isWrong ? 1 : 0 };
      return { count: isWrong && series.includes('timeout') ? 1 : 0 };
    },
  },
  concentration: {
    options: { series: 's', by: 'client' },
    wrongAt: 21 * HOUR_MS,
    cell: (_, { isWrong }) => ({
      count: isWrong ? 645 : 150,
      keys: isWrong ? [['new', 500], ...(people(29, 5) ?? [])] : people(30, 5),
    }),
  },
  count: {
    options: { series: 's', side: 'both' },
    wrongAt: 4 * HOUR_MS,
    cell: (_, { isWrong, draw }) => ({ count: isWrong ? 4 : few(draw) }),
  },
  distinct: {
    options: { series: 's', of: 'client', side: 'both', window: 5 * MINUTE_MS },
    wrongAt: 4 * HOUR_MS,
    cell: (_, { isWrong, draw }) => ({ count: few(draw), keys: people(isWrong ? 8 : few(draw), 5) }),
  },
  fill: {
    options: { series: 's' },
    wrongAt: 3 * HOUR_MS,
    cell: (_, { draw, at }) => ({ count: 1, value: 60 + (10 * at) / HOUR_MS + 0.2 * draw }),
  },
  level: {
    options: { series: 's', step: CELL_MS },
    wrongAt: 2 * HOUR_MS,
    cell: (_, { isWrong, draw, nth }) => ({ count: 10, value: (isWrong ? 40 * 3 ** nth : 1.5) + draw }),
  },
  ratio: {
    options: { part: 's.bad', whole: 's' },
    wrongAt: 2 * HOUR_MS,
    cell: (series, { isWrong, draw }) => ({ count: series === 's' ? 100 : isWrong ? 40 : draw > 0.7 ? 1 : 0 }),
  },
  template: {
    options: { series: 's', fatal: 's.fatal' },
    wrongAt: 26 * HOUR_MS,
    cell: (series, { isWrong, draw, nth }) =>
      series === 's' && draw < 0.1
        ? {
            count: 2,
            keys: isWrong
              ? [[`${'abcde'[nth]} <*> is lost`, 2]]
              : [
                  ['usual <*>', 1],
                  [`user ${'abcde'[Math.floor(draw * 50)]} left`, 1],
                ],
          }
        : { count: 0 },
  },
  threshold: {
    options: { series: 's', statistic: 'mean', window: MINUTE_MS, above: 90, leave: 80 },
    wrongAt: 20 * MINUTE_MS,
    cell: (_, { isWrong, draw }) => ({ count: 1, value: (isWrong ? 95 : 20) + draw }),
  },
};

/** When the story begins, and which time it is told. */
export interface Telling {
  readonly start: number;
  readonly nth: number;
}

export const FIRST: Telling = { start: T0, nth: 0 };

/** The story as it is seen. */
export function worldOf({ cell, wrongAt }: Story, { start, nth }: Telling): World {
  return (series, time) => {
    const at = time - start;
    if (at < 0) return undefined;
    return cell(series, { isWrong: at >= wrongAt && at < wrongAt + WRONG_MS, draw: chance(at / CELL_MS)(), at, nth });
  };
}

/** Options not given have their default. */
export function compiled(detector: DetectorPlugin, given: Options): DetectorRunner {
  const defaults = Object.entries(detector.options).map(([name, spec]) => [name, inMs(spec.type, spec.default)]);
  return detector.compile({ ...Object.fromEntries(defaults), ...given });
}

/** Durations are given to a detector in ms, and may stand in its options as text. */
function inMs(type: string, value: OptionValue | undefined): OptionValue | undefined {
  if (type !== 'duration' || typeof value !== 'string') return value;
  const unit = { s: 1_000, m: MINUTE_MS, h: HOUR_MS }[value.at(-1) ?? ''] ?? Number.NaN;
  return Number.parseFloat(value) * unit;
}
