/** Code that tells bytes of a set from others, one byte or sixteen at a time. */

import type { Code, Value } from './assembler.ts';
import * as wasm from './assembler.ts';
import { ALL_BYTES, BEYOND_ASCII, type ByteSet, bytesOf, hasByte, NO_BYTES, rangesOf } from './byte-set.ts';
import type { Frame } from './frame.ts';

/** 1 where the byte at `address` + `offset` is in the set. */
export function isIn(frame: Frame, bytes: ByteSet, address: Value, offset = 0): Code {
  const loaded = frame.locals.add('i32');
  const byte = wasm.tee(loaded, wasm.load8(address, offset));
  const tests = rangesOf(bytes).map(({ from, to }, index) => {
    const value = index === 0 ? byte : loaded;
    return from === to ? wasm.equal(value, from) : wasm.less(wasm.sub(value, from), to - from + 1);
  });
  return tests.length === 0 ? wasm.result(0) : tests.reduce((any, one) => wasm.or(any, one));
}

/** More bytes are looked up, not compared one after the other. */
const MAX_COMPARED = 3;

/** Of the sixteen bytes at `address` + `offset`: all ones where one is in the set, which has a byte at least. */
export function areIn(frame: Frame, bytes: ByteSet, address: Value, offset = 0): Code {
  const loaded = wasm.load128(address, offset);
  const listed = bytesOf(bytes);
  const [range, ...more] = rangesOf(bytes);
  if (listed.length <= MAX_COMPARED) return areListed(frame, listed, loaded);
  if (range !== undefined && more.length === 0)
    return wasm.lessOrEqual8(wasm.sub8(loaded, frame.splat(range.from)), frame.splat(range.to - range.from));
  const isWide = (bytes & BEYOND_ASCII) !== NO_BYTES;
  const marks = areMarked(frame, isWide ? ALL_BYTES ^ bytes : bytes, loaded);
  return isWide ? wasm.equal8(marks, frame.splat(0)) : wasm.differ8(marks, frame.splat(0));
}

function areListed(frame: Frame, bytes: readonly number[], loaded: Code): Code {
  const sixteen = frame.locals.add('v128');
  const compared = bytes.map((byte, index) =>
    wasm.equal8(index === 0 ? wasm.tee(sixteen, loaded) : sixteen, frame.splat(byte)),
  );
  return compared.reduce((any, one) => wasm.or128(any, one));
}

const NIBBLES = Array.from({ length: 16 }, (_, nibble) => nibble);

/**
 * Not 0 for bytes of a set of ASCII letters: the low half of a byte looks up in which of the eight rows of ASCII it is in
 * the set, a bit each, and the high half looks up the bit of its row (Mula and Langdale's lookup in simdjson).
 */
function areMarked(frame: Frame, bytes: ByteSet, loaded: Code): Code {
  const sixteen = frame.locals.add('v128');
  const rowsOf = NIBBLES.map((low) =>
    NIBBLES.slice(0, 8).reduce((bits, high) => bits | (hasByte(bytes, high * 16 + low) ? 1 << high : 0), 0),
  );
  const bitOf = NIBBLES.map((high) => (high < 8 ? 1 << high : 0));
  const lowHalf = wasm.and128(wasm.tee(sixteen, loaded), frame.splat(0x0f));
  const highHalf = wasm.and128(wasm.shiftRight16(sixteen, 4), frame.splat(0x0f));
  return wasm.and128(wasm.lookUp8(frame.constant(rowsOf), lowHalf), wasm.lookUp8(frame.constant(bitOf), highHalf));
}

/** Not 0 where other bytes stand at `address`. Without LF and CR among them it needs no look at where the line ends. */
export function literalDiffers(literal: readonly number[], address: Value, offset = 0): Code {
  const parts: Code[] = [];
  for (let from = 0; from < literal.length; from += 8)
    parts.push(partDiffers(literal.slice(from, from + 8), address, offset + from));
  return parts.length === 0 ? wasm.result(0) : parts.reduce((any, part) => wasm.or(any, part));
}

/** Up to eight bytes in one look. */
function partDiffers(literal: readonly number[], address: Value, offset: number): Code {
  const wanted = literal.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  if (literal.length === 1) return wasm.differ(wasm.load8(address, offset), Number(wanted));
  if (literal.length === 2) return wasm.differ(wasm.load16(address, offset), Number(wanted));
  if (literal.length === 4) return wasm.differ(wasm.load32(address, offset), Number(wanted));
  const loaded = wasm.load64(address, offset);
  const isWhole = literal.length === 8;
  const mask = wasm.constant64((1n << BigInt(literal.length * 8)) - 1n);
  return wasm.differ64(isWhole ? loaded : wasm.and64(loaded, mask), wasm.constant64(wanted));
}
