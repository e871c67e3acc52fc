/** The rows that lines may still go on with, one of each output of a program: their lines may take turns. */
import type { Columns } from './columns.ts';
import type { OutputStream } from './wrappers/wrapped.ts';

export interface LastRows {
  /** The last line of this output was added to these columns, as their last row; undefined: it was another one's. */
  follow(stream: OutputStream, columns: Columns | undefined): void;
  /** A line of this output belongs to the one before it, if that is still in its block. */
  goOn(stream: OutputStream, line: string): void;
  /** Blocks begin anew. */
  forget(): void;
}

export function createLastRows(): LastRows {
  const last: Record<OutputStream, { readonly columns: Columns; readonly row: number } | undefined> = {
    stdout: undefined,
    stderr: undefined,
  };
  return {
    follow(stream, columns) {
      last[stream] = columns && { columns, row: columns.block.rows() - 1 };
    },
    goOn(stream, line) {
      const found = last[stream];
      found?.columns.goOn(found.row, line);
    },
    forget() {
      last.stdout = undefined;
      last.stderr = undefined;
    },
  };
}
