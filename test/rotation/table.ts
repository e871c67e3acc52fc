/** The results as a Markdown table that is also readable in a terminal. */

export interface Column {
  readonly head: string;
  /** One for each row, in their order. */
  readonly cells: readonly string[];
}

export function toTable(head: string, rows: readonly string[], columns: readonly Column[]): string {
  const all = [{ head, cells: rows }, ...columns];
  const widths = all.map((column) => Math.max(...[column.head, ...column.cells].map(({ length }) => length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [
    line(all.map((column) => column.head)),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map((_, row) => line(all.map(({ cells }) => cells[row] ?? ''))),
  ].join('\n');
}
