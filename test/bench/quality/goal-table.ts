/** The table of goals as Markdown, a row at a time, since the next part takes minutes. */
import type { GoalRow } from './goal.ts';

/** Columns do not know how wide the rows to come are. */
const WIDTHS = [66, 25, 70, 0];

export function goalHead(): string {
  return `${line(['what', 'goal', 'measured', ''])}\n|${WIDTHS.map((width) => '-'.repeat(width + 2)).join('|')}|`;
}

export function goalLine(row: GoalRow): string {
  return line([row.what, row.goal, row.measured.replaceAll(/[|\r\n]+/g, ' '), verdict(row)]);
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0)).join(' | ')} |`;
}

function verdict({ isMet, distance }: GoalRow): string {
  if (isMet === undefined) return '';
  return isMet ? 'met' : (distance ?? 'missed');
}
