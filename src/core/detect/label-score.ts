/**
 * Holds alarms to what people labelled: a labelled window is found by an alarm from one value before it to five values after
 * its end, as bench:quality counts service metrics; an alarm that finds none is a false one.
 */

const BEFORE = 1;
const AFTER = 5;
/** Alarms that are kept to be held to windows; more only count as many. */
const ALARMS_MAX = 100_000;

/** Times, both inclusive. */
export interface LabelledWindow {
  readonly from: number;
  readonly to: number;
}

export interface LabelScore {
  /** Windows that hold at least one value. */
  readonly windows: number;
  readonly found: number;
  readonly falseAlarms: number;
  /** Windows without a value: outside of the series, or in a gap. */
  readonly empty: number;
  /** found / (found + false alarms); undefined without an alarm. */
  readonly precision: number | undefined;
  /** found / windows; undefined without a window. */
  readonly recall: number | undefined;
}

export interface LabelScorer {
  /** Values in the order of their times. */
  next(time: number, isAlarm: boolean): void;
  score(): LabelScore;
}

interface Rows {
  readonly first: number;
  readonly last: number;
}

export function createLabelScorer(windows: readonly LabelledWindow[]): LabelScorer {
  const sorted = windows.toSorted((a, b) => a.from - b.from);
  const rows = new Map<number, Rows>();
  const alarms: number[] = [];
  let row = -1;
  /** Windows before this one are over. */
  let open = 0;
  return {
    next(time, isAlarm) {
      row += 1;
      if (isAlarm && alarms.length < ALARMS_MAX) alarms.push(row);
      while (open < sorted.length && (sorted[open] as LabelledWindow).to < time) open += 1;
      for (let at = open; at < sorted.length && (sorted[at] as LabelledWindow).from <= time; at += 1)
        if (time <= (sorted[at] as LabelledWindow).to) rows.set(at, { first: rows.get(at)?.first ?? row, last: row });
    },
    score: () => scoreOf([...rows.values()], alarms, sorted.length),
  };
}

function scoreOf(windows: readonly Rows[], alarms: readonly number[], given: number): LabelScore {
  const near = windows.map(({ first, last }) => ({ from: first - BEFORE, to: last + AFTER }));
  const found = near.filter(
    ({ from, to }) => (alarms[firstFrom(alarms, from)] ?? Number.POSITIVE_INFINITY) <= to,
  ).length;
  const falseAlarms = alarms.length - countWithin(alarms, near);
  return {
    ...{ windows: windows.length, found, falseAlarms, empty: given - windows.length },
    precision: alarms.length === 0 ? undefined : found / (found + falseAlarms),
    recall: windows.length === 0 ? undefined : found / windows.length,
  };
}

/** Ranges by their begins; one that lies within another adds nothing. */
function countWithin(alarms: readonly number[], ranges: readonly LabelledWindow[]): number {
  let count = 0;
  let end = 0;
  for (const { from, to } of ranges) {
    const begin = Math.max(end, firstFrom(alarms, from));
    end = Math.max(end, firstFrom(alarms, to + 1));
    count += Math.max(0, end - begin);
  }
  return count;
}

/** Index of the first alarm that is not before this row. */
function firstFrom(alarms: readonly number[], row: number): number {
  let low = 0;
  let high = alarms.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((alarms[middle] as number) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
