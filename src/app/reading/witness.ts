/** Sees what the parser of a source says of its lines: one that no pattern took, and how late the stamps are. */
import { SLICE_BYTES } from '../../core/parse/slices.ts';
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
/** Files of a source of which is known whether the last read took all. */
const FILES_MAX = 512;
/** A read that is longer came from behind, and may be one of several slices. */
const FRESH_BYTES_MAX = SLICE_BYTES / 2;
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
  /** Generations of which the last read left nothing unread; the one that was read last stands last. */
  readonly takenWhole: Set<string>;
}

/** Bounded by the sources. */
export function createWitness(): Witness {
  const sources = new Map<string, Seen>();

  function watch(source: string, parser: SliceParser): SliceParser {
    const seen: Seen = { delays: [], takenWhole: new Set() };
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
        // Nothing of the file waited: neither behind these lines nor, since the read before, in front of them.
        const isFresh = tookWhole(seen, slice, parsed.consumed);
        if (isFresh && lastStamp !== undefined && pattern !== undefined && seen.delays.length < DELAYS_MAX)
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

/** Remembers whether this read left nothing of its file; true where the one before did not either. */
function tookWhole({ takenWhole }: Seen, { generation, bytes, isCut }: Chunk, consumed: number): boolean {
  const didBefore = takenWhole.delete(generation);
  if (isCut || consumed < bytes.length || bytes.length > FRESH_BYTES_MAX) return false;
  takenWhole.add(generation);
  const [oldest] = takenWhole;
  if (takenWhole.size > FILES_MAX && oldest !== undefined) takenWhole.delete(oldest);
  return didBefore;
}

function firstLine({ bytes }: Chunk): string {
  const end = bytes.indexOf(LF);
  const line = bytes.subarray(0, Math.min(end === -1 ? bytes.length : end, LINE_BYTES));
  return new TextDecoder().decode(line).trimEnd();
}
