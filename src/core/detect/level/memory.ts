/** What one channel remembers of its extremes, on both sides: how odd is a value, and what is learnt of it. */
import { type MemoryPlace, TOPS } from './layout.ts';
import type { Pace } from './pace.ts';
import { addToTail, forgetBefore, heldBack, type Seen, tailScore } from './tail.ts';

/** Values before it says anything. */
const YOUNG = 50;
/** Parts of the range of what was learnt that a change must have to count as one. */
const FLOOR = 0.04;
const QUARANTINED_FLOOR = 0.08;
/** Values seen in this generation, and in the one before. */
const CURRENT = 0;
const BEFORE = 1;

/**
 * Learns the value. Above 0: it was odd on the high side, below 0: on the low one; its size is -log10 of the chance. What
 * differs by no more than `least` is the same.
 */
export function stepMemory(
  numbers: Float32Array,
  place: MemoryPlace,
  value: number,
  { pace, least }: { readonly pace: Pace; readonly least: number },
): number {
  const current = numbers[place.at + CURRENT] as number;
  const all = current + (numbers[place.at + BEFORE] as number);
  const width = all === 0 ? 0 : (numbers[place.high] as number) + (numbers[place.low] as number);
  const floor = Math.max(0, width) * (place.isQuarantined ? QUARANTINED_FLOOR : FLOOR);
  const seen = { all, current, floor };
  const score =
    all < YOUNG
      ? 0
      : width > least
        ? scoreOf(numbers, place, value, seen)
        : changeScore(value - (numbers[place.high] as number), { all, least });
  const holds = place.isQuarantined && floor > 0 && all > pace.quarantineAfter;
  addToTail(numbers, place.high, holds ? heldBack(numbers, place.high, value, seen) : value, seen);
  addToTail(numbers, place.low, holds ? heldBack(numbers, place.low, -value, seen) : -value, seen);
  numbers[place.at + CURRENT] = current + 1;
  if (current + 1 >= (place.isQuarantined ? pace.quarantinedGeneration : pace.generation))
    beginGeneration(numbers, place);
  return score;
}

/** The lowest and the highest value that is remembered. */
export function rangeOf(
  numbers: Float32Array,
  place: MemoryPlace,
): { readonly lowest: number; readonly highest: number } {
  return { lowest: -(numbers[place.low] as number), highest: numbers[place.high] as number };
}

/** All but a hundredth (at most sixteen) of the values on either side lay between these. */
export function usualRange(numbers: Float32Array, place: MemoryPlace): { readonly low: number; readonly high: number } {
  const all = (numbers[place.at + CURRENT] as number) + (numbers[place.at + BEFORE] as number);
  const last = Math.min(TOPS, Math.max(1, Math.ceil(all / 100))) - 1;
  return { low: -(numbers[place.low + last] as number), high: numbers[place.high + last] as number };
}

function scoreOf(numbers: Float32Array, { high, low }: MemoryPlace, value: number, seen: Seen): number {
  const above = tailScore(numbers, high, value, seen);
  const below = tailScore(numbers, low, -value, seen);
  return above >= below ? above : -below;
}

/** Of a series that was constant so far. */
function changeScore(change: number, { all, least }: { readonly all: number; readonly least: number }): number {
  return Math.abs(change) <= least ? 0 : 2 * Math.log10(all) * Math.sign(change);
}

function beginGeneration(numbers: Float32Array, place: MemoryPlace): void {
  numbers[place.at + BEFORE] = numbers[place.at + CURRENT] as number;
  numbers[place.at + CURRENT] = 0;
  forgetBefore(numbers, place.high);
  forgetBefore(numbers, place.low);
}
