/** Reads comma-separated rows (RFC 4180, and semicolons and tabs) out of lines as they come. */

/** Letters of one row: a quote that is never closed must not swallow the file. */
export const CSV_ROW_CHARS = 64 * 1024;
const SEPARATORS = [',', ';', '\t'] as const;

export type CsvSeparator = (typeof SEPARATORS)[number];

/**
 * The separator that stands most often in the first line, outside of quotes. Where another one is there too, commas that all
 * stand between two digits are decimal ones, as in `2026-11-28;1,5`.
 */
export function separatorOf(line: string): CsvSeparator {
  const quoteless = line.replace(/"[^"]*"/g, '');
  const bare =
    /[;\t]/.test(quoteless) && !/,(?!\d)|(?<!\d),/.test(quoteless) ? quoteless.replaceAll(',', '') : quoteless;
  const counts = SEPARATORS.map((separator) => bare.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The cells of a row without the spaces around them; undefined where a quote is open at its end: the row goes on in the next line. */
export function csvCells(row: string, separator: CsvSeparator): readonly string[] | undefined {
  if (!row.includes('"')) return row.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const cell = readCell(row, at, separator);
    if (cell === undefined) return undefined;
    cells.push(cell.text);
    if (cell.end >= row.length) return cells;
    at = cell.end + 1;
  }
}

interface Cell {
  readonly text: string;
  /** Where its separator stands, or the row ends. */
  readonly end: number;
}

function readCell(row: string, at: number, separator: CsvSeparator): Cell | undefined {
  const start = at + (/^ */.exec(row.slice(at, at + 100))?.[0].length ?? 0);
  if (row[start] !== '"') {
    const found = row.indexOf(separator, at);
    const end = found < 0 ? row.length : found;
    return { text: row.slice(at, end).trim(), end };
  }
  const close = closingQuote(row, start + 1);
  if (close === undefined) return undefined;
  const found = row.indexOf(separator, close);
  const end = found < 0 ? row.length : found;
  return {
    text: row
      .slice(start + 1, close)
      .replaceAll('""', '"')
      .trim(),
    end,
  };
}

/** A quote within is written twice. */
function closingQuote(row: string, from: number): number | undefined {
  for (let at = row.indexOf('"', from); at >= 0; at = row.indexOf('"', at + 2)) if (row[at + 1] !== '"') return at;
  return undefined;
}
