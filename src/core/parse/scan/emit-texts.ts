/** Code for whole texts: whether two are the same, and a number made from one. */
import {
  MURMUR_FIRST,
  MURMUR_LAST_FIRST,
  MURMUR_LAST_SECOND,
  MURMUR_SECOND,
  MURMUR_STEP,
} from '../../observe/text-hash.ts';
import type { Code, Label, Local, Locals } from './assembler.ts';
import * as wasm from './assembler.ts';
import type { WasmFunction } from './wasm-module.ts';

/** hash(start, length) */
export function hashFunction(): WasmFunction {
  return hashing('hash', () => []);
}

/** asciiHash(start, length) */
export function asciiHashFunction(): WasmFunction {
  return hashing('asciiHash', (seen, hash) => wasm.when(wasm.and(seen, HIGH_BITS), wasm.set(hash, 0)));
}

/** Of the bytes in a word, which are set beyond ASCII. */
const HIGH_BITS = 0x80808080;

/** As hashBytes() says it; `end` may change the hash by what bits any of the words have. */
function hashing(name: string, end: (seen: Local, hash: Local) => Code): WasmFunction {
  const locals = wasm.createLocals();
  const [at, left] = [locals.add('i32'), locals.add('i32')] as const;
  const [length, word, seen, hash] = [0, 1, 2, 3].map(() => locals.add('i32')) as [Local, Local, Local, Local];
  const more = { name: 'more' };
  const mix: Code = [
    wasm.set(seen, wasm.or(seen, word)),
    wasm.set(word, wasm.rotateLeft(wasm.multiply(word, MURMUR_FIRST), 15)),
    wasm.set(hash, wasm.xor(hash, wasm.multiply(word, MURMUR_SECOND))),
  ];
  const spread = (shift: number): Code => wasm.xor(hash, wasm.shiftRight(hash, shift));
  return {
    name,
    parameters: 2,
    locals,
    body: [
      wasm.set(length, left),
      wasm.loop(
        more,
        wasm.when(
          wasm.notLess(left, 4),
          wasm.set(word, wasm.load32(at)),
          mix,
          wasm.set(hash, wasm.add(wasm.multiply(wasm.rotateLeft(hash, 13), 5), MURMUR_STEP)),
          wasm.set(at, wasm.add(at, 4)),
          wasm.set(left, wasm.sub(left, 4)),
          wasm.branch(more),
        ),
      ),
      // Nothing of the word where nothing is left.
      wasm.set(word, wasm.and(wasm.load32(at), wasm.sub(wasm.shiftLeft(1, wasm.shiftLeft(left, 3)), 1))),
      mix,
      wasm.set(hash, wasm.xor(hash, length)),
      wasm.set(hash, wasm.multiply(spread(16), MURMUR_LAST_FIRST)),
      wasm.set(hash, wasm.multiply(spread(13), MURMUR_LAST_SECOND)),
      wasm.set(hash, spread(16)),
      end(seen, hash),
      wasm.result(hash),
    ],
  };
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
