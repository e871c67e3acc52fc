/** Every line of a file as an object: what a pattern made of it, or why none did. For programs and people; in bulk none are made. */
import type { Chunk } from '../types.ts';
import { createPatternReaders, type PatternReaders } from './line-reader.ts';
import { MAX_PATTERN_BYTES, walkLines } from './lines.ts';
import { createNormaliser, type NormalisedFields, type Normaliser } from './normalised.ts';
import { createLineOpener, type OpenedLine } from './opened-lines.ts';
import type { CompiledPattern } from './pattern.ts';
import { readLine } from './read-line.ts';
import { createReason } from './unmatched-reason.ts';
import { unwrap } from './wrappers/wrapped.ts';
import { createWrapperClock, type WrapperClock } from './wrappers/wrapper-clock.ts';
import { type WrapperName, wrapperName } from './wrappers/wrapper-name.ts';

/** A line as it stands in the file, without its LF, and what was taken off it. */
interface ShownLine {
  readonly line: string;
  readonly wrapper?: WrapperName | undefined;
  /** The line without its wrapper. */
  readonly text?: string;
}

interface MatchedLine extends ShownLine {
  readonly pattern: string;
  /** Epoch ms; undefined where the line has no stamp. */
  readonly time: number | undefined;
  readonly fields: NormalisedFields;
  /** It belongs to the line before it, as those of a stack trace do, and has no fields of its own. */
  readonly continues?: true;
}

interface UnmatchedLine extends ShownLine {
  readonly unmatched: string;
  /** Its rest comes in a later line, which is read with it. */
  readonly isPart?: true;
}

export type ParsedLine = MatchedLine | UnmatchedLine;

export interface LineParserParts {
  readonly patterns: readonly CompiledPattern[];
  /** IANA name, for stamps without a zone. */
  readonly timezone: string;
  /** A pattern that is the only one tried. */
  readonly only: string | undefined;
  /** A time that is close to that of the lines: syslog's stamps have no year. */
  readonly near: number;
}

/** Reads one file from its beginning, piece by piece. */
export interface LineParser {
  /** The pattern that most of the first lines have, once there were lines. */
  pattern(): string | undefined;
  /** Whole lines, the last one with or without LF; `each` is called for every one of them, in their order. */
  take(bytes: Uint8Array, each: (line: ParsedLine) => void): void;
  /** A line that is too long to be held: its beginning, and how long it is. */
  takeLong(head: Uint8Array, bytes: number, each: (line: ParsedLine) => void): void;
}

/** Gives what makes a parser for each file. Throws UserError where `only` names no pattern. */
export function createLineParsers(parts: LineParserParts): () => LineParser {
  // Who shows lines wants all fields; what is tried in which order is the engine's own.
  const patterns = parts.patterns.map((pattern) => ({ ...pattern, matchObserved: pattern.match }));
  const readers = createPatternReaders(patterns, parts.timezone, parts.only);
  const tried = readers.order(undefined).map(({ pattern }) => pattern);
  const tools: Tools = {
    ...{ readers, near: parts.near, clock: createWrapperClock(parts.timezone) },
    normalisers: new Map(tried.map((pattern) => [pattern, createNormaliser(pattern)])),
    reason: createReason(tried),
  };
  return () => createLineParser(tools);
}

interface Tools {
  readonly readers: PatternReaders;
  readonly near: number;
  readonly clock: WrapperClock;
  readonly normalisers: ReadonlyMap<CompiledPattern, Normaliser>;
  readonly reason: (text: string) => string;
}

function createLineParser({ readers, near, clock, normalisers, reason }: Tools): LineParser {
  let known: string | undefined;
  let lastTime: number | undefined;
  let offset = 0;
  let read: Read | undefined;
  const opener = createLineOpener(undefined, takeOpened);

  function takeOpened(opened: OpenedLine): boolean {
    read = readOpened(opened);
    return true;
  }

  function readOpened(opened: OpenedLine): Read {
    const ordered = readers.order(known);
    const order = { readers: ordered, isKnown: ordered[0]?.pattern.name === known, clock };
    const found = readLine(order, opened, lastTime, near);
    const text = found?.text ?? opened.text ?? opened.whole;
    if (!found) return { text, is: { unmatched: text === undefined ? TOO_LONG : reason(text) } };
    const { reader, raw, stamp } = found;
    const pattern = reader.pattern.name;
    if (!raw) return { text, is: { pattern, time: lastTime, fields: {}, continues: true } };
    lastTime = stamp ?? lastTime;
    return { text, is: { pattern, time: stamp, fields: normalisers.get(reader.pattern)?.(raw) ?? {} } };
  }

  function parsed(line: string, found: string | undefined, isLong: boolean): ParsedLine {
    read = undefined;
    opener.open(found, isLong);
    if (!read) return { line, unmatched: PART, isPart: true };
    const { text, is } = read as Read;
    if (text === undefined || text === found) return { line, ...is };
    return { line, wrapper: nameOfWrapper(found ?? ''), text, ...is };
  }

  return {
    pattern: () => known,
    take(bytes, each) {
      const chunk: Chunk = { ...NOWHERE, offset, bytes, held: opener.held() };
      known ??= readers.recognise(chunk, 0);
      let from = 0;
      walkLines(chunk, 0, (found, next, isLong) => {
        each(parsed(asItStands(bytes.subarray(from, next), found, offset + from === 0), found, isLong));
        from = next;
        return true;
      });
      offset += bytes.length;
    },
    takeLong(head, bytes, each) {
      offset += bytes;
      each({
        line: decoder.decode(head),
        unmatched: `${TOO_LONG}; it has ${bytes} bytes, and only its beginning is shown`,
      });
    },
  };
}

interface Read {
  /** What the pattern took, or would have: undefined where it is too long. */
  readonly text: string | undefined;
  readonly is: { readonly unmatched: string } | Pick<MatchedLine, 'pattern' | 'time' | 'fields' | 'continues'>;
}

/** Of a chunk that no source has. */
const NOWHERE = { source: 'parse', generation: 'parse' };
const TOO_LONG = `too long: patterns see lines of ${MAX_PATTERN_BYTES} bytes at most`;
const PART = 'a part of a line: the pattern takes the whole line with its last part';
// Bytes that look like a mark inside a file are text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const LF = 10;
const CR = 13;

/** walkLines() gives lines without CR and byte order mark; `bytes` are those of the line and its LF. */
function asItStands(bytes: Uint8Array, found: string | undefined, isFirst: boolean): string {
  const end = bytes.at(-1) === LF ? bytes.length - 1 : bytes.length;
  if (found === undefined || isFirst) return decoder.decode(bytes.subarray(0, end));
  return bytes[end - 1] === CR ? `${found}\r` : found;
}

function nameOfWrapper(line: string): WrapperName | undefined {
  const wrapped = unwrap(line);
  return wrapped && wrapperName(line, wrapped);
}
