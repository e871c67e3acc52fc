/** Code that looks for bytes: sixteen at a time where few are looked for, one by one where many are. */

import type { Code, Label, Local, Value } from './assembler.ts';
import * as wasm from './assembler.ts';
import { ALL_BYTES, type ByteSet, bytesIn, bytesOf, hasByte, NO_BYTES, rangesOf } from './byte-set.ts';
import type { Frame } from './frame.ts';
import type { Lead } from './lead.ts';

/** More bytes are not worth to be compared sixteen at a time. */
const MAX_COMPARED = 5;
const LANES = 16;
const LF = 10;
const CR = 13;

/** 1 where the byte at `address` + `offset` is in the set. */
export function isIn(frame: Frame, bytes: ByteSet, address: Value, offset = 0): Code {
  const ranges = rangesOf(bytes);
  const [range, ...more] = ranges;
  if (range === undefined) return wasm.result(0);
  const byte = wasm.load8(address, offset);
  if (more.length > 0) return wasm.load8(byte, frame.table(bytes));
  if (range.from === range.to) return wasm.equal(byte, range.from);
  return wasm.less(wasm.sub(byte, range.from), range.to - range.from + 1);
}

/** Not 0 where other bytes stand at `address`. Texts of a line have no LF or CR, so it needs no look at where the line ends. */
export function literalDiffers(literal: readonly number[], address: Value, offset = 0): Code {
  const parts: Code[] = [];
  for (let from = 0; from < literal.length; from += 8)
    parts.push(partDiffers(literal.slice(from, from + 8), address, offset + from));
  const [first = wasm.result(0), ...rest] = parts;
  return rest.reduce((whole, part) => wasm.or(whole, part), first);
}

/** Up to eight bytes in one look. */
function partDiffers(literal: readonly number[], address: Value, offset: number): Code {
  const bits = BigInt(literal.length * 8);
  const wanted = literal.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  if (literal.length === 1) return wasm.differ(wasm.load8(address, offset), Number(wanted));
  if (literal.length === 2) return wasm.differ(wasm.load16(address, offset), Number(wanted));
  if (literal.length === 4) return wasm.differ(wasm.load32(address, offset), Number(wanted));
  const loaded = wasm.load64(address, offset);
  const masked = bits === 64n ? loaded : wasm.and64(loaded, wasm.constant64((1n << bits) - 1n));
  return wasm.differ64(masked, wasm.constant64(wanted));
}

/** Moves `at` on to the first byte that is not in the set, at most to the end of the line or by `max` bytes. */
export function skipSet(frame: Frame, bytes: ByteSet, max: number): Code {
  const others = othersOf(bytes);
  if (max === Number.POSITIVE_INFINITY && others.length <= MAX_COMPARED) return skipVector(frame, others);
  const { at, stop, locals } = frame;
  const bounds: Code[] = hasByte(bytes, CR) ? [wasm.less(at, stop)] : [];
  const isCounted = max !== Number.POSITIVE_INFINITY;
  const limit = locals.add('i32');
  if (isCounted) bounds.push(wasm.less(at, limit));
  const next = { name: 'next byte' };
  const over = { name: 'run over' };
  return [
    isCounted ? wasm.set(limit, wasm.add(at, max)) : [],
    wasm.block(
      over,
      wasm.loop(
        next,
        bounds.map((bound) => wasm.branchIf(over, wasm.not(bound))),
        wasm.branchIf(over, wasm.not(isIn(frame, bytes, at))),
        wasm.set(at, wasm.add(at, 1)),
        wasm.branch(next),
      ),
    ),
  ];
}

/** No line has an LF in it. */
function othersOf(bytes: ByteSet): readonly number[] {
  return bytesOf(ALL_BYTES ^ (bytes | bytesIn(LF)));
}

function skipVector(frame: Frame, others: readonly number[]): Code {
  const { at, stop, locals } = frame;
  if (others.length === 0) return wasm.set(at, stop);
  const mask = locals.add('i32');
  const next = { name: 'next 16 bytes' };
  const found = { name: 'found' };
  return [
    wasm.block(
      found,
      wasm.loop(
        next,
        wasm.set(mask, wasm.bitmask8(anyOf(frame, others, at))),
        wasm.when(mask, wasm.set(at, wasm.add(at, wasm.trailingZeros(mask))), wasm.branch(found)),
        wasm.set(at, wasm.add(at, LANES)),
        wasm.branchIf(next, wasm.less(at, stop)),
      ),
    ),
    wasm.set(at, wasm.select(at, stop, wasm.less(at, stop))),
  ];
}

/** Bytes of all ones where one of those looked for stands. */
function anyOf(frame: Frame, bytes: readonly number[], address: Value, offset = 0): Code {
  const loaded = frame.locals.add('v128');
  const compared = bytes.map((byte, index) =>
    wasm.equal8(index === 0 ? wasm.tee(loaded, wasm.load128(address, offset)) : loaded, frame.splat(byte)),
  );
  return compared.reduce((any, one) => wasm.or128(any, one));
}

/** One bit for each of 16 places where what the lead says may begin; undefined where too many bytes can begin it. */
function placesOf(frame: Frame, { first, literal }: Lead, address: Value): Code | undefined {
  const [one, two] = literal;
  if (one !== undefined && two !== undefined)
    return wasm.and128(anyOf(frame, [one], address), anyOf(frame, [two], address, 1));
  const bytes = one === undefined ? bytesOf(first) : [one];
  return bytes.length <= MAX_COMPARED && bytes.length > 0 ? anyOf(frame, bytes, address) : undefined;
}

/** Not 0 where what the lead says cannot begin at `address`. */
function cannotBegin(frame: Frame, { first, literal }: Lead, address: Value): Code {
  return literal.length > 0 ? literalDiffers(literal, address) : wasm.not(isIn(frame, first, address));
}

/** Moves `at` on to the first place where `lead` can begin, over bytes of the set only. */
export function findFirst(frame: Frame, bytes: ByteSet, lead: Lead, none: Label): Code {
  const { at, stop, locals } = frame;
  const others = othersOf(bytes);
  const mask = locals.add('i32');
  const search = { name: 'search' };
  const found = { name: 'found' };
  const ended = [wasm.set(at, stop), wasm.branch(lead.isNullable ? found : none)];
  const places = others.length < MAX_COMPARED ? placesOf(frame, lead, at) : undefined;
  const leap = places && [
    wasm.set(mask, wasm.bitmask8(others.length === 0 ? places : wasm.or128(places, anyOf(frame, others, at)))),
    wasm.when(wasm.not(mask), wasm.set(at, wasm.add(at, LANES)), wasm.branchIf(search, wasm.less(at, stop)), ...ended),
    wasm.set(at, wasm.add(at, wasm.trailingZeros(mask))),
  ];
  return wasm.block(
    found,
    wasm.loop(
      search,
      leap ?? [],
      wasm.when(wasm.notLess(at, stop), ...ended),
      wasm.branchIf(found, wasm.not(cannotBegin(frame, lead, at))),
      others.length === 0 ? [] : wasm.branchIf(none, wasm.not(isIn(frame, bytes, at))),
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
  const atEnd = lead.isNullable ? wasm.branchIf(found, wasm.equal(at, stop)) : [];
  const places = placesOf(frame, lead, base);
  if (places === undefined) return wasm.block(found, atEnd, stepBack(frame, low, { lead, none, found }));
  return wasm.block(
    found,
    atEnd,
    wasm.loop(
      back,
      // Up to 16 places, the last of them `at`; none lies before the input.
      wasm.set(base, wasm.select(wasm.sub(at, LANES - 1), 0, wasm.less(LANES - 1, at))),
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

interface StepBack {
  readonly lead: Lead;
  readonly none: Label;
  readonly found: Label;
}

function stepBack(frame: Frame, low: Local, { lead, none, found }: StepBack): Code {
  const { at } = frame;
  const back = { name: 'back' };
  if (lead.first === NO_BYTES) return wasm.branch(none);
  return wasm.loop(
    back,
    wasm.branchIf(none, wasm.lessSigned(at, low)),
    wasm.branchIf(found, wasm.not(cannotBegin(frame, lead, at))),
    wasm.set(at, wasm.sub(at, 1)),
    wasm.branch(back),
  );
}

/** Moves `at` on to where the literal stands in whole before `stop`. */
export function findLiteral(frame: Frame, literal: readonly number[], none: Label): Code {
  const { at, stop, locals } = frame;
  const mask = locals.add('i32');
  const search = { name: 'search' };
  const lead = { first: NO_BYTES, literal, isNullable: false, isWhole: true };
  return wasm.loop(
    search,
    wasm.set(mask, wasm.bitmask8(placesOf(frame, lead, at) as Code)),
    wasm.when(
      wasm.not(mask),
      wasm.set(at, wasm.add(at, LANES)),
      wasm.branchIf(search, wasm.less(at, stop)),
      wasm.branch(none),
    ),
    wasm.set(at, wasm.add(at, wasm.trailingZeros(mask))),
    wasm.branchIf(none, wasm.less(stop, wasm.add(at, literal.length))),
    literal.length <= 2
      ? []
      : wasm.when(literalDiffers(literal.slice(2), at, 2), wasm.set(at, wasm.add(at, 1)), wasm.branch(search)),
  );
}
