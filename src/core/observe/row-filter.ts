/** Which rows of a block fulfil a condition of a series. */
import { ABSENT_TEXT, type Block, type Rows } from './block.ts';
import { fulfils } from './condition.ts';
import type { Condition } from './observation.ts';
import type { Texts } from './texts.ts';

/** Leaves only the rows that fulfil it. */
export type RowFilter = (rows: Rows) => void;

export function createRowFilter(field: string, condition: Condition, block: Block, texts: Texts): RowFilter {
  const numbers = block.numbers.get(field);
  if (numbers) return condition.is === 'range' ? rangeFilter(numbers, condition) : numberFilter(numbers, condition);
  const ids = block.texts.get(field);
  if (ids) return textFilter(ids, condition, texts);
  const isTaken = fulfils(condition, undefined);
  return (rows) => {
    if (!isTaken) rows.count = 0;
  };
}

function rangeFilter(numbers: Float64Array, { from, to }: Condition & { is: 'range' }): RowFilter {
  return (rows) => {
    const { at, count } = rows;
    let left = 0;
    for (let index = 0; index < count; index += 1) {
      const row = at[index] as number;
      const value = numbers[row] as number;
      if (!(value >= from && value <= to)) continue;
      at[left] = row;
      left += 1;
    }
    rows.count = left;
  };
}

function numberFilter(numbers: Float64Array, condition: Condition): RowFilter {
  let last = Number.NaN;
  let isTaken = fulfils(condition, undefined);
  return (rows) => {
    const { at, count } = rows;
    let left = 0;
    for (let index = 0; index < count; index += 1) {
      const row = at[index] as number;
      const value = numbers[row] as number;
      if (!Object.is(value, last)) {
        isTaken = fulfils(condition, Number.isNaN(value) ? undefined : value);
        last = value;
      }
      if (!isTaken) continue;
      at[left] = row;
      left += 1;
    }
    rows.count = left;
  };
}

const IS_TAKEN = 1;
const IS_LEFT = 2;

/** A text is looked at once, however many rows have it. */
function textFilter(ids: Int32Array, condition: Condition, texts: Texts): RowFilter {
  const known = texts.createTable();
  const isAbsentTaken = fulfils(condition, undefined);

  function decide(id: number): number {
    const decision = fulfils(condition, texts.textOf(id)) ? IS_TAKEN : IS_LEFT;
    known.values[id] = decision;
    return decision;
  }

  return (rows) => {
    const { at, count } = rows;
    const { values } = known;
    let left = 0;
    for (let index = 0; index < count; index += 1) {
      const row = at[index] as number;
      const id = ids[row] as number;
      const isTaken = id === ABSENT_TEXT ? isAbsentTaken : (values[id] || decide(id)) === IS_TAKEN;
      if (!isTaken) continue;
      at[left] = row;
      left += 1;
    }
    rows.count = left;
  };
}
