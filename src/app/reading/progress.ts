/** How far each source is read, for the ticks: a source never goes back. */

export interface Progress {
  /** Source to the time before which all its lines have been taken. */
  complete(): Readonly<Record<string, number>>;
  /** True when another second has closed by it. */
  reach(source: string, complete: number | undefined): boolean;
  sawLines(now: number): void;
  lastLinesAt(): number;
}

export function createProgress(): Progress {
  const complete: Record<string, number> = {};
  let lastLinesAt = 0;
  return {
    complete: () => ({ ...complete }),
    reach(source, time) {
      const before = complete[source] ?? 0;
      const after = Math.max(before, time ?? 0);
      complete[source] = after;
      return Math.floor(after / 1_000) > Math.floor(before / 1_000);
    },
    sawLines(now) {
      lastLinesAt = now;
    },
    lastLinesAt: () => lastLinesAt,
  };
}
