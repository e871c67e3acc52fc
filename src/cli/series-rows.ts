/** The values of a series in a CSV file, in the order of their times; rows that are none are counted by what is wrong with them. */
import { UserError } from '../core/errors.ts';
import {
  type ColumnChoice,
  type Columns,
  cellNumber,
  chooseColumns,
  createCellTime,
} from '../core/parse/series-columns.ts';
import { visible } from '../core/render/sanitise.ts';
import { readRows } from './csv-rows.ts';

const SHOWN_CHARS = 40;
const TOO_FEW = 'too few columns';
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
  const leftOut = new Map<string, LeftOut>();
  let columns: Columns | undefined;
  let last = Number.NEGATIVE_INFINITY;
  let values = 0;

  function leave(reason: string, line: number, given = ''): void {
    const before = leftOut.get(reason);
    const first = before ?? { line, given: visible(given, SHOWN_CHARS) };
    leftOut.set(reason, { ...first, reason, rows: (before?.rows ?? 0) + 1 });
  }

  function takeRow(cells: readonly string[], line: number): void {
    const [timeText = '', valueText = ''] = [cells[columns?.time ?? 0], cells[columns?.value ?? 1]];
    const time = readTime(timeText);
    const value = cellNumber(valueText);
    if (cells.length <= Math.max(columns?.time ?? 0, columns?.value ?? 1)) leave(TOO_FEW, line, cells.join(','));
    else if (time === undefined) leave('no time', line, timeText);
    else if (value === undefined) leave('no number', line, valueText);
    else if (time <= last) leave(time === last ? SAME_TIME : EARLIER, line, timeText);
    else {
      last = time;
      values += 1;
      take(time, value);
    }
  }

  await readRows(path, {
    row(cells, line) {
      if (columns !== undefined) return takeRow(cells, line);
      const chosen = chooseColumns(line === 1 ? [withoutMark(cells[0]), ...cells.slice(1)] : cells, choice, readTime);
      if (typeof chosen === 'string')
        throw new UserError('INPUT', `${named(path)}, line ${line}: ${visible(chosen, 300)}.`);
      columns = chosen;
      if (!chosen.isHeader) takeRow(cells, line);
    },
    bad: leave,
    pause,
  });
  const left = [...leftOut.values()];
  if (values === 0) throw new UserError('INPUT', noValues(path, left));
  return left;
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
