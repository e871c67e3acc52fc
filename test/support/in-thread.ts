/** Parses where it is called: what threads do, without them. */
import { type ChunkParserParts, createChunkParser } from '../../src/core/parse/chunk.ts';
import { parseSlice, SLICE_BYTES } from '../../src/core/parse/slices.ts';
import type { SliceParser } from '../../src/core/ports.ts';

/** `width` and `sliceBytes` as of the port. */
export function parseInThread(parts: ChunkParserParts, width = 1, sliceBytes = SLICE_BYTES): SliceParser {
  const parser = createChunkParser(parts);
  return {
    width,
    sliceBytes,
    firstTime: async (slice, now) => parser.firstTime(slice, 0, now),
    parse: async (slice, limits) => parseSlice(parser, slice, limits),
  };
}
