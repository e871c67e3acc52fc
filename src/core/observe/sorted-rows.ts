/** Which rows of a block fulfil each of several conditions on one field of numbers: one walk, however many there are. */
import type { Block, Rows } from './block.ts';
import { fulfils } from './condition.ts';
import type { Condition, SeriesSpec } from './observation.ts';

/** As many as a number has bits without a sign. */
const MAX_CONDITIONS = 31;
/** What was decided is kept for whole numbers below this: a status is asked of every line. */
const KEPT_NUMBERS = 1_024;

/** The rows a series begins with, and the condition that they fulfil already. */
export interface FirstRows {
  readonly rows: Rows;
  readonly isDone: SeriesSpec['when'][number];
}

export interface Sorted {
  readonly firstOf: ReadonlyMap<SeriesSpec, FirstRows>;
  /** Fills the rows of all series anew, from these. */
  sort(all: Rows): void;
}

/** Several series ask the status of each line: that is one walk over a block, not one a series. */
export function sortBySeries(series: readonly SeriesSpec[], { numbers }: Pick<Block, 'numbers'>): Sorted {
  const firstOf = new Map<SeriesSpec, FirstRows>();
  const sorts: SortedRows['sort'][] = [];
  for (const [field, values] of numbers) {
    const asked = series
      .flatMap((spec) => {
        const when = firstOf.has(spec) ? undefined : spec.when.find((one) => one.field === field);
        return when ? [{ spec, when }] : [];
      })
      .slice(0, MAX_CONDITIONS);
    if (asked.length === 0) continue;
    const conditions = asked.map(({ when }) => when.condition);
    const { rows, sort } = conditions.every(isRange)
      ? createRangedRows(values, conditions)
      : createSortedRows(values, conditions);
    sorts.push(sort);
    for (const [i, { spec, when }] of asked.entries()) firstOf.set(spec, { rows: rows[i] as Rows, isDone: when });
  }
  return {
    firstOf,
    sort(all) {
      for (const sort of sorts) sort(all);
    },
  };
}

interface SortedRows {
  /** In the order of the conditions. */
  readonly rows: readonly Rows[];
  sort(all: Rows): void;
}

/** At most MAX_CONDITIONS of them. Each condition has a bit; of most lines no bit is set. */
function createSortedRows(numbers: Float64Array, conditions: readonly Condition[]): SortedRows {
  const rows = conditions.map((): Rows => ({ at: new Int32Array(numbers.length), count: 0 }));
  const bitsOf = new Int32Array(KEPT_NUMBERS).fill(-1);

  function decide(value: number): number {
    const given = Number.isNaN(value) ? undefined : value;
    const bits = conditions.reduce((sum, condition, i) => (fulfils(condition, given) ? sum | (1 << i) : sum), 0);
    if (Number.isInteger(value) && value >= 0 && value < KEPT_NUMBERS) bitsOf[value] = bits;
    return bits;
  }

  function add(row: number, bits: number): void {
    for (let i = 0; i < rows.length; i += 1) {
      if ((bits & (1 << i)) === 0) continue;
      const taken = rows[i] as Rows;
      taken.at[taken.count] = row;
      taken.count += 1;
    }
  }

  return {
    rows,
    sort({ at, count }) {
      for (const taken of rows) taken.count = 0;
      for (let index = 0; index < count; index += 1) {
        const row = at[index] as number;
        const value = numbers[row] as number;
        const kept = bitsOf[value] ?? -1;
        const bits = kept < 0 ? decide(value) : kept;
        if (bits !== 0) add(row, bits);
      }
    },
  };
}

type Range = Condition & { readonly is: 'range' };

function isRange(condition: Condition): condition is Range {
  return condition.is === 'range';
}

/** Of fractions, such as the seconds of an answer, nothing is kept; of most it is said by one comparison that they are in no range. */
function createRangedRows(numbers: Float64Array, ranges: readonly Range[]): SortedRows {
  const rows = ranges.map((): Rows => ({ at: new Int32Array(numbers.length), count: 0 }));
  const least = Math.min(...ranges.map(({ from }) => from));
  return {
    rows,
    sort({ at, count }) {
      for (const taken of rows) taken.count = 0;
      for (let index = 0; index < count; index += 1) {
        const row = at[index] as number;
        const value = numbers[row] as number;
        if (!(value >= least)) continue;
        for (let i = 0; i < ranges.length; i += 1) {
          const { from, to } = ranges[i] as Range;
          if (!(value >= from && value <= to)) continue;
          const taken = rows[i] as Rows;
          taken.at[taken.count] = row;
          taken.count += 1;
        }
      }
    },
  };
}
