/** The lines of a round: up to which stamp they are taken, and all chunks in slices, several at a time. */
import type { ParseLimits } from '../core/parse/chunk.ts';
import { nearOf } from '../core/parse/marks.ts';
import {
  afterSlice,
  assumedAfter,
  type Before,
  joinSlice,
  type ParsedSlice,
  sliceEnd,
  sliceOf,
} from '../core/parse/slices.ts';
import type { SliceParser } from '../core/ports.ts';
import type { Chunk, Tally } from '../core/types.ts';

/** Event time one round takes at most, so that steps can be judged in between and no ring overtakes itself. */
export const ROUND_SPAN_MS = 60_000;

/** A round of a quiet log ends within so many bytes; more of them would be handed to the thread in vain, each time anew. */
const FIRST_BYTES = 128 * 1024;

export interface RoundLimits {
  readonly now: number;
  readonly watermark: number | undefined;
  /** Lines from this time on are left. */
  readonly stopAt: number;
  /** As in ParseLimits. */
  readonly near?: number | undefined;
}

export interface ParsedRound {
  /** Stamp of the first line, not ahead of now; undefined where none has one. */
  readonly first: number | undefined;
  /** In the order of the chunks; none where all lines are to be left. */
  readonly taken: readonly TakenLines[];
}

/** What was parsed of one chunk; pattern, lastTime and held are what the lines leave behind for those after them. */
export interface TakenLines extends Omit<Before, 'newest'> {
  readonly chunk: Chunk;
  /** Of its slices, in their order. */
  readonly tallies: readonly Tally[];
  readonly consumed: number;
  /** Stamp of the first line that was left. */
  readonly nextTime: number | undefined;
}

/** The chunks' bytes are needed until it settles. */
export async function parseRound(
  parser: SliceParser,
  chunks: readonly Chunk[],
  { now, watermark, stopAt, near }: RoundLimits,
): Promise<ParsedRound> {
  // A stamp ahead of the clock is no time to judge up to.
  const closeTo = nearOf({ near, now });
  const firsts = await Promise.all(chunks.map(async (chunk) => earliest(await firstTime(parser, chunk, closeTo), now)));
  const first = least(firsts);
  if (chunks.length === 0 || (first !== undefined && first >= stopAt)) return { first, taken: [] };
  const until = Math.min((first ?? watermark ?? now) + ROUND_SPAN_MS, stopAt);
  // Side by side: a file's lines are late by what was taken before the round, not by the file before it in the round.
  const parsing = chunks.map(async (chunk) => await parseChunk(parser, chunk, { until, now, watermark, near }));
  await Promise.allSettled(parsing);
  return { first, taken: await Promise.all(parsing) };
}

async function firstTime(parser: SliceParser, chunk: Chunk, near: number): Promise<number | undefined> {
  const { pattern, lastTime, held } = chunk;
  const before = { pattern, lastTime, held, newest: undefined };
  const until = (bytes: number) => sliceOf(chunk, 0, sliceEnd(chunk.bytes, 0, bytes), before);
  const [little, all] = [until(firstBytes(parser, pattern)), until(parser.sliceBytes)];
  const time = await parser.firstTime(little, near);
  return time === undefined && little.bytes.length < all.bytes.length ? await parser.firstTime(all, near) : time;
}

/** Which pattern it is may take more lines to see. */
function firstBytes({ sliceBytes }: SliceParser, pattern: string | undefined): number {
  return pattern === undefined ? sliceBytes : Math.min(FIRST_BYTES, sliceBytes);
}

interface Pending {
  readonly from: number;
  readonly to: number;
  readonly assumed: Before;
  readonly parsing: Promise<ParsedSlice>;
}

async function parseChunk(parser: SliceParser, chunk: Chunk, limits: ParseLimits): Promise<TakenLines> {
  const { bytes, pattern, lastTime, held } = chunk;
  const pending: Pending[] = [];
  const tallies: Tally[] = [];
  let before: Before = { pattern, lastTime, held, newest: limits.watermark };
  let begun = 0;
  let consumed = 0;
  let nextTime: number | undefined;
  let again = 0;

  function begin(assumed: Before): void {
    const from = begun;
    begun = sliceEnd(bytes, from, from === 0 ? firstBytes(parser, pattern) : parser.sliceBytes);
    const parsing = parse(from, begun, assumed);
    // Whether it failed is asked when its turn comes; until then that is no error of nobody's, which would end linesman.
    parsing.catch(() => undefined);
    pending.push({ from, to: begun, assumed, parsing });
  }

  async function parse(from: number, to: number, of: Before): Promise<ParsedSlice> {
    return await parser.parse(sliceOf(chunk, from, to, of), { ...limits, watermark: of.newest });
  }

  /** Keeps as many slices in the works as are worth it. Most of them have to be clean, or it is done twice. */
  function beginMore(): void {
    if (pending.length === 0 && begun < bytes.length) begin(before);
    // Whether the round ends in the little that is first is seen before more is begun.
    if (tallies.length === 0 && firstBytes(parser, pattern) < parser.sliceBytes) return;
    const isKnown = before.pattern !== undefined && before.lastTime !== undefined && 2 * again <= tallies.length;
    while (isKnown && pending.length < parser.width && begun < bytes.length) begin(assumedAfter(before));
  }

  try {
    beginMore();
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { from, to, assumed } = next;
      let parsed = await next.parsing;
      let tally = joinSlice(before, assumed, parsed, limits.now);
      if (!tally) {
        again += 1;
        parsed = await parse(from, to, before);
        ({ tally } = parsed);
      }
      tallies.push(tally);
      before = afterSlice(before, parsed);
      consumed = from + parsed.consumed;
      ({ nextTime } = parsed);
      if (consumed < to) break;
      beginMore();
    }
  } finally {
    // What was begun in vain still reads the bytes.
    await Promise.allSettled(pending.map(async ({ parsing }) => await parsing));
  }
  return { ...before, chunk, tallies, consumed, nextTime };
}

function earliest(time: number | undefined, now: number): number | undefined {
  return time === undefined ? undefined : Math.min(time, now);
}

/** Undefined of none. */
export function most(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Undefined of none. */
export function least(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
