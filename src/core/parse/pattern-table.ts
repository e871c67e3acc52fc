/** Gathers the lines of one pattern in a block, and adds them to the tally when that is full. */
import type { Block } from '../observe/block.ts';
import { createObserver } from '../observe/observer.ts';
import type { TallyBuilder } from '../observe/tally-builder.ts';
import type { Texts } from '../observe/texts.ts';
import { type Columns, createColumns } from './columns.ts';
import type { CompiledPattern } from './pattern.ts';

export interface PatternTable {
  readonly columns: Columns;
  /** Adds the rows to the tally and begins anew, with lines of these bytes. */
  flush(bytes: Uint8Array): void;
}

export function createPatternTable(pattern: CompiledPattern, texts: Texts, builder: TallyBuilder): PatternTable {
  const columns = createColumns(pattern, texts);
  const { block } = columns;
  const { status, observation } = pattern.spec;
  const countLines = createLineCounter(block, status, texts, builder);
  const observe = createObserver({ observation, block, texts, builder });
  return {
    columns,
    flush(bytes) {
      if (block.rows() > 0) {
        countLines();
        observe();
      }
      columns.begin(bytes);
    },
  };
}

/** Stands for what is no status, in the counts by status. */
const OTHER = 0;
const STATUS_MIN = 100;
const STATUS_MAX = 599;

/** Counts the rows by HTTP status: '100'..'599', 'other', or '' where the pattern has none. */
function createLineCounter(block: Block, status: string | undefined, texts: Texts, builder: TallyBuilder): () => void {
  const numbers = block.numbers.get(status ?? '');
  const ids = block.texts.get(status ?? '');
  const counts = new Float64Array(STATUS_MAX + 1);

  function countRow(value: number): void {
    const isStatus = value >= STATUS_MIN && value <= STATUS_MAX && Number.isInteger(value);
    const place = isStatus ? value : OTHER;
    counts[place] = (counts[place] as number) + 1;
  }

  function textStatus(id: number): number {
    const text = id < 0 ? '' : texts.textOf(id);
    return /^[1-5]\d\d$/.test(text) ? Number(text) : OTHER;
  }

  return () => {
    const rows = block.rows();
    if (numbers) for (let row = 0; row < rows; row += 1) countRow(numbers[row] as number);
    else if (ids) for (let row = 0; row < rows; row += 1) countRow(textStatus(ids[row] as number));
    else builder.countLines(block.pattern, '', rows);
    if (!numbers && !ids) return;
    for (let place = 0; place < counts.length; place += 1) {
      const count = counts[place] as number;
      if (count > 0) builder.countLines(block.pattern, place === OTHER ? 'other' : String(place), count);
    }
    counts.fill(0);
  };
}
