/** Sees what the parser of a source says of its lines: one that no pattern took, and how late the stamps are. */

import type { SliceParser } from '../../core/ports.ts';
import type { Delay } from '../../core/reading/clock-offset.ts';
import { unparsedOf } from '../../core/reading/understood.ts';
import type { Chunk } from '../../core/types.ts';

/** Of an example. */
const LINE_BYTES = 500;
/** It is one of the last lines, not each of them. */
const EXAMPLE_EVERY_MS = 10_000;
/** Delays of one round. */
const DELAYS_MAX = 64;
const LF = 10;

export interface Witness {
  /** The same parser, watched. */
  watch(source: string, parser: SliceParser): SliceParser;
  /** A line that no pattern took, as it stood in the log; undefined where none was seen. */
  example(source: string): string | undefined;
  /** Of what was parsed since the last call. */
  takeDelays(source: string): readonly Delay[];
}

interface Seen {
  example?: { readonly line: string; readonly at: number };
  delays: Delay[];
}

/** Bounded by the sources. */
export function createWitness(): Witness {
  const sources = new Map<string, Seen>();

  function watch(source: string, parser: SliceParser): SliceParser {
    const seen: Seen = { delays: [] };
    sources.set(source, seen);
    return {
      ...parser,
      async parse(slice, limits) {
        const parsed = await parser.parse(slice, limits);
        const { tally, lastStamp, pattern } = parsed;
        const at = limits.now;
        const isStrange = tally.lines > 0 && unparsedOf(tally.totals) === tally.lines;
        if (isStrange && at - (seen.example?.at ?? 0) >= EXAMPLE_EVERY_MS)
          seen.example = { line: firstLine(slice), at };
        if (lastStamp !== undefined && pattern !== undefined && seen.delays.length < DELAYS_MAX)
          seen.delays.push({ pattern, at, ms: at - lastStamp });
        return parsed;
      },
    };
  }

  return {
    watch,
    example: (source) => sources.get(source)?.example?.line,
    takeDelays(source) {
      const seen = sources.get(source);
      if (!seen) return [];
      const { delays } = seen;
      seen.delays = [];
      return delays;
    },
  };
}

function firstLine({ bytes }: Chunk): string {
  const end = bytes.indexOf(LF);
  const line = bytes.subarray(0, Math.min(end === -1 ? bytes.length : end, LINE_BYTES));
  return new TextDecoder().decode(line).trimEnd();
}
