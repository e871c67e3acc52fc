/** The figures as one table, readable in a terminal and as Markdown alike. */
import { toTable } from '../rotation/table.ts';
import type { Figure } from './row.ts';

export function figuresTable(figures: readonly Figure[]): string {
  return toTable(
    'figure',
    figures.map(({ name }) => name),
    [
      { head: 'goal', cells: figures.map(({ goal }) => goal) },
      { head: 'measured', cells: figures.map(({ measured }) => measured) },
      { head: '', cells: figures.map(verdict) },
      { head: 'beside it in the same run', cells: figures.map(({ beside }) => beside) },
    ],
  );
}

function verdict({ isMet }: Figure): string {
  if (isMet === undefined) return '';
  return isMet ? 'met' : 'MISSED';
}
