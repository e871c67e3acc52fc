/** The block that lines of one pattern fill: row by row from their texts, or many at once from the bytes of a scanner. */
import type { Block } from '../observe/block.ts';
import { flatCopy } from '../observe/flat-copy.ts';
import { fieldsOf } from '../observe/observation.ts';
import { EXEMPLAR_CHARS } from '../observe/tally-builder.ts';
import type { Texts } from '../observe/texts.ts';
import type { FillScanned } from './column.ts';
import { addContinued, type Continued, continuedText, createContinued } from './continued.ts';
import { createFieldColumns } from './field-columns.ts';
import type { CompiledPattern, RawFields } from './pattern.ts';
import { MAX_ROWS } from './scan/scanner.ts';
import type { ScannedTexts } from './scanned-texts.ts';

/** A letter of EXEMPLAR_CHARS has at most so many bytes in UTF-8. */
const BYTES_PER_CHAR = 3;

export interface Columns {
  readonly block: Block;
  /** Fields of the expressions from which the columns are read. */
  readonly from: readonly string[];
  /** Rows that still have room. */
  room(): number;
  /** Adds a row: its fields, and its line. */
  addRow(time: number, second: number, raw: RawFields, line: string): void;
  /** A line belongs to the one of this row. */
  goOn(row: number, line: string): void;
  /** Adds a row whose line stands in the bytes of the chunk. Its fields come with those of all such rows. */
  addRowAt(time: number, second: number, start: number, end: number): void;
  /** Gives what fills in the fields of rows of a scanner, which were added last. */
  scannedBy(texts: ScannedTexts): (first: number, count: number) => void;
  /** Begins a new block; `bytes` are those of the chunk that its lines stand in. */
  begin(bytes: Uint8Array): void;
}

/** Fields of a pattern that are observed or make the totals. */
export function createColumns(pattern: CompiledPattern, texts: Texts): Columns {
  const { status, observation } = pattern.spec;
  const names = [...new Set([...fieldsOf(observation), ...(status === undefined ? [] : [status])])];
  const { numbers, ids, listed, memory, columns, begin } = createFieldColumns(pattern, texts);

  const times = new Float64Array(MAX_ROWS);
  const seconds = new Float64Array(MAX_ROWS);
  const starts = new Int32Array(MAX_ROWS);
  const ends = new Int32Array(MAX_ROWS);
  /** Lines that do not stand in the chunk as they are, and copies of those that are evidence. */
  const lines: (string | undefined)[] = new Array(MAX_ROWS).fill(undefined);
  const copies: (string | undefined)[] = new Array(MAX_ROWS).fill(undefined);
  const continued = new Map<number, Continued>();
  const isShown = observation.series.some(({ evidence }) => evidence);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let bytes: Uint8Array = new Uint8Array();
  let size = 0;

  function cutOut(row: number): string {
    const start = starts[row] as number;
    const end = Math.min(ends[row] as number, start + EXEMPLAR_CHARS * BYTES_PER_CHAR);
    const line = lines[row] ?? decoder.decode(bytes.subarray(start, end));
    const shown = line.slice(0, EXEMPLAR_CHARS).toWellFormed();
    const more = continued.get(row);
    return more ? continuedText(shown, more) : flatCopy(shown);
  }

  function addTimed(time: number, second: number): number {
    const row = size;
    times[row] = time;
    seconds[row] = second;
    size += 1;
    return row;
  }

  return {
    block: {
      pattern: pattern.name,
      rows: () => size,
      times,
      seconds,
      numbers,
      texts: ids,
      listed,
      // One line is mostly kept for several series: they share the copy.
      lineAt(row) {
        copies[row] ??= cutOut(row);
        return copies[row];
      },
    },
    from: names.flatMap((name) => pattern.fieldOf(name)?.from ?? []),
    room: () => MAX_ROWS - size,
    addRow(time, second, raw, line) {
      const row = addTimed(time, second);
      lines[row] = line;
      for (const column of columns) column.fillRaw(raw, row);
    },
    goOn(row, line) {
      if (!isShown) return;
      const more = continued.get(row) ?? createContinued();
      continued.set(row, more);
      addContinued(more, line);
    },
    addRowAt(time, second, start, end) {
      const row = addTimed(time, second);
      starts[row] = start;
      ends[row] = end;
    },
    scannedBy(scanned) {
      memory.moveTo(scanned.scanner.memory, scanned.scanner.room);
      const fills: readonly FillScanned[] = columns.map((column) => column.scannedBy(scanned));
      return (first, count) => {
        for (const fill of fills) fill(first, count, size - count);
      };
    },
    begin(given) {
      bytes = given;
      lines.fill(undefined, 0, size);
      copies.fill(undefined, 0, size);
      begin();
      continued.clear();
      size = 0;
    },
  };
}
