/** How rare is a value as large, among those of one side? By its excess over the 4th, 8th and 16th largest, taken as exponential. */
import { TOPS } from './layout.ts';
import { addTop, meanExcess } from './tops.ts';

const RANKS = [4, 8, 16] as const;
/** What is held back gives way after so many in a row: it is usual now. */
const HELD_MAX = 30;
/** Part of the mean excess of the eight largest by which a value that is held back may raise the largest. */
const RAISE = 0.5;
const RAISED_BY = 8;
/** Places in a tail: all largest values are first, those of this generation next, then how many were held back in a row. */
const CURRENT = TOPS;
const HELD = 2 * TOPS;

/** How many values a memory has, and the least excess that counts as one: smaller changes are none. */
export interface Seen {
  readonly all: number;
  readonly current: number;
  readonly floor: number;
}

/** -log10 of the chance; 0 where it is among the largest few. */
export function tailScore(numbers: Float32Array, at: number, value: number, { all, floor }: Seen): number {
  if (all < RANKS[0] || value <= (numbers[at + RANKS[0] - 1] as number)) return 0;
  let total = 0;
  let ranks = 0;
  for (const rank of RANKS) {
    if (rank > all) break;
    ranks += 1;
    const over = value - (numbers[at + rank - 1] as number);
    if (over <= 0) continue;
    const excess = Math.max(floor, meanExcess(numbers, at, rank));
    if (excess > 0) total += Math.log10(all / rank) + (Math.LOG10E * over) / excess;
  }
  return total / ranks;
}

/** Of a value that is an incident rather than usual, so much is learnt. */
export function heldBack(numbers: Float32Array, at: number, value: number, { all, floor }: Seen): number {
  const largest = numbers[at] as number;
  if (value <= largest) {
    numbers[at + HELD] = 0;
    return value;
  }
  const held = (numbers[at + HELD] as number) + 1;
  numbers[at + HELD] = Math.min(held, HELD_MAX + 1);
  if (held > HELD_MAX) return value;
  const k = Math.min(RAISED_BY, all);
  const excess = k < 2 ? floor : Math.max(floor, (meanExcess(numbers, at, k) * (k - 1)) / k);
  return Math.min(value, largest + RAISE * excess);
}

export function addToTail(numbers: Float32Array, at: number, value: number, { all, current }: Seen): void {
  addTop(numbers, at, value, all);
  addTop(numbers, at + CURRENT, value, current);
}

/** A new generation begins: what was before the last one is forgotten. */
export function forgetBefore(numbers: Float32Array, at: number): void {
  numbers.copyWithin(at, at + CURRENT, at + CURRENT + TOPS);
}
