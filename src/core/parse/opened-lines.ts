/** The lines of a chunk as their programs wrote them: what runtimes and log daemons put around them is taken off. */
import type { Chunk } from '../types.ts';
import { MAX_PATTERN_BYTES, walkLines } from './lines.ts';
import { type Held, heldAfter, joined } from './wrappers/held.ts';
import { type OutputStream, unwrap, type Wrapped, type WrapperStamp } from './wrappers/wrapped.ts';

/** One object for all lines of an opener: valid until the next one. */
export interface OpenedLine {
  /** Without its wrapper, its parts joined. Undefined over MAX_PATTERN_BYTES. */
  readonly text: string | undefined;
  /** As it stands in the file, where that is something else and the line came in one part. */
  readonly whole: string | undefined;
  /** The wrapper's. */
  readonly stamp: WrapperStamp | undefined;
  /** Which output of its program it was written to, where its wrapper says so. */
  readonly stream: OutputStream;
}

export interface Walked {
  /** Beginnings of lines among those that were walked over. */
  readonly held: Held | undefined;
}

export interface LineOpener {
  /** Hands a line on as it was written, a line in parts with its last one. False where it was not taken. */
  open(found: string | undefined, isLong: boolean): boolean;
  /** Beginnings of lines among those that were opened. */
  held(): Held | undefined;
}

/** `held` comes before the first line. `each` returns false for a line that it does not take. */
export function createLineOpener(held: Held | undefined, each: (line: OpenedLine) => boolean): LineOpener {
  const line: { -readonly [Key in keyof OpenedLine]: OpenedLine[Key] } = {
    text: undefined,
    whole: undefined,
    stamp: undefined,
    stream: 'stdout',
  };
  let beginnings = held;

  function openWrapped(wrapped: Wrapped, whole: string | undefined): boolean {
    const text = joined(beginnings, wrapped, MAX_PATTERN_BYTES);
    if (!wrapped.isPart) {
      line.text = text;
      line.whole = beginnings && Object.hasOwn(beginnings, wrapped.stream) ? undefined : whole;
      line.stamp = wrapped.stamp;
      line.stream = wrapped.stream;
      if (!each(line)) return false;
    }
    beginnings = heldAfter(beginnings, wrapped, text);
    return true;
  }

  return {
    open(found, isLong) {
      const wrapped = found === undefined ? undefined : unwrap(found);
      if (wrapped) return openWrapped(wrapped, isLong ? undefined : found);
      line.text = isLong ? undefined : found;
      line.whole = undefined;
      line.stamp = undefined;
      line.stream = 'stdout';
      return each(line);
    },
    held: () => beginnings,
  };
}

/**
 * Calls `each` for every line from byte `from` on, until it returns false: that line is not walked over. What the chunk
 * says is held comes before `from`; what is held behind the last one is given back.
 */
export function walkOpened(chunk: Chunk, from: number, each: (line: OpenedLine) => boolean): Walked {
  const opener = createLineOpener(chunk.held, each);
  walkLines(chunk, from, (found, _next, isLong) => opener.open(found, isLong));
  return { held: opener.held() };
}
