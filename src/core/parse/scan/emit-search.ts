/** Code that moves a place on to where something stands, looking at sixteen bytes at a time. */

import type { Code, Label, Local, Value } from './assembler.ts';
import * as wasm from './assembler.ts';
import { type ByteSet, bytesIn, NO_BYTES, onlyByteOf } from './byte-set.ts';
import { areIn, isIn, literalDiffers } from './emit-class.ts';
import type { Frame, StopMap } from './frame.ts';
import type { Lead } from './lead.ts';
import { stopsOf } from './stops.ts';

const LANES = 16;

/** Moves `at` on to the first byte that is not in the set, at most to `stop`. */
export function skipSet(frame: Frame, bytes: ByteSet): Code {
  const { at, stop, locals } = frame;
  const others = stopsOf(bytes);
  if (others === NO_BYTES) return wasm.set(at, stop);
  if (frame.stops !== undefined && frame.stops.byte === onlyByteOf(others))
    return [findMark(frame, frame.stops, LONG_WORDS), wasm.atMost(at, stop)];
  const mask = locals.add('i32');
  const next = { name: 'next bytes' };
  const look = wasm.set(mask, wasm.bitmask8(areIn(frame, others, at)));
  return [
    // Most runs end among the first sixteen: they need no loop.
    look,
    wasm.when(
      wasm.not(mask),
      wasm.loop(
        next,
        wasm.set(at, wasm.add(at, LANES)),
        look,
        wasm.when(wasm.not(mask), wasm.branchIf(next, wasm.less(at, stop))),
      ),
    ),
    // Where none was found these are 32 more, behind the end.
    wasm.set(at, wasm.add(at, wasm.trailingZeros(mask))),
    wasm.atMost(at, stop),
  ];
}

/** Marks of a word that are there wherever in its first byte the place lies, by whole bytes. */
const WORD_MARKS = 56;
/** Words of marks that are looked at without a branch: most texts in quotes are shorter, and how long is not foreseen. */
const LONG_WORDS = 3;

/** Moves `at` on to the next marked byte; to `stop` or behind it where none is marked before. */
function findMark({ at, stop, locals }: Frame, { address }: StopMap, words: number): Code {
  const [marks, later] = [locals.add('i64'), locals.add('i64')] as const;
  const [skipped, next] = [locals.add('i32'), { name: 'next marks' }] as const;
  const load = (index: number): Code => {
    const word = wasm.load64(wasm.shiftRight(at, 3), address + (index * WORD_MARKS) / 8);
    return wasm.shiftRight64(word, wasm.to64(wasm.and(at, 7)));
  };
  const goOn = Array.from({ length: words - 1 }, (_, index) => [
    wasm.set(later, load(index + 1)),
    wasm.set(skipped, wasm.select(index * WORD_MARKS + WORD_MARKS, skipped, wasm.isZero64(marks))),
    wasm.set(marks, wasm.select(later, marks, wasm.isZero64(marks))),
  ]);
  return [
    wasm.set(marks, load(0)),
    words === 1 ? [] : wasm.set(skipped, 0),
    goOn,
    words === 1 ? [] : wasm.set(at, wasm.add(at, skipped)),
    wasm.when(
      wasm.isZero64(marks),
      wasm.loop(
        next,
        wasm.set(at, wasm.add(at, WORD_MARKS)),
        wasm.when(wasm.isZero64(wasm.tee(marks, load(0))), wasm.branchIf(next, wasm.less(at, stop))),
      ),
    ),
    wasm.set(at, wasm.add(at, wasm.to32(wasm.trailingZeros64(marks)))),
  ];
}

/** All ones for those of sixteen places where what the lead says may begin; undefined where nothing can. */
function placesOf(frame: Frame, { first, literal }: Lead, address: Value): Code | undefined {
  const [one, two] = literal;
  if (first === NO_BYTES) return undefined;
  if (one === undefined) return areIn(frame, first, address);
  const begins = areIn(frame, bytesIn(one), address);
  return two === undefined ? begins : wasm.and128(begins, areIn(frame, bytesIn(two), address, 1));
}

/** Not 0 where what the lead says cannot begin at `address`. */
function cannotBegin(frame: Frame, { first, literal }: Lead, address: Value): Code {
  return literal.length > 0 ? literalDiffers(literal, address) : wasm.not(isIn(frame, first, address));
}

/** Moves `at` on to the first place where `lead` can begin, over bytes of the set only. */
export function findFirst(frame: Frame, bytes: ByteSet, lead: Lead, none: Label): Code {
  const { at, stop, locals } = frame;
  const others = stopsOf(bytes);
  const mask = locals.add('i32');
  const search = { name: 'search' };
  const found = { name: 'found' };
  const ended = [wasm.set(at, stop), wasm.branch(lead.isNullable ? found : none)];
  const places = placesOf(frame, lead, at) ?? frame.splat(0);
  const stops = others === NO_BYTES ? places : wasm.or128(places, areIn(frame, others, at));
  return wasm.block(
    found,
    wasm.loop(
      search,
      wasm.set(mask, wasm.bitmask8(stops)),
      wasm.when(
        wasm.not(mask),
        wasm.set(at, wasm.add(at, LANES)),
        wasm.branchIf(search, wasm.less(at, stop)),
        ...ended,
      ),
      wasm.set(at, wasm.add(at, wasm.trailingZeros(mask))),
      wasm.when(wasm.notLess(at, stop), ...ended),
      wasm.branchIf(found, wasm.not(cannotBegin(frame, lead, at))),
      others === NO_BYTES ? [] : wasm.branchIf(none, wasm.not(isIn(frame, bytes, at))),
      wasm.set(at, wasm.add(at, 1)),
      wasm.branch(search),
    ),
  );
}

/** Moves `at` back, at most to `low`, to the last place where `lead` can begin. */
export function findLast(frame: Frame, low: Local, lead: Lead, none: Label): Code {
  const { at, stop, locals } = frame;
  const [base, mask, place] = [locals.add('i32'), locals.add('i32'), locals.add('i32')] as const;
  const [found, back, nextPlace] = [{ name: 'found' }, { name: 'back' }, { name: 'next place' }] as const;
  const places = placesOf(frame, lead, base) ?? frame.splat(0);
  return wasm.block(
    found,
    lead.isNullable ? wasm.branchIf(found, wasm.equal(at, stop)) : [],
    wasm.loop(
      back,
      // Up to 16 places, the last of them `at`; none lies before the input.
      wasm.set(base, 0),
      wasm.when(wasm.less(LANES - 1, at), wasm.set(base, wasm.sub(at, LANES - 1))),
      wasm.set(mask, wasm.and(wasm.bitmask8(places), bitsUpTo(wasm.sub(at, base)))),
      wasm.loop(
        nextPlace,
        wasm.when(
          wasm.not(mask),
          wasm.set(at, wasm.sub(base, 1)),
          wasm.branchIf(none, wasm.lessSigned(at, low)),
          wasm.branch(back),
        ),
        wasm.set(place, wasm.sub(31, wasm.leadingZeros(mask))),
        wasm.set(at, wasm.add(base, place)),
        wasm.branchIf(none, wasm.less(at, low)),
        wasm.branchIf(found, wasm.not(cannotBegin(frame, lead, at))),
        wasm.set(mask, wasm.sub(mask, wasm.shiftLeft(1, place))),
        wasm.branch(nextPlace),
      ),
    ),
  );
}

/** Ones in the places 0 to `last`. */
function bitsUpTo(last: Value): Code {
  return wasm.sub(wasm.shiftLeft(2, last), 1);
}

/** Moves `at` on to where the literal, of one byte at least, stands in whole before `stop`. */
export function findLiteral(frame: Frame, literal: readonly number[], none: Label): Code {
  const { at, stop, locals, stops } = frame;
  if (stops !== undefined && literal.length === 1 && stops.byte === literal[0])
    return [findMark(frame, stops, 1), wasm.branchIf(none, wasm.notLess(at, stop))];
  const mask = locals.add('i32');
  const [search, next] = [{ name: 'search' }, { name: 'next bytes' }] as const;
  const lead = { first: bytesIn(...literal), literal, isNullable: false, isWhole: true };
  const look = wasm.set(mask, wasm.bitmask8(placesOf(frame, lead, at) ?? frame.splat(0)));
  const find = [
    look,
    wasm.when(
      wasm.not(mask),
      wasm.loop(
        next,
        wasm.set(at, wasm.add(at, LANES)),
        wasm.branchIf(none, wasm.notLess(at, stop)),
        look,
        wasm.branchIf(next, wasm.not(mask)),
      ),
    ),
    wasm.set(at, wasm.add(at, wasm.trailingZeros(mask))),
    wasm.branchIf(none, wasm.less(stop, wasm.add(at, literal.length))),
  ];
  if (literal.length <= 2) return find;
  const differs = literalDiffers(literal.slice(2), at, 2);
  return wasm.loop(search, find, wasm.when(differs, wasm.set(at, wasm.add(at, 1)), wasm.branch(search)));
}
