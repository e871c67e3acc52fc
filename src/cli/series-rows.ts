/** The values of a series in a CSV file, in the order of their times; rows that are none are counted by what is wrong with them. */
import { UserError } from '../core/errors.ts';
import { createCellNumbers } from '../core/parse/cell-number.ts';
import { type ColumnChoice, type Columns, chooseColumns, createCellTime } from '../core/parse/series-columns.ts';
import { visible } from '../core/render/sanitise.ts';
import { createClearRows, type Row } from './clear-rows.ts';
import { readRows } from './csv-rows.ts';

const SHOWN_CHARS = 40;
const TOO_FEW = 'too few columns';
const CUT_BY_COMMA = 'a cell more than there are names (if it is a decimal comma, separate the columns by semicolons)';
const SAME_TIME = 'the time of the row before';
const EARLIER = 'a time before that of the row before (sort the file by time)';

/** Rows that were left out for one reason. */
export interface LeftOut {
  readonly reason: string;
  readonly rows: number;
  /** The first of them. */
  readonly line: number;
  readonly given: string;
}

export interface SeriesParts {
  readonly choice: ColumnChoice;
  readonly timezone: string;
  readonly take: (time: number, value: number) => void;
  readonly pause: () => Promise<void>;
}

/** Gives what was left out. Throws UserError('INPUT') where the file cannot be read, lacks a column, or has no value at all. */
export async function readSeries(
  path: string,
  { choice, timezone, take, pause }: SeriesParts,
): Promise<readonly LeftOut[]> {
  const readTime = createCellTime(timezone);
  let numbers = createCellNumbers();
  const leftOut = new Map<string, LeftOut>();
  let columns: Columns | undefined;
  let names = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let values = 0;

  function leave(reason: string, line: number, given = ''): void {
    const before = leftOut.get(reason);
    const first = before ?? { line, given: visible(given, SHOWN_CHARS) };
    leftOut.set(reason, { ...first, reason, rows: (before?.rows ?? 0) + 1 });
  }

  function takeValue({ cells, line }: Row): void {
    const timeText = cells[columns?.time ?? 0] ?? '';
    const time = readTime(timeText);
    const value = numbers.read(valueText(cells));
    if (cells.length <= Math.max(columns?.time ?? 0, columns?.value ?? 1)) leave(TOO_FEW, line, cells.join(','));
    else if (cells.length > names && isCutNumber(cells.slice(columns?.value)))
      leave(CUT_BY_COMMA, line, cells.join(','));
    else if (time === undefined) leave('no time', line, timeText);
    else if (value === undefined) leave('no number', line, valueText(cells));
    else if (time <= last) leave(time === last ? SAME_TIME : EARLIER, line, timeText);
    else {
      last = time;
      values += 1;
      take(time, value);
    }
  }

  function valueText(cells: readonly string[]): string {
    return cells[columns?.value ?? 1] ?? '';
  }

  function refuse({ cells, line }: Row): never {
    const given = visible(valueText(cells), SHOWN_CHARS);
    throw new UserError(
      'INPUT',
      `${named(path)}, line ${line}: '${given}' may have a decimal comma or one between thousands, and no other value says which; write 1.234 or 1234.`,
    );
  }

  const rows = createClearRows({
    ...{ numbers: () => numbers, take: takeValue, refuse },
    valueText: ({ cells }) => valueText(cells),
  });

  await readRows(path, {
    row(cells, line, separator) {
      if (columns !== undefined) return rows.add({ cells, line });
      const chosen = chooseColumns(line === 1 ? [withoutMark(cells[0]), ...cells.slice(1)] : cells, choice, readTime);
      if (typeof chosen === 'string')
        throw new UserError('INPUT', `${named(path)}, line ${line}: ${visible(chosen, 300)}.`);
      columns = chosen;
      // Who separates columns by semicolons does so since commas are decimal.
      if (separator === ';') numbers = createCellNumbers('decimal');
      if (chosen.isHeader) names = cells.length;
      else rows.add({ cells, line });
    },
    bad: leave,
    pause,
  });
  rows.end();
  // Rows that waited are told of later than they stand.
  const left = [...leftOut.values()].toSorted((a, b) => a.line - b.line);
  if (values === 0) throw new UserError('INPUT', noValues(path, left));
  return left;
}

/** 1,5 under names that are separated by commas. */
function isCutNumber([whole = '', part = '']: readonly string[]): boolean {
  return /^[+-]?\d+$/.test(whole) && /^\d+$/.test(part);
}

/** 'line 17, no number: 'NaN' (3 rows)'. */
export function leftOutText({ reason, rows, line, given }: LeftOut): string {
  const shown = given === '' ? '' : `: '${given}'`;
  return rows === 1
    ? `line ${line}, ${reason}${shown}`
    : `line ${line}, ${reason}${shown}, and ${rows - 1} more of this kind`;
}

export function named(path: string): string {
  return path === '-' ? 'Standard input' : `'${path}'`;
}

function noValues(path: string, [first]: readonly LeftOut[]): string {
  const why = first === undefined ? 'it has no rows' : leftOutText(first);
  return `${named(path)} has no row with a time and a number (${why}); write a time (ISO, or seconds since 1970) and a number in each, or name the columns with --time and --value.`;
}

/** A byte order mark, as spreadsheets write it. */
function withoutMark(cell = ''): string {
  return cell.replace(/^\uFEFF/, '');
}
