/** What one channel remembers of its extremes, on both sides: how odd is a value, and what is learnt of it. */
import { type MemoryPlace, TOPS } from './layout.ts';
import type { Pace } from './pace.ts';
import { addToTail, forgetBefore, heldBack, type Seen, tailScore } from './tail.ts';

/** Values before it says anything. */
const YOUNG = 50;
/** Parts of the range of what was learnt that a change must have to count as one. */
const FLOOR = 0.04;
const QUARANTINED_FLOOR = 0.08;
const CURRENT = 0;
const BEFORE = 1;

/** Above 0: high, below 0: low; its size is -log10 of the chance. */
export function memoryScore(numbers: Float32Array, place: MemoryPlace, value: number): number {
  const seen = seenBy(numbers, place);
  if (seen.all < YOUNG) return 0;
  const { highest, lowest } = rangeOf(numbers, place);
  if (highest > lowest) {
    const high = tailScore(numbers, place.high, value, seen);
    const low = tailScore(numbers, place.low, -value, seen);
    return high >= low ? high : -low;
  }
  // It was constant so far.
  return value === highest ? 0 : 2 * Math.log10(seen.all) * Math.sign(value - highest);
}

export function learnExtreme(numbers: Float32Array, place: MemoryPlace, value: number, pace: Pace): void {
  const seen = seenBy(numbers, place);
  const holds = place.isQuarantined && seen.floor > 0 && seen.all > pace.quarantineAfter;
  addToTail(numbers, place.high, holds ? heldBack(numbers, place.high, value, seen) : value, seen);
  addToTail(numbers, place.low, holds ? heldBack(numbers, place.low, -value, seen) : -value, seen);
  const current = seen.current + 1;
  const isOver = current >= (place.isQuarantined ? pace.quarantinedGeneration : pace.generation);
  numbers[place.at + CURRENT] = isOver ? 0 : current;
  if (!isOver) return;
  numbers[place.at + BEFORE] = current;
  forgetBefore(numbers, place.high);
  forgetBefore(numbers, place.low);
}

/** The lowest and the highest value that is remembered. */
export function rangeOf(
  numbers: Float32Array,
  place: MemoryPlace,
): { readonly lowest: number; readonly highest: number } {
  return { lowest: -(numbers[place.low] as number), highest: numbers[place.high] as number };
}

function seenBy(numbers: Float32Array, place: MemoryPlace): Seen {
  const current = numbers[place.at + CURRENT] as number;
  const all = current + (numbers[place.at + BEFORE] as number);
  if (all === 0) return { all, current, floor: 0 };
  const { highest, lowest } = rangeOf(numbers, place);
  const floor = Math.max(0, highest - lowest) * (place.isQuarantined ? QUARANTINED_FLOOR : FLOOR);
  return { all, current, floor };
}

/** All but a hundredth (at most sixteen) of the values on either side lay between these. */
export function usualRange(numbers: Float32Array, place: MemoryPlace): { readonly low: number; readonly high: number } {
  const { all } = seenBy(numbers, place);
  const last = Math.min(TOPS, Math.max(1, Math.ceil(all / 100))) - 1;
  return { low: -(numbers[place.low + last] as number), high: numbers[place.high + last] as number };
}
