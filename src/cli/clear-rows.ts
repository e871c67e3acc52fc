/** Rows of a table in their order, each once it is known what commas and points are in its numbers: 1,234 is two numbers, and so is 1.234. */
import type { CellNumbers } from '../core/parse/cell-number.ts';

/** Rows that wait for one that says so. */
const WAITING_MAX = 1_000;

export interface Row {
  readonly cells: readonly string[];
  /** Counts from 1. */
  readonly line: number;
}

interface ClearRowsParts {
  /** Those of the table, once its first row has been read. */
  numbers(): CellNumbers;
  valueText(row: Row): string;
  take(row: Row): void;
  /** Nothing says what the comma is. Throws. */
  refuse(row: Row): never;
}

export interface ClearRows {
  add(row: Row): void;
  /** There are no more. */
  end(): void;
}

export function createClearRows({ numbers, valueText, take, refuse }: ClearRowsParts): ClearRows {
  let waiting: Row[] = [];

  /** Where none of the rows said what a point is, it is decimal. */
  function end(): void {
    numbers().settle();
    const unclear = waiting.find((row) => numbers().isUnclear(valueText(row)));
    if (unclear) refuse(unclear);
    const rows = waiting;
    waiting = [];
    for (const row of rows) take(row);
  }

  return {
    add(row) {
      numbers().learn(valueText(row));
      const first = waiting[0] ?? row;
      if (numbers().isUnclear(valueText(first))) {
        waiting.push(row);
        if (waiting.length >= WAITING_MAX) end();
        return;
      }
      if (first !== row) end();
      take(row);
    },
    end,
  };
}
