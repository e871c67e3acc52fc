/**
 * How many different texts there were, in bounded memory: HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, 2007),
 * and linear counting (Whang, Vander-Zanden and Taylor, 1990) for small numbers.
 */
import { hashBytes } from './text-hash.ts';

const INDEX_BITS = 10;
/** Bytes of one sketch: the standard error is 1.04 / sqrt(1024), 3.3%. */
export const REGISTERS = 1 << INDEX_BITS;
/** Greatest value of a register: a hash has 22 bits besides its index, and all of them may be 0. */
export const RANK_MAX = 32 - INDEX_BITS + 1;
/** Of the raw estimate, for 128 registers and more (Flajolet et al., figure 3). */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);
/** Up to this estimate registers that are still empty say more than the others do (as there). */
const SMALL = 2.5 * REGISTERS;
/** Different hashes; from a thirtieth of them on, texts that share one are reckoned with (as there). */
const HASHES = 2 ** 32;

const encoder = new TextEncoder();

/** Hash of a text by its bytes as UTF-8, the same everywhere and at every start: sketches of different processes are merged. */
export function distinctHash(text: string): number {
  const bytes = encoder.encode(text);
  return hashBytes(bytes, 0, bytes.length);
}

/** Adds a text by its hash, with or without a sign. */
export function addDistinct(registers: Uint8Array, hash: number): void {
  const index = hash >>> (32 - INDEX_BITS);
  const rank = Math.min(Math.clz32(hash << INDEX_BITS), 32 - INDEX_BITS) + 1;
  if (rank > (registers[index] as number)) registers[index] = rank;
}

/** Adds the texts of another sketch: what both saw counts once. */
export function mergeDistinct(registers: Uint8Array, others: Uint8Array): void {
  for (let index = 0; index < REGISTERS; index += 1) {
    const rank = others[index] as number;
    if (rank > (registers[index] as number)) registers[index] = rank < RANK_MAX ? rank : RANK_MAX;
  }
}

/** How many different texts were added, about. */
export function estimateDistinct(registers: Uint8Array): number {
  let harmonic = 0;
  let empty = 0;
  for (const rank of registers) {
    harmonic += 1 / (1 << rank);
    if (rank === 0) empty += 1;
  }
  const raw = (ALPHA * REGISTERS * REGISTERS) / harmonic;
  if (raw <= SMALL && empty > 0) return REGISTERS * Math.log(REGISTERS / empty);
  return raw <= HASHES / 30 ? raw : -HASHES * Math.log(1 - Math.min(raw / HASHES, 0.999));
}
