/** Parses where it is called: what threads do, without them. */
import { type ChunkParserParts, createChunkParser } from '../../src/core/parse/chunk.ts';
import { parseSlice } from '../../src/core/parse/slices.ts';
import type { SliceParser } from '../../src/core/ports.ts';

export function parseInThread(parts: ChunkParserParts, width = 1): SliceParser {
  const parser = createChunkParser(parts);
  return {
    width,
    firstTime: async (slice, now) => parser.firstTime(slice, 0, now),
    parse: async (slice, limits) => parseSlice(parser, slice, limits),
  };
}
