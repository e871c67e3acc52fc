/**
 * Slices of a chunk are parsed side by side, each as if the lines before it had left nothing behind, and joined in
 * their order. Where a slice shows that they had, it is parsed again; so the answer is that of one after the other.
 */
import type { Chunk, Tally } from '../types.ts';
import type { ChunkParser, ParsedChunk, ParseLimits } from './chunk.ts';
import { LATE_MS, nearOf, OFF_CLOCK_MS } from './marks.ts';

/** Of a slice, however many threads there are: heavy hitters and exemplars are kept by tally. */
export const SLICE_BYTES = 2 * 1024 * 1024;
const LF = 10;

/** What the lines before a slice mean for it. */
export interface Before {
  readonly pattern: string | undefined;
  readonly lastTime: number | undefined;
  readonly held: Chunk['held'];
  /** Newest stamp taken. */
  readonly newest: number | undefined;
}

export interface ParsedSlice extends ParsedChunk {
  /** Stamp of the first line, where it is the same after any line that may stand before it. */
  readonly firstStamp?: number | undefined;
}

/** Where the slice that begins at `from` ends: behind an LF, or with the chunk; at most `sliceBytes` but for a longer line. */
export function sliceEnd(bytes: Uint8Array, from: number, sliceBytes: number): number {
  if (bytes.length - from <= sliceBytes) return bytes.length;
  const last = bytes.lastIndexOf(LF, from + sliceBytes - 1);
  if (last >= from) return last + 1;
  const next = bytes.indexOf(LF, from + sliceBytes);
  return next === -1 ? bytes.length : next + 1;
}

export function sliceOf(chunk: Chunk, from: number, to: number, { pattern, lastTime, held }: Before): Chunk {
  const bytes = chunk.bytes.subarray(from, to);
  return { ...chunk, offset: chunk.offset + from, bytes, pattern, lastTime, held };
}

export function parseSlice(parser: ChunkParser, slice: Chunk, limits: ParseLimits): ParsedSlice {
  const firstStamp = sureFirstStamp(parser, slice, nearOf(limits));
  return { ...parser.parse(slice, 0, limits), firstStamp };
}

/** An hour that comes twice, and a stamp without a year, are read by the line before: here that must not matter. */
function sureFirstStamp(parser: ChunkParser, slice: Chunk, near: number): number | undefined {
  const from = parser.goingOn(slice, near);
  const bytes = slice.bytes.subarray(from, slice.bytes.indexOf(LF, from) + 1);
  const line = { ...slice, offset: slice.offset + from, bytes, held: undefined };
  const stamp = parser.firstTime(line, 0, near);
  if (stamp === undefined) return undefined;
  const others = [stamp - LATE_MS, stamp + LATE_MS].map((lastTime) => parser.firstTime({ ...line, lastTime }, 0, near));
  return others.every((other) => other === stamp) ? stamp : undefined;
}

/** What is assumed of a slice while those before it are still being parsed. */
export function assumedAfter({ pattern, lastTime }: Before): Before {
  return { pattern, lastTime, held: undefined, newest: undefined };
}

/** The tally of a slice as if it had been parsed after `before`; undefined where it has to be. */
export function joinSlice(before: Before, assumed: Before, parsed: ParsedSlice, now: number): Tally | undefined {
  const { tally, timeMin } = parsed;
  if (assumed === before) return tally;
  if (!isClean(before, assumed, parsed, now)) return undefined;
  if (before.newest === undefined || timeMin === undefined) return tally;
  return { ...tally, latenessMs: Math.max(tally.latenessMs, before.newest - timeMin) };
}

/** Nothing in it would have been read, dated or left out otherwise. */
function isClean(before: Before, assumed: Before, { tally, firstStamp, timeMin }: ParsedSlice, now: number): boolean {
  if (before.held !== undefined || before.pattern !== assumed.pattern) return false;
  if (firstStamp === undefined || firstStamp > now + OFF_CLOCK_MS) return false;
  // The first stamp was read after the assumed one, and after one that is LATE_MS earlier or later: it holds in between.
  const from = Math.min(assumed.lastTime ?? firstStamp, firstStamp - LATE_MS);
  const isBetween = isWithin(before.lastTime, from, firstStamp + LATE_MS);
  if (before.lastTime !== assumed.lastTime && !isBetween) return false;
  const isLate = timeMin !== undefined && before.newest !== undefined && before.newest - timeMin > LATE_MS;
  return !isLate && tally.skipped.late === undefined;
}

function isWithin(time: number | undefined, from: number, to: number): boolean {
  return time !== undefined && time >= from && time <= to;
}

/** What a slice leaves behind for the next one. */
export function afterSlice(before: Before, { pattern, lastTime, held, consumed, tally }: ParsedSlice): Before {
  if (consumed === 0) return { ...before, pattern };
  const newest = Math.max(before.newest ?? Number.NEGATIVE_INFINITY, tally.timeMax ?? Number.NEGATIVE_INFINITY);
  return { pattern, lastTime, held, newest: Number.isFinite(newest) ? newest : undefined };
}
