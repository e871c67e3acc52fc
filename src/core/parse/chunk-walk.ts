/** Takes the lines of a chunk, window by window: those that fit by their bytes, the others by their text. */
import type { TallyBuilder } from '../observe/tally-builder.ts';
import type { Chunk } from '../types.ts';
import { createLastRows } from './last-rows.ts';
import type { PatternReader } from './line-reader.ts';
import { type LineScanner, WINDOW_BYTES, WORD_BYTES } from './line-scanner.ts';
import { walkLines, wholeLinesEnd } from './lines.ts';
import type { Marks } from './marks.ts';
import { createLineOpener, type OpenedLine, type Walked } from './opened-lines.ts';
import type { PatternTable } from './pattern-table.ts';
import { type ReadOrder, readLine } from './read-line.ts';
import { ROW_NEXT } from './scan/scanner.ts';

export interface ChunkWalkParts {
  readonly chunk: Chunk;
  readonly order: ReadOrder;
  readonly now: number;
  readonly marks: Marks;
  readonly builder: TallyBuilder;
  /** Of the pattern that is tried first. */
  readonly scanner: LineScanner | undefined;
  tableOf(reader: PatternReader): PatternTable;
  /** Adds all rows to the tally. */
  flush(): void;
}

export interface WalkedChunk extends Walked {
  /** Bytes walked over. */
  readonly consumed: number;
}

/** In UTF-8, at the beginning of a file. */
export const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** From byte `from` on, up to the first line that the marks leave. */
export function walkChunk(parts: ChunkWalkParts, from: number): WalkedChunk {
  const { chunk, order, now, marks, builder, scanner, tableOf } = parts;
  const lastRows = createLastRows();
  const { bytes } = chunk;
  const opener = createLineOpener(chunk.held, takeOpened);
  let position = from;
  /** Only lines that belong to the one before are taken. */
  let isGoingOn = false;

  function flush(): void {
    parts.flush();
    lastRows.forget();
  }

  function takeOpened(opened: OpenedLine): boolean {
    const line = readLine(order, opened, marks.lastTime(), now);
    const { stream } = opened;
    if (isGoingOn && (line === undefined || line.raw !== undefined)) return false;
    if (!line) {
      lastRows.follow(stream, undefined);
      builder.countLines('unmatched', '', 1);
      builder.skip('unparsed');
      if (opened.text === undefined) builder.skip('too_long_for_pattern');
      return true;
    }
    if (line.raw === undefined) {
      builder.countLines(line.reader.pattern.name, '', 1);
      lastRows.goOn(stream, line.text);
      return true;
    }
    if (!marks.moveTo(line.stamp)) return false;
    const { columns } = tableOf(line.reader);
    if (columns.room() === 0) flush();
    columns.addRow(marks.time(), marks.second(), line.raw, line.text);
    lastRows.follow(stream, line.reader === order.readers[0] ? columns : undefined);
    return true;
  }

  /** False where a line was left; so do the others. */
  function readLines(end: number): boolean {
    let isTaken = true;
    walkLines({ ...chunk, bytes: bytes.subarray(0, end) }, position, (found, next, isLong) => {
      isTaken = opener.open(found, isLong);
      if (isTaken) position = next;
      return isTaken;
    });
    return isTaken;
  }

  function scanLines(lines: LineScanner, end: number): boolean {
    const { scanner: scan } = lines;
    // Out of shared memory V8 copies eight bytes at a time only where both sides lie alike: five times as fast.
    const shift = (bytes.byteOffset + position) % WORD_BYTES;
    const offset = position - shift;
    scan.input.set(bytes.subarray(position, end), shift);
    while (position < end) {
      const count = scan.scan(position - offset, end - offset);
      if (count === 0) return readLines(end);
      if (!takeRows(lines, count, offset)) return false;
    }
    return true;
  }

  function takeRows(lines: LineScanner, count: number, offset: number): boolean {
    const { rows, stride } = lines.scanner;
    for (let row = 0; row < count; ) {
      const plain = lines.plainRows(row, count);
      const taken = plain === 0 ? 0 : takePlain(lines, row, plain, offset);
      row += taken;
      if (taken > 0) position = offset + (rows[(row - 1) * stride + ROW_NEXT] as number);
      if (taken < plain) return false;
      if (row === count) return true;
      if (!readLines(offset + (rows[row * stride + ROW_NEXT] as number))) return false;
      row += 1;
    }
    return true;
  }

  /** Returns how many rows were taken. */
  function takePlain(lines: LineScanner, first: number, count: number, offset: number): number {
    const table = tableOf(order.readers[0] as PatternReader);
    let done = 0;
    while (done < count) {
      if (table.columns.room() === 0) flush();
      const some = Math.min(count - done, table.columns.room());
      const taken = lines.take({ first: first + done, count: some, marks, now, offset });
      done += taken;
      if (taken > 0) lastRows.follow('stdout', table.columns);
      if (taken < some) break;
    }
    return done;
  }

  /** What belongs to the last line of a window goes with it into its block. */
  function goOn(): void {
    if (!order.isKnown || (order.readers[0]?.pattern.spec.continues ?? []).length === 0) return;
    isGoingOn = true;
    readLines(bytes.length);
    isGoingOn = false;
  }

  for (let isTaken = true; isTaken && position < bytes.length; flush()) {
    const isMarked = position === 0 && chunk.offset === 0 && BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte);
    // The line behind a mark is a window by itself.
    const end = wholeLinesEnd(bytes, position, isMarked ? 1 : WINDOW_BYTES);
    const isScanned = scanner && !isMarked && end - position <= WINDOW_BYTES;
    isTaken = isScanned ? scanLines(scanner, end) : readLines(end);
    if (isTaken) goOn();
  }
  return { consumed: position - from, held: opener.held() };
}
