/** Draws from distributions, repeatable by their seed. */
import type { Random } from '../../chaos/random.ts';

/** Gives an index, each as often as its weight says, at the same cost for any number of them (Walker's alias method). */
export function createDraw(weights: readonly number[], random: Random): () => number {
  const count = weights.length;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = Float64Array.from(weights, (weight) => (weight * count) / sum);
  const other = new Uint32Array(count);
  const small: number[] = [];
  const large: number[] = [];
  shares.forEach((share, at) => {
    (share < 1 ? small : large).push(at);
  });
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop() as number;
    const rich = large[large.length - 1] as number;
    other[poor] = rich;
    shares[rich] = (shares[rich] as number) - 1 + (shares[poor] as number);
    if ((shares[rich] as number) < 1) small.push(large.pop() as number);
  }
  // What is left over by rounding is whole.
  for (const at of [...small, ...large]) shares[at] = 1;
  return () => {
    const at = random() * count;
    const index = at | 0;
    return at - index < (shares[index] as number) ? index : (other[index] as number);
  };
}

/** Weights by which the n-th most frequent thing comes n ** -exponent as often as the first. */
export function zipfWeights(count: number, exponent: number): number[] {
  return Array.from({ length: count }, (_, at) => (at + 1) ** -exponent);
}

/** exp of a normal value: times and sizes are spread like that. */
export function logNormal(random: Random, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return Math.exp(mean + deviation * radius * Math.cos(2 * Math.PI * random()));
}

export function whole(random: Random, below: number): number {
  return Math.floor(random() * below);
}
