/** The largest values, in descending order at a place of an array; how many there are is known to the caller. */
import { TOPS } from './layout.ts';

/** `seen` values were added before. */
export function addTop(numbers: Float32Array, at: number, value: number, seen: number): void {
  if (seen >= TOPS && value <= (numbers[at + TOPS - 1] as number)) return;
  let i = Math.min(seen, TOPS - 1);
  while (i > 0 && (numbers[at + i - 1] as number) < value) {
    numbers[at + i] = numbers[at + i - 1] as number;
    i -= 1;
  }
  numbers[at + i] = value;
}

/** By how much the largest exceed the least of the `k` largest, in the mean. */
export function meanExcess(numbers: Float32Array, at: number, k: number): number {
  const least = numbers[at + k - 1] as number;
  let sum = 0;
  for (let i = 0; i < k; i += 1) sum += (numbers[at + i] as number) - least;
  return sum / (k - 1);
}
