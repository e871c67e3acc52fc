/**
 * Code that finds where lines end, a piece of the input ahead of them: it notes the places of all LF in the piece and marks
 * its stops. A line's length is not foreseen, and a branch that is not costs more than the look at the bytes; here none
 * depends on it.
 */

import type { Code, Local, Locals } from './assembler.ts';
import * as wasm from './assembler.ts';
import { bytesIn } from './byte-set.ts';
import { areIn } from './emit-class.ts';
import type { Frame } from './frame.ts';
import { type MemoryMap, PIECE_BYTES, WORD_BYTES } from './memory.ts';

/** Bytes that are looked at together; a word of marks has a bit for each. */
const BLOCK_BYTES = 64;
const LF = bytesIn(10);

export interface LineFinder {
  /** Start of the bytes that were not looked at. */
  readonly block: Local;
  /** Address of the next line's end in the list of ends, and of the end of that list. */
  readonly place: Local;
  readonly placesEnd: Local;
  readonly places: number;
}

export function createLineFinder(locals: Locals, { places }: MemoryMap): LineFinder {
  return { block: locals.add('i32'), place: locals.add('i32'), placesEnd: locals.add('i32'), places };
}

/** Marks are stored by whole words at whole bytes: it begins up to seven bytes before `from`. */
export function beginLines({ block }: LineFinder, from: Local): Code {
  return wasm.set(block, wasm.and(from, -8));
}

export interface Bounds {
  /** Start of the line. */
  readonly from: Local;
  /** Of all lines. */
  readonly end: Local;
}

/** Sets `stop` to the next LF, and all stops before it are marked. Takes for granted that there is one, at `end` at last. */
export function takeLineEnd(frame: Frame, finder: LineFinder, { from, end }: Bounds): Code {
  const { place, placesEnd } = finder;
  const early = { name: 'an end before the first line' };
  return wasm.loop(
    early,
    wasm.when(wasm.equal(place, placesEnd), lookAhead(frame, finder, end)),
    wasm.set(frame.stop, wasm.load32(place)),
    wasm.set(place, wasm.add(place, WORD_BYTES)),
    wasm.branchIf(early, wasm.less(frame.stop, from)),
  );
}

/** A piece, and more where it has no LF. */
function lookAhead(frame: Frame, finder: LineFinder, end: Local): Code {
  const { block, place, placesEnd, places } = finder;
  const pieceEnd = frame.locals.add('i32');
  const next = { name: 'next block' };
  return [
    wasm.set(place, places),
    wasm.set(placesEnd, places),
    wasm.set(pieceEnd, wasm.add(block, PIECE_BYTES)),
    wasm.atMost(pieceEnd, end),
    wasm.loop(
      next,
      markStops(frame, block),
      noteEnds(frame, finder),
      wasm.set(block, wasm.add(block, BLOCK_BYTES)),
      wasm.branchIf(next, wasm.or(wasm.less(block, pieceEnd), wasm.equal(placesEnd, places))),
    ),
  ];
}

function markStops(frame: Frame, block: Local): Code {
  const { stops } = frame;
  if (stops === undefined) return [];
  const marks = marksOf((offset) => areIn(frame, bytesIn(stops.byte), block, offset));
  return wasm.store64(wasm.shiftRight(block, 3), stops.address, marks);
}

/** Most blocks have one LF or none, and do the same for both; only more need a loop. */
function noteEnds(frame: Frame, { block, placesEnd }: LineFinder): Code {
  const [ends, more] = [frame.locals.add('i64'), { name: 'more ends' }] as const;
  const noteFirst = wasm.store32(placesEnd, 0, wasm.add(block, wasm.to32(wasm.trailingZeros64(ends))));
  const withoutFirst = wasm.and64(ends, wasm.sub64(ends, wasm.constant64(1n)));
  const takeOne = wasm.set(placesEnd, wasm.add(placesEnd, WORD_BYTES));
  return [
    wasm.set(
      ends,
      marksOf((offset) => areIn(frame, LF, block, offset)),
    ),
    noteFirst,
    wasm.set(placesEnd, wasm.add(placesEnd, wasm.shiftLeft(wasm.differ64(ends, wasm.constant64(0n)), 2))),
    wasm.set(ends, withoutFirst),
    wasm.when(
      wasm.differ64(ends, wasm.constant64(0n)),
      wasm.loop(
        more,
        noteFirst,
        takeOne,
        wasm.branchIf(more, wasm.differ64(wasm.tee(ends, withoutFirst), wasm.constant64(0n))),
      ),
    ),
  ];
}

/** A bit for each byte of a block: 1 where `isMarked` says all ones for it. */
function marksOf(isMarked: (offset: number) => Code): Code {
  const quarters = [0, 16, 32, 48].map((offset) =>
    wasm.shiftLeft64(wasm.to64(wasm.bitmask8(isMarked(offset))), wasm.constant64(BigInt(offset))),
  );
  return quarters.reduce((all, one) => wasm.or64(all, one));
}
