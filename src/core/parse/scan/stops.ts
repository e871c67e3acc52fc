/** Which byte is looked for ahead of the lines, since many of a plan's runs stop at it, and how far is not foreseen. */
import { ALL_BYTES, type ByteSet, bytesIn, onlyByteOf } from './byte-set.ts';
import type { Step } from './plan.ts';

/** Bytes at which runs over the set stop. No line has an LF in it. */
export function stopsOf(set: ByteSet): ByteSet {
  return ALL_BYTES ^ (set | bytesIn(0x0a));
}

/** To mark a byte takes a line of 280 bytes about 3 ns, a search whose length is not foreseen takes 10. */
const MIN_RUNS = 2;

/** The byte at which the most runs stop, and nowhere else; undefined where these are not many. */
export function commonStop(steps: readonly Step[]): number | undefined {
  const runs = new Map<number, number>();
  for (const set of openRuns(steps)) {
    const stop = onlyByteOf(stopsOf(set));
    if (stop !== undefined) runs.set(stop, (runs.get(stop) ?? 0) + 1);
  }
  const [most] = [...runs].sort(([, one], [, other]) => other - one);
  return most !== undefined && most[1] >= MIN_RUNS ? most[0] : undefined;
}

/** Sets of the runs that go on to the first byte outside. */
function openRuns(steps: readonly Step[]): ByteSet[] {
  return steps.flatMap((step) => {
    switch (step.kind) {
      case 'literal':
        return [];
      case 'run':
        return step.max === Number.POSITIVE_INFINITY && step.end.at !== 'first' ? [step.set] : [];
      case 'choice':
        return step.ways.flatMap(openRuns);
      default:
        return openRuns(step.steps);
    }
  });
}
