/** The rows of a CSV file or of standard input as they come, in bounded memory; what is no row is told with its line. */
import { CSV_ROW_CHARS, type CsvSeparator, csvCells, separatorOf } from '../core/parse/csv.ts';
import { readLines } from './parse-input.ts';

/** Lines that a quoted cell may go over. */
const ROW_LINES = 20;

export interface TakeRows {
  /** `line` counts from 1. */
  row(cells: readonly string[], line: number, separator: CsvSeparator): void;
  bad(reason: string, line: number): void;
  /** After some rows; the next ones wait for it. */
  pause(): Promise<void>;
}

/** Throws UserError('INPUT') where the file cannot be read; what could be read was handed on. */
export async function readRows(path: string, take: TakeRows): Promise<void> {
  const joiner = createRowJoiner(take);
  const decoder = new TextDecoder();
  await readLines(path, {
    async lines(bytes) {
      for (const line of linesOf(decoder.decode(bytes))) joiner.add(line);
      await take.pause();
    },
    async long(_, bytes) {
      joiner.long(bytes);
      await take.pause();
    },
  });
  joiner.end();
  await take.pause();
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** Joins lines to rows where a quote is open at their end. */
function createRowJoiner(take: Omit<TakeRows, 'pause'>) {
  let line = 0;
  let separator: CsvSeparator | undefined;
  let waiting: string[] = [];

  function add(text: string): void {
    line += 1;
    if (waiting.length === 0 && text.trim() === '') return;
    separator ??= separatorOf(text);
    waiting.push(text);
    const cells = csvCells(waiting.join('\n'), separator);
    if (cells !== undefined) {
      take.row(cells, line - waiting.length + 1, separator);
      waiting = [];
    } else if (waiting.length >= ROW_LINES || waiting.join('\n').length > CSV_ROW_CHARS) giveUp();
  }

  /** The line whose quote is never closed is bad; those after it are looked at by themselves. */
  function giveUp(): void {
    const [, ...rest] = waiting;
    take.bad('a quote that is not closed', line - waiting.length + 1);
    waiting = [];
    line -= rest.length;
    for (const text of rest) add(text);
  }

  return {
    add,
    long(bytes: number): void {
      while (waiting.length > 0) giveUp();
      line += 1;
      take.bad(`${bytes} bytes in one line`, line);
    },
    end(): void {
      while (waiting.length > 0) giveUp();
    },
  };
}
