/** From bytes to a tally: every complete line counts, those that a pattern understands are observed. */
import { createObserver, type Observer } from '../observe/observer.ts';
import { createTallyBuilder } from '../observe/tally-builder.ts';
import type { Chunk, Tally } from '../types.ts';
import { createPatternReaders, type PatternReader } from './line-reader.ts';
import { walkOpened } from './opened-lines.ts';
import type { CompiledPattern, RawFields } from './pattern.ts';
import { type ReadLine, type ReadOrder, readLine } from './read-line.ts';
import { createWrapperClock } from './wrappers/wrapper-clock.ts';

/** Stamps further ahead of now are the writer's clock, not time: they count in the totals only. */
export const OFF_CLOCK_MS = 60_000;
/** Lines further behind the newest stamp count in the totals only; the one-second windows do not reach back further. */
export const LATE_MS = 15 * 60_000;
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
}

export interface ParseLimits {
  /** Lines stamped at or after this are left. */
  readonly until: number;
  readonly now: number;
  readonly watermark: number | undefined;
}

export interface ChunkParser {
  /** Stamp of the chunk's first stamped line from `from` on (looks at most at 64 lines), undefined when none. */
  firstTime(chunk: Chunk, from: number, now?: number): number | undefined;
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
}

/** Throws UserError when `only` names no pattern, RangeError for an unknown zone. */
export function createChunkParser(parts: ChunkParserParts): ChunkParser {
  const readers = createPatternReaders(parts.patterns, parts.timezone, parts.only);
  const clock = createWrapperClock(parts.timezone);

  function orderFor(pattern: string | undefined): ReadOrder {
    const ordered = readers.order(pattern);
    return { readers: ordered, isKnown: ordered[0]?.pattern.name === pattern, clock };
  }

  return {
    firstTime(chunk, from, now) {
      const order = orderFor(chunk.pattern);
      let left = FIRST_TIME_LINES;
      let time: number | undefined;
      walkOpened(chunk, from, (line) => {
        time = readLine(order, line, chunk.lastTime, now)?.stamp;
        left -= 1;
        return time === undefined && left > 0;
      });
      return time;
    },
    parse(chunk, from, limits) {
      const { isKnown } = orderFor(chunk.pattern);
      const pattern = isKnown ? chunk.pattern : readers.recognise(chunk, from);
      return { ...parseLines(orderFor(pattern), chunk, from, limits), pattern };
    },
  };
}

function parseLines(order: ReadOrder, chunk: Chunk, from: number, limits: ParseLimits): ParsedChunk {
  const builder = createTallyBuilder();
  const observers = new Map<PatternReader, Observer<RawFields>>();
  let newest = limits.watermark ?? Number.NEGATIVE_INFINITY;
  let { lastTime } = chunk;
  let timeMax: number | undefined;
  let timeMin: number | undefined;
  let latenessMs = 0;
  let nextTime: number | undefined;

  function observerOf(reader: PatternReader): Observer<RawFields> {
    const { spec, readerOf } = reader.pattern;
    const observer = observers.get(reader) ?? createObserver(spec.observation, readerOf, builder);
    observers.set(reader, observer);
    return observer;
  }

  /** Keeps the marks of time; lines that are too late must not hold steps open. */
  function advance(stamp: number): void {
    lastTime = stamp;
    timeMax = Math.max(timeMax ?? stamp, stamp);
    timeMin = Math.min(timeMin ?? stamp, stamp);
    if (newest - stamp <= LATE_MS) latenessMs = Math.max(latenessMs, newest - stamp);
    newest = Math.max(newest, stamp);
  }

  function take({ reader, raw, stamp, text }: ReadLine): void {
    builder.countLine(reader.pattern.name, reader.status(raw));
    if (stamp !== undefined && stamp > limits.now + OFF_CLOCK_MS) {
      builder.skip('off_clock');
      return;
    }
    if (stamp !== undefined) advance(stamp);
    const time = stamp ?? lastTime;
    if (time === undefined) return;
    if (newest - time > LATE_MS) builder.skip('late');
    else observerOf(reader).observe(raw, time, text);
  }

  const { consumed, held } = walkOpened(chunk, from, (opened) => {
    const line = readLine(order, opened, lastTime, limits.now);
    const stamp = line?.stamp;
    if (stamp !== undefined && stamp >= limits.until && stamp <= limits.now + OFF_CLOCK_MS) {
      nextTime = stamp;
      return false;
    }
    if (line) take(line);
    else {
      builder.countLine('unmatched', '');
      builder.skip('unparsed');
      if (opened.text === undefined) builder.skip('too_long_for_pattern');
    }
    return true;
  });
  return { tally: builder.build({ timeMax, latenessMs }), consumed, lastTime, timeMin, nextTime, held };
}
