/** The next whole lines of one generation, offered again until they are taken. */
import type { Book } from './book.ts';
import type { Context } from './context.ts';
import type { Generation, Offer } from './generation.ts';
import { markerBefore, readPiece } from './identity.ts';
import { count, countTaken, noteSize, stepOver } from './ledger.ts';
import { frameLines, isHead } from './lines.ts';

export type Reading =
  | { readonly kind: 'lines'; readonly bytes: Uint8Array }
  /** No whole line now. */
  | { readonly kind: 'quiet' }
  /** So much was stepped over that others have their turn first. */
  | { readonly kind: 'unfinished' }
  /** The content is another's: the file was truncated. */
  | { readonly kind: 'changed' };

const QUIET: Reading = { kind: 'quiet' };
/** Bytes one turn steps over at most: a line of a gigabyte must not keep the other files waiting. */
const MAX_STEP_BYTES = 16 * 1024 * 1024;

/** How much is read at once: `share` bytes, or `limit`, the longest line, where that is more and no line ends within the share. */
export interface Extent {
  readonly share: number;
  readonly limit: number;
}

/** Reads from the generation's open file up to the size last seen. Over-long lines are stepped over on the way. */
export async function readLines(
  { book, buffers }: Pick<Context, 'book' | 'buffers'>,
  generation: Generation,
  { share, limit }: Extent,
): Promise<Reading> {
  const { handle } = generation;
  if (!handle) return QUIET;
  let most = share;
  const enough = generation.offset + MAX_STEP_BYTES;
  while (generation.offset < enough) {
    const left = generation.size - generation.offset;
    const wanted = Math.max(0, Math.min(most, left));
    const piece = await readPiece(handle, generation, wanted, buffers);
    if (!piece) return { kind: 'changed' };
    generation.fpLength = piece.fpLength;
    generation.fpHash = piece.fpHash;
    generation.comparedSize = generation.size;
    const before = generation.offset;
    const lines = frame(book, generation, piece.lead, piece.data, limit);
    generation.isCut = wanted < left;
    if (lines.length > 0) return { kind: 'lines', bytes: lines };
    buffers.giveBack(piece.buffer);
    if (generation.offset > before) continue;
    if (most >= Math.min(limit, left)) return QUIET;
    most = limit;
  }
  return { kind: 'unfinished' };
}

/** The last line of a finished file, which has no LF. Empty when there is none. */
export async function readRest(
  { buffers }: Pick<Context, 'buffers'>,
  generation: Generation,
  limit: number,
): Promise<Uint8Array> {
  const { handle } = generation;
  if (!handle || generation.skip) return new Uint8Array(0);
  const piece = await readPiece(handle, generation, Math.min(limit, generation.size - generation.offset), buffers);
  if (!piece) return new Uint8Array(0);
  generation.offer = { lead: piece.lead, data: piece.data, final: true };
  generation.isCut = false;
  return piece.data;
}

/** The same for a compressed file, whose bytes come in order only. Empty and not `ended`: the turn is unfinished. */
export async function readInflated(
  book: Book,
  generation: Generation,
  { share, limit }: Extent,
): Promise<{ readonly bytes: Uint8Array; readonly ended: boolean }> {
  const { inflated } = generation;
  if (!inflated) return { bytes: new Uint8Array(0), ended: true };
  const enough = generation.offset + MAX_STEP_BYTES;
  let most = Math.min(share, limit);
  // Its end is known only when it is reached.
  generation.isCut = true;
  while (generation.offset < enough) {
    const data = await inflated.peek(most);
    if (generation.offset + data.length > generation.size) noteSize(book, generation, generation.offset + data.length);
    const before = generation.offset;
    const lines = frame(book, generation, generation.marker, data, limit);
    inflated.drop(generation.offset - before);
    if (lines.length > 0) return { bytes: lines, ended: false };
    if (generation.offset > before) continue;
    if (data.length === most && most < limit) {
      most = limit;
      continue;
    }
    if (data.length > 0 && !generation.skip) {
      generation.offer = { lead: generation.marker, data, final: true };
      return { bytes: data, ended: false };
    }
    return { bytes: data, ended: true };
  }
  return { bytes: new Uint8Array(0), ended: false };
}

/** The first `bytes` bytes of the offer were taken. True when that was the last line of a finished file. */
export function takeOffer(book: Book, generation: Generation, bytes: number): boolean {
  const { offer } = generation;
  if (!offer || bytes < 0 || bytes > offer.data.length) {
    throw new Error(`take of ${bytes} bytes, but ${offer?.data.length ?? 0} are offered`);
  }
  step(generation, offer, bytes);
  countTaken(book, bytes);
  generation.inflated?.drop(bytes);
  generation.offer = undefined;
  // Where all that was seen is taken, there is nothing to read until it is seen to grow.
  generation.fresh = generation.offset < generation.size || generation.inflated !== undefined;
  if (!offer.final || bytes < offer.data.length || bytes === 0) return false;
  count(book, 'partial_final', 1);
  return true;
}

/** Frames the bytes at the offset: steps over what is dropped, keeps the lines as the offer and returns them. */
function frame(book: Book, generation: Generation, lead: Uint8Array, data: Uint8Array, limit: number): Uint8Array {
  const head = isHead(generation.offset, generation.marker);
  const framed = frameLines(data, { limit, skip: generation.skip, head });
  count(book, 'line_too_long', framed.tooLong);
  generation.skip = framed.skip;
  generation.offer = undefined;
  if (framed.dropped > 0) step(generation, { lead, data }, framed.dropped);
  stepOver(book, generation, 'leading_nuls', framed.nuls);
  stepOver(book, generation, 'line_too_long', framed.dropped - framed.nuls);
  if (framed.lines.length > 0) {
    // What was dropped is the lead of the lines now.
    const leadNow = framed.dropped > 0 ? generation.marker : lead;
    generation.offer = { lead: leadNow, data: framed.lines, final: false };
  }
  return framed.lines;
}

function step(generation: Generation, { lead, data }: Pick<Offer, 'lead' | 'data'>, bytes: number): void {
  if (bytes === 0) return;
  generation.marker = markerBefore(lead, data, bytes);
  generation.offset += bytes;
}
