/**
 * Parses on the main thread what fits the scanner of its pattern, and asks a thread for the rest: to wake one costs
 * more than to parse what an ordinary log brings in a moment. The parser here has no expression to ask.
 */
import { type ChunkParser, createChunkParser } from '../core/parse/chunk.ts';
import type { CompiledPattern } from '../core/parse/pattern.ts';
import { NotScanned, scannedOnly } from '../core/parse/scanned-only.ts';
import { parseSlice } from '../core/parse/slices.ts';
import type { SliceParser } from '../core/ports.ts';
import type { Chunk } from '../core/types.ts';
import type { Reading } from './messages.ts';

/** Parsed here in one turn of the event loop, over all sources: about 3 ms. For more the thread is as cheap. */
const TURN_BYTES = 512 * 1024;
/** Slices of a source that go to the thread after one that did not fit; twice as many after the next one. */
const MAX_REST = 64;

/** Gives the parser of a source, before which its slices are tried here. */
export function createScannedFirst(
  patterns: readonly CompiledPattern[],
): (reading: Reading, thread: SliceParser) => SliceParser {
  const scanned = patterns.map(scannedOnly);
  const parsers = new Map<string, ChunkParser>();
  const turn = createTurn();

  function parserFor({ timezone, only }: Reading): ChunkParser {
    const key = `${timezone}\0${only ?? ''}`;
    const parser = parsers.get(key) ?? createChunkParser({ patterns: scanned, timezone, only, isScanned: true });
    parsers.set(key, parser);
    return parser;
  }

  return (reading, thread) => {
    const parser = parserFor(reading);
    let rest = 0;
    let nextRest = 1;

    function isTried({ pattern, bytes }: Chunk): boolean {
      return rest === 0 && (pattern ?? reading.only) !== undefined && turn.hasRoomFor(bytes.length);
    }

    function refused(): void {
      rest = nextRest;
      nextRest = Math.min(2 * nextRest, MAX_REST);
    }

    return {
      ...thread,
      async firstTime(slice, now) {
        const time = isTried(slice) ? fitting(() => parser.firstTime(slice, 0, now)) : undefined;
        return time ?? (await thread.firstTime(slice, now));
      },
      async parse(slice, limits) {
        if (isTried(slice)) {
          turn.take(slice.bytes.length);
          const parsed = fitting(() => parseSlice(parser, slice, limits));
          if (parsed) nextRest = 1;
          else refused();
          if (parsed) return parsed;
        } else if (rest > 0) rest -= 1;
        return await thread.parse(slice, limits);
      },
    };
  };
}

/** Undefined where a line did not fit. */
function fitting<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof NotScanned) return undefined;
    throw error;
  }
}

/** What is parsed in one turn of the event loop is bounded: meanwhile nothing else is done. */
function createTurn(): { hasRoomFor(bytes: number): boolean; take(bytes: number): void } {
  let left = TURN_BYTES;
  return {
    hasRoomFor: (bytes) => bytes <= left,
    take(bytes) {
      if (left === TURN_BYTES) {
        setImmediate(() => {
          left = TURN_BYTES;
        });
      }
      left -= bytes;
    },
  };
}
