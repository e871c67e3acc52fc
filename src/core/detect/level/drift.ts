/** How far the hour's mean lies from what it usually is, in standard deviations: what is rare and tiny is not worth an alarm. */
import type { Pace } from './pace.ts';

/** Values before it says anything. */
const YOUNG = 20;
/** The least deviation, in parts of the size of the values. */
const LEAST = 0.001;
/** The count only matters while young: as a weight it soon falls below what the pace gives. */
const COUNT_MAX = 1_000_000;

/** Places: the hour's mean, its usual value, the standard deviation, the count. */
const HOUR_MEAN = 0;
const USUAL = 1;
const DEVIATION = 2;
const COUNT = 3;

/** `size` is that of usual values. */
export function stepDrift(
  numbers: Float32Array,
  at: number,
  value: number,
  { pace, size }: { readonly pace: Pace; readonly size: number },
): number {
  const before = numbers[at + COUNT] as number;
  const mean = numbers[at + HOUR_MEAN] as number;
  const hourMean = before === 0 ? value : mean + pace.hourMean * (value - mean);
  const usual = numbers[at + USUAL] as number;
  const beside = hourMean - usual;
  const deviation = numbers[at + DEVIATION] as number;
  const least = deviation + LEAST * size;
  const count = Math.min(COUNT_MAX, before + 1);
  const weight = Math.max(pace.usualMean, 1 / count);
  numbers[at + HOUR_MEAN] = hourMean;
  numbers[at + USUAL] = usual + weight * beside;
  numbers[at + DEVIATION] = Math.sqrt((1 - weight) * (deviation * deviation + weight * beside * beside));
  numbers[at + COUNT] = count;
  return count > YOUNG && least > 0 ? Math.abs(beside) / least : 0;
}

/** The hour's mean as it usually is. */
export function usualMean(numbers: Float32Array, at: number): number {
  return numbers[at + USUAL] as number;
}
