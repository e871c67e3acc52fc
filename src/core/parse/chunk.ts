/** From bytes to a tally: every complete line counts, those that a pattern understands are observed. */
import type { Chunk, Tally } from '../types.ts';
import { BYTE_ORDER_MARK, type ChunkWalkParts, type WalkedChunk, walkChunk } from './chunk-walk.ts';
import { goingOn } from './going-on.ts';
import { createPatternReaders } from './line-reader.ts';
import type { LineScanner } from './line-scanner.ts';
import { wholeLinesEnd } from './lines.ts';
import { createMarks, nearOf, type ParseLimits } from './marks.ts';
import { walkOpened } from './opened-lines.ts';
import type { CompiledPattern } from './pattern.ts';
import { type ReadOrder, readLine } from './read-line.ts';
import { createTables, type Tables } from './tables.ts';
import { createWrapperClock } from './wrappers/wrapper-clock.ts';

export type { ParseLimits } from './marks.ts';

/** Lines looked at for the first stamp. */
export const FIRST_TIME_LINES = 64;

export interface ParsedChunk {
  readonly tally: Tally;
  /** Bytes taken, from `from` on. */
  readonly consumed: number;
  readonly pattern?: string | undefined;
  /** Last stamp taken, off-clock stamps left out; what came with the chunk if there was none. */
  readonly lastTime?: number | undefined;
  /** Smallest stamp taken, off-clock stamps left out. */
  readonly timeMin?: number | undefined;
  /** Beginnings of lines that are not complete yet, in the bytes taken. */
  readonly held?: Chunk['held'];
  /** Stamp of the first line not taken. */
  readonly nextTime?: number | undefined;
  /** Of the last stamped line taken, also where it lies in the future. */
  readonly lastStamp?: number | undefined;
}

export interface ChunkParser {
  /** Stamp of the chunk's first stamped line from `from` on (looks at most at 64 lines), undefined when none. */
  firstTime(chunk: Chunk, from: number, now?: number): number | undefined;
  /** Bytes of the lines at the chunk's beginning that belong to one before it. */
  goingOn(chunk: Chunk, now: number): number;
  /**
   * Takes whole lines from byte `from` on and stops before the first line whose stamp is >= limits.until. What the chunk
   * says of the lines before it (pattern, lastTime, held) stands for those before `from`.
   */
  parse(chunk: Chunk, from: number, limits: ParseLimits): ParsedChunk;
}

export interface ChunkParserParts {
  readonly patterns: readonly CompiledPattern[];
  /** IANA name, for stamps without a zone. */
  readonly timezone: string;
  /** A pattern fixed by configuration. */
  readonly only?: string | undefined;
  /**
   * False: every line is read by its expressions, true: none that a scanner can read. Both say the same. Absent: scanned
   * where there are many lines at a time.
   */
  readonly isScanned?: boolean | undefined;
}

/** Throws UserError when `only` names no pattern, RangeError for an unknown zone. */
export function createChunkParser(parts: ChunkParserParts): ChunkParser {
  const readers = createPatternReaders(parts.patterns, parts.timezone, parts.only);
  const clock = createWrapperClock(parts.timezone);
  const tables = createTables(parts.isScanned);

  function orderFor(pattern: string | undefined): ReadOrder {
    const ordered = readers.order(pattern);
    return { readers: ordered, isKnown: ordered[0]?.pattern.name === pattern, clock };
  }

  return {
    firstTime(chunk, from, now) {
      const order = orderFor(chunk.pattern);
      const scanned = scannedTime(scannerOf(order, tables, chunk.bytes.length - from), chunk, { from, now });
      if (scanned !== undefined) return scanned;
      let left = FIRST_TIME_LINES;
      let time: number | undefined;
      walkOpened(chunk, from, (line) => {
        time = readLine(order, line, chunk.lastTime, now)?.stamp;
        left -= 1;
        return time === undefined && left > 0;
      });
      return time;
    },
    goingOn(chunk, now) {
      const order = orderFor(chunk.pattern);
      // What fits a scanner belongs to none before it, and needs no expression to know.
      const scanned = scannedTime(scannerOf(order, tables, chunk.bytes.length), chunk, { from: 0, now });
      return scanned === undefined ? goingOn(order, chunk) : 0;
    },
    parse(chunk, from, limits) {
      const { isKnown } = orderFor(chunk.pattern);
      const pattern = isKnown ? chunk.pattern : readers.recognise(chunk, from);
      return { ...parseLines(orderFor(pattern), tables, { chunk, from, limits }), pattern };
    },
  };
}

interface Part {
  readonly chunk: Chunk;
  readonly from: number;
  readonly limits: ParseLimits;
}

function parseLines(order: ReadOrder, tables: Tables, { chunk, from, limits }: Part): ParsedChunk {
  const { builder } = tables;
  const marks = createMarks(chunk.lastTime, limits, (reason) => builder.skip(reason));
  const flush = () => tables.flush(order.readers, chunk.bytes);
  flush();
  const scanner = scannerOf(order, tables, chunk.bytes.length - from);
  const walk = { chunk, order, now: nearOf(limits), marks, builder, scanner, tableOf: tables.tableOf, flush };
  const { consumed, held } = walked(walk, from, tables);
  const { timeMax, timeMin, latenessMs, nextTime, lastStamp } = marks.facts();
  const tally = builder.build({ timeMax, latenessMs });
  return { tally, consumed, lastTime: marks.lastTime(), timeMin, nextTime, lastStamp, held };
}

/** Of what a pattern threw at nothing counts: the parser can be asked again. */
function walked(walk: ChunkWalkParts, from: number, tables: Tables): WalkedChunk {
  try {
    return walkChunk(walk, from);
  } catch (error) {
    tables.drop();
    throw error;
  }
}

/** Of a pattern that is known; for so many bytes. */
function scannerOf({ readers, isKnown }: ReadOrder, tables: Tables, bytes: number): LineScanner | undefined {
  const [first] = readers;
  return first && isKnown ? tables.scannerOf(first, bytes) : undefined;
}

/** Stamp of the line at byte `from`; undefined where it takes the line's text to know. */
function scannedTime(
  scanner: LineScanner | undefined,
  { bytes, offset, lastTime }: Chunk,
  { from, now }: { readonly from: number; readonly now: number | undefined },
): number | undefined {
  // What stands behind a byte order mark is a line by itself.
  const isMarked = offset + from === 0 && bytes[from] === BYTE_ORDER_MARK[0];
  if (!scanner || isMarked) return undefined;
  const line = bytes.subarray(from, wholeLinesEnd(bytes, from, 1));
  return scanner.timeOf(line, lastTime, now);
}
