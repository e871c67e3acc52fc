/** Cuts the bytes of a chunk into lines of text. */
import type { Chunk } from '../types.ts';

/** Longer lines never meet the RegExp of a pattern. */
export const MAX_PATTERN_BYTES = 32 * 1024;
/** A part of a line, 16 KiB of letters that JSON writes with six, and what stands around it. Longer ones are nobody's wrapper. */
export const MAX_WRAPPED_BYTES = 128 * 1024;

/** Bytes turned into text at a time; at first few, since a reader may stop at the first line. */
const FIRST_BLOCK_BYTES = 2 * 1024;
const BLOCK_BYTES = 64 * 1024;
const LF = 10;
const BYTE_ORDER_MARK = '\uFEFF';
// Bytes that look like a mark inside a file are text, wherever a chunk happens to begin.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Calls `each` for every line from byte `from` on, until it returns false. `text` is without LF and one CR before it,
 * bytes that are no UTF-8 replaced; undefined for lines over MAX_WRAPPED_BYTES. `next` is where the next line starts;
 * `isLong` says that the line is over MAX_PATTERN_BYTES.
 */
export function walkLines(
  chunk: Chunk,
  from: number,
  each: (text: string | undefined, next: number, isLong: boolean) => boolean,
): void {
  const { bytes } = chunk;
  let position = from;
  while (position < bytes.length) {
    const end = wholeLinesEnd(bytes, position, position === from ? FIRST_BLOCK_BYTES : BLOCK_BYTES);
    const block = decoder.decode(bytes.subarray(position, end));
    // As long as in bytes: every letter is one byte, so positions in both are the same but for where the block starts.
    const offset = block.length === end - position ? position : Number.NaN;
    // Else they are counted along: no replacement swallows an LF, the n-th LF in the bytes is the n-th in the text.
    for (let at = 0; position < end; ) {
      const newline = block.indexOf('\n', at);
      const textEnd = newline === -1 ? block.length : newline;
      const lf = newline === -1 ? -1 : Number.isNaN(offset) ? bytes.indexOf(LF, position) : offset + newline;
      const bytesEnd = lf === -1 ? bytes.length : lf;
      const isFirst = position === 0 && chunk.offset === 0;
      const length = bytesEnd - position;
      position = lf === -1 ? end : lf + 1;
      const text = length > MAX_WRAPPED_BYTES ? undefined : lineText(block, at, textEnd, isFirst);
      if (!each(text, position, length > MAX_PATTERN_BYTES)) return;
      at = textEnd + 1;
    }
  }
}

/** Just behind the last LF of so many bytes; of a line that is longer, behind its LF. */
export function wholeLinesEnd(bytes: Uint8Array, position: number, length: number): number {
  if (bytes.length - position <= length) return bytes.length;
  const last = bytes.lastIndexOf(LF, position + length - 1);
  if (last >= position) return last + 1;
  const next = bytes.indexOf(LF, position);
  return next === -1 ? bytes.length : next + 1;
}

function lineText(block: string, start: number, end: number, isFirst: boolean): string {
  const to = end > start && block.charCodeAt(end - 1) === 13 ? end - 1 : end;
  return block.slice(isFirst && block.startsWith(BYTE_ORDER_MARK, start) ? start + 1 : start, to);
}
