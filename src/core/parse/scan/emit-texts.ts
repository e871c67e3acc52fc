/** Code for whole texts: whether two are the same, and a number made from one. */

import type { Code, Label, Local, Locals } from './assembler.ts';
import * as wasm from './assembler.ts';
import type { WasmFunction } from './wasm-module.ts';

/** Odd numbers whose bits are spread evenly (the multipliers of xxHash64, XXH_PRIME64_1 and _2). */
const FIRST_FACTOR = 0x9e3779b185ebca87n;
const SECOND_FACTOR = 0xc2b2ae3d4f4a7c4fn;

/** hash(start, length) */
export function hashFunction(): WasmFunction {
  const locals = wasm.createLocals();
  const [at, left] = [locals.add('i32'), locals.add('i32')] as const;
  const hash = locals.add('i64');
  const more = { name: 'more' };
  const mix = (value: Code, factor: bigint): Code => [
    wasm.set(hash, wasm.multiply64(wasm.xor64(hash, value), wasm.constant64(factor))),
    wasm.set(hash, wasm.xor64(hash, wasm.shiftRight64(hash, wasm.constant64(29n)))),
  ];
  return {
    name: 'hash',
    parameters: 2,
    locals,
    body: [
      wasm.set(hash, wasm.multiply64(wasm.to64(left), wasm.constant64(SECOND_FACTOR))),
      wasm.loop(
        more,
        wasm.when(
          wasm.notLess(left, 8),
          mix(wasm.load64(at), FIRST_FACTOR),
          wasm.set(at, wasm.add(at, 8)),
          wasm.set(left, wasm.sub(left, 8)),
          wasm.branch(more),
        ),
      ),
      wasm.when(left, mix(wasm.and64(wasm.load64(at), lowBytes(left)), FIRST_FACTOR)),
      mix(wasm.constant64(0n), SECOND_FACTOR),
      wasm.result(wasm.to32(wasm.xor64(hash, wasm.shiftRight64(hash, wasm.constant64(32n))))),
    ],
  };
}

/** Ones in as many of the lowest bytes. */
function lowBytes(count: Local): Code {
  const bits = wasm.to64(wasm.shiftLeft(count, 3));
  return wasm.sub64(wasm.shiftLeft64(wasm.constant64(1n), bits), wasm.constant64(1n));
}

/** isKept(keptStart, start, length) */
export function isKeptFunction(kept: number): WasmFunction {
  const locals = wasm.createLocals();
  const [keptAt, at, length] = [locals.add('i32'), locals.add('i32'), locals.add('i32')] as const;
  const same = locals.add('i32');
  const differs = { name: 'differs' };
  return {
    name: 'isKept',
    parameters: 3,
    locals,
    body: [
      wasm.set(keptAt, wasm.add(keptAt, kept)),
      wasm.block(differs, branchIfDiffers(locals, { one: keptAt, other: at, length }, differs), wasm.set(same, 1)),
      wasm.result(same),
    ],
  };
}

interface TwoTexts {
  readonly one: Local;
  readonly other: Local;
  readonly length: Local;
}

/** Sixteen bytes at a time; moves the three locals on. */
export function branchIfDiffers(locals: Locals, { one, other, length }: TwoTexts, differs: Label): Code {
  const alike = locals.add('i32');
  const more = { name: 'more' };
  const over = { name: 'over' };
  return wasm.block(
    over,
    wasm.loop(
      more,
      wasm.branchIf(over, wasm.not(length)),
      wasm.set(alike, wasm.bitmask8(wasm.equal8(wasm.load128(one), wasm.load128(other)))),
      wasm.when(
        wasm.less(length, 16),
        // Bytes behind the text count as alike.
        wasm.branchIf(differs, wasm.differ(wasm.or(alike, wasm.shiftLeft(-1, length)), -1)),
        wasm.branch(over),
      ),
      wasm.branchIf(differs, wasm.differ(alike, 0xffff)),
      wasm.set(one, wasm.add(one, 16)),
      wasm.set(other, wasm.add(other, 16)),
      wasm.set(length, wasm.sub(length, 16)),
      wasm.branch(more),
    ),
  );
}
