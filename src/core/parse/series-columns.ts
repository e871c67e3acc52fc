/** Which columns of a table hold the time and the value of a series, and what stands in them. */
import { nearest } from './nearest.ts';
import { createTimeReader } from './timestamp.ts';

/** Names that people and programs give these columns, small and without what is no letter. */
const TIME_NAMES = ['timestamp', 'time', 'datetime', 'date', 'ds', 'ts', 'epoch', 't'];
const VALUE_NAMES = ['value', 'y', 'count', 'val', 'v'];
const LABEL_NAMES = ['label', 'isanomaly', 'anomaly', 'labels'];
const LABELS_WANTED =
  "a file of labels needs a column 'time' and a column 'label', which is 1 in the rows in which something was wrong and 0 in all others";
const DATE = /^\d{4}-\d\d-\d\d$/;
const WITHOUT_SECONDS = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(?=$|Z|[+-]\d\d)/;

export interface ColumnChoice {
  /** By name, or by position from 1; undefined: the one that is called so, else the first and the second. */
  readonly time?: string | undefined;
  readonly value?: string | undefined;
}

export interface Columns {
  readonly time: number;
  readonly value: number;
  /** The row names the columns, and has no values. */
  readonly isHeader: boolean;
}

export type ReadTime = (text: string) => number | undefined;

/** Epoch ms of an ISO time or date, of 2026/11/25 05:22:42, or of seconds or milliseconds since 1970; undefined of all else. */
export function createCellTime(timezone: string): ReadTime {
  const read = createTimeReader(['iso8601', 'epoch', 'nginx-error'], timezone);
  let last: number | undefined;
  return (text) => {
    const whole = DATE.test(text) ? `${text} 00:00:00` : text.replace(WITHOUT_SECONDS, '$1:00');
    const time = read(whole, last);
    last = time ?? last;
    return time;
  };
}

/** By the first row of a table; a sentence where a column that was asked for is not there. */
export function chooseColumns(cells: readonly string[], choice: ColumnChoice, readTime: ReadTime): Columns | string {
  const value = columnOf(cells, choice.value, VALUE_NAMES);
  return chosen(cells, { time: columnOf(cells, choice.time, TIME_NAMES), other: value, noun: 'value' }, readTime);
}

/** The same for a table of times and labels: without names the second column has them, with names one must be called so. */
export function chooseLabelColumns(cells: readonly string[], readTime: ReadTime): Columns | string {
  const label = columnOf(cells, undefined, LABEL_NAMES);
  const found = chosen(cells, { time: columnOf(cells, undefined, TIME_NAMES), other: label, noun: 'label' }, readTime);
  if (typeof found === 'string' || (label === undefined && found.isHeader)) return LABELS_WANTED;
  return found;
}

type Found = number | string | undefined;

function chosen(
  cells: readonly string[],
  { time, other, noun }: { readonly time: Found; readonly other: Found; readonly noun: string },
  readTime: ReadTime,
): Columns | string {
  if (typeof time === 'string') return time;
  if (typeof other === 'string') return other;
  const timeAt = time ?? (other === 0 ? 1 : 0);
  const otherAt = other ?? (timeAt === 0 ? 1 : 0);
  if (Math.max(timeAt, otherAt) >= cells.length)
    return `it has ${cells.length} ${cells.length === 1 ? 'column' : 'columns'}; a time and a ${noun} are needed`;
  if (timeAt === otherAt) return `time and ${noun} cannot be the same column, '${shown(cells[timeAt])}'`;
  return { time: timeAt, value: otherAt, isHeader: readTime(cells[timeAt] ?? '') === undefined };
}

/** Undefined where none is asked for and none has such a name. */
function columnOf(cells: readonly string[], wanted: string | undefined, names: readonly string[]): Found {
  const plain = cells.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ''));
  if (wanted === undefined) return names.map((name) => plain.indexOf(name)).find((at) => at >= 0);
  const named = cells.findIndex((cell) => cell.toLowerCase() === wanted.toLowerCase());
  if (named >= 0) return named;
  if (/^[1-9]\d{0,3}$/.test(wanted)) {
    if (Number(wanted) <= cells.length) return Number(wanted) - 1;
    return `it has no column ${wanted}; it has ${cells.length}`;
  }
  const near = nearest(wanted, cells);
  const known = cells.slice(0, 10).map(shown).join(', ');
  return `it has no column '${shown(wanted)}'; ${near === undefined ? `its columns are ${known}` : `write '${shown(near)}' if you meant that`}`;
}

function shown(text = ''): string {
  return text.slice(0, 40);
}
