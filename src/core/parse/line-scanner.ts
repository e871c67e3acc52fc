/** A pattern's scanner with what is made of its rows: which lines need no string, their stamps, their columns. */
import type { Texts } from '../observe/texts.ts';
import type { PatternReader } from './line-reader.ts';
import { MAX_PATTERN_BYTES } from './lines.ts';
import type { Marks } from './marks.ts';
import type { PatternTable } from './pattern-table.ts';
import {
  createScanner,
  INPUT_BYTES,
  ROW_END,
  ROW_FITS,
  ROW_HEADER,
  ROW_NEXT,
  ROW_SAME_TIME,
  ROW_START,
  type Scanner,
} from './scan/scanner.ts';
import { createScannedTexts } from './scanned-texts.ts';
import { textBytes } from './text-memory.ts';
import { mayBeWrapped, unwrap } from './wrappers/wrapped.ts';

/** Lines are put where they lie alike in the chunk and in the input, by words of so many bytes. */
export const WORD_BYTES = 8;
/** Bytes that are scanned together; each block of lines ends with them, whichever way its lines are read. */
export const WINDOW_BYTES = INPUT_BYTES - WORD_BYTES;

export interface LineScanner {
  readonly scanner: Scanner;
  /** Texts were given new ids. */
  renew(): void;
  /** How many of the rows from this one on need no string. */
  plainRows(first: number, end: number): number;
  /** Stamp of one line that needs no string. */
  timeOf(line: Uint8Array, after: number | undefined, near: number | undefined): number | undefined;
  /** Adds rows to the pattern's table, which has room for them, up to the first one that is left. Returns how many. */
  take(rows: ScannedRun): number;
}

export interface ScannedRun {
  readonly first: number;
  readonly count: number;
  readonly marks: Marks;
  readonly now: number;
  /** Where the scanner's input stands in the chunk. */
  readonly offset: number;
}

/** Undefined where the pattern has no scanner, or it does not find all fields that are observed. */
export function createLineScanner(reader: PatternReader, table: PatternTable, texts: Texts): LineScanner | undefined {
  const { spec } = reader.pattern;
  const scanner = createScanner(spec, textBytes(table.columns.block.listed.size));
  if (!scanner) return undefined;
  const timeField = spec.time ? [spec.time.field] : [];
  if (![...timeField, ...table.columns.from].every((field) => scanner.fields.includes(field))) return undefined;
  const scanned = createScannedTexts(scanner, texts, table.columns.block.texts.size);
  const fill = table.columns.scannedBy(scanned);
  const { columns } = table;
  const { rows, stride, input } = scanner;
  const timePlace = ROW_HEADER + 2 * scanner.fields.indexOf(spec.time?.field ?? '');

  function isPlain(row: number): boolean {
    const at = row * stride;
    if (rows[at + ROW_FITS] !== 1) return false;
    const start = rows[at + ROW_START] as number;
    if ((rows[at + ROW_NEXT] as number) - start > MAX_PATTERN_BYTES) return false;
    if (!mayBeWrapped(input, start)) return true;
    return unwrap(scanned.decode(start, (rows[at + ROW_END] as number) - start)) === undefined;
  }

  function stampOf(at: number, after: number | undefined, near: number | undefined): number | undefined {
    const length = spec.time ? (rows[at + timePlace + 1] as number) : -1;
    return length < 0 ? undefined : reader.stamp(scanned.decode(rows[at + timePlace] as number, length), after, near);
  }

  return {
    scanner,
    renew: scanned.renew,
    plainRows(first, end) {
      let row = first;
      while (row < end && isPlain(row)) row += 1;
      return row - first;
    },
    timeOf(line, after, near) {
      if (line.length > WINDOW_BYTES) return undefined;
      input.set(line);
      return scanner.scan(0, line.length) > 0 && isPlain(0) ? stampOf(0, after, near) : undefined;
    },
    take({ first, count, marks, now, offset }) {
      let taken = 0;
      for (let at = first * stride; taken < count; at += stride) {
        // Lines in between may have had another stamp: the first one is read.
        if (taken > 0 && rows[at + ROW_SAME_TIME] === 1) marks.stay();
        else if (!marks.moveTo(stampOf(at, marks.lastTime(), now))) break;
        const start = offset + (rows[at + ROW_START] as number);
        columns.addRowAt(marks.time(), marks.second(), start, offset + (rows[at + ROW_END] as number));
        taken += 1;
      }
      fill(first, taken);
      return taken;
    },
  };
}
