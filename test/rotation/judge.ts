/** Compares what a reader gave with what was written: every line once, or how many are lost, doubled, damaged. */

export interface Judgement {
  readonly lost: number;
  readonly doubled: number;
  /** Lines that came only as a part of another: two run together, or NULs before one. */
  readonly damaged: number;
}

/** Both are compared as they are, with each line as often as it was written. */
export function judge(written: readonly string[], got: readonly string[]): Judgement {
  const expected = countOf(written);
  const seen = countOf(got);
  const strange = got.filter((line) => !expected.has(line));
  let lost = 0;
  let doubled = 0;
  let damaged = 0;
  for (const [line, times] of expected) {
    const missing = times - (seen.get(line) ?? 0);
    doubled += Math.max(0, -missing);
    const inOthers = Math.min(Math.max(0, missing), strange.filter((other) => other.includes(line)).length);
    damaged += inOthers;
    lost += Math.max(0, missing) - inOthers;
  }
  return { lost, doubled, damaged };
}

export function isEachOnce({ lost, doubled, damaged }: Judgement): boolean {
  return lost + doubled + damaged === 0;
}

function countOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
