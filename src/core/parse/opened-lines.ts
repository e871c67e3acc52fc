/** The lines of a chunk as their programs wrote them: what runtimes and log daemons put around them is taken off. */
import type { Chunk } from '../types.ts';
import { MAX_PATTERN_BYTES, walkLines } from './lines.ts';
import { type Held, heldAfter, joined } from './wrappers/held.ts';
import { unwrap, type Wrapped, type WrapperStamp } from './wrappers/wrapped.ts';

/** One object for all lines of a walk: valid until the next one. */
export interface OpenedLine {
  /** Without its wrapper, its parts joined. Undefined over MAX_PATTERN_BYTES. */
  readonly text: string | undefined;
  /** As it stands in the file, where that is something else and the line came in one part. */
  readonly whole: string | undefined;
  /** The wrapper's. */
  readonly stamp: WrapperStamp | undefined;
}

export interface Walked {
  /** Bytes walked over, from `from` on. */
  readonly consumed: number;
  /** Beginnings of lines among them. */
  readonly held: Held | undefined;
}

/**
 * Calls `each` for every line from byte `from` on, until it returns false: that line is not walked over. What the chunk
 * says is held comes before `from`. A line in parts is one line: it comes with its last part.
 */
export function walkOpened(chunk: Chunk, from: number, each: (line: OpenedLine) => boolean): Walked {
  const line: { -readonly [Key in keyof OpenedLine]: OpenedLine[Key] } = {
    text: undefined,
    whole: undefined,
    stamp: undefined,
  };
  let { held } = chunk;
  let consumed = 0;

  /** False when `each` did not take it. */
  function walkOver(wrapped: Wrapped, whole: string | undefined): boolean {
    const text = joined(held, wrapped, MAX_PATTERN_BYTES);
    if (!wrapped.isPart) {
      line.text = text;
      line.whole = held && Object.hasOwn(held, wrapped.stream) ? undefined : whole;
      line.stamp = wrapped.stamp;
      if (!each(line)) return false;
    }
    held = heldAfter(held, wrapped, text);
    return true;
  }

  walkLines(chunk, from, (found, next, isLong) => {
    const wrapped = found === undefined ? undefined : unwrap(found);
    if (wrapped) {
      if (!walkOver(wrapped, isLong ? undefined : found)) return false;
    } else {
      line.text = isLong ? undefined : found;
      line.whole = undefined;
      line.stamp = undefined;
      if (!each(line)) return false;
    }
    consumed = next - from;
    return true;
  });
  return { consumed, held };
}
