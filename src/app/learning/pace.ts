/** Sees to it that learning ends in time, with the newest files: what there is no time for is left out at the old end. */

/** Until this part of the time has passed nobody knows how fast it goes: code that has just been loaded is slow. */
const MEASURE_PART = 8;
/** Looked at this often whether there is time for the rest. */
const LOOK_MS = 1_000;
/** Of the time that is left: later days may hold more lines. */
const CAREFUL = 0.8;

export interface Pace {
  /** What to do after a round: undefined to go on, skipTo: leave out what was before this time. */
  after(watermark: number | undefined, at: number): 'over' | { readonly skipTo: number } | undefined;
}

/** Times of the clock, but for `stopAt`, which is of the lines. */
export function createPace(parts: {
  readonly startedAt: number;
  readonly withinMs: number;
  /** Where the lines end. */
  readonly stopAt: number;
}): Pace {
  const { startedAt, withinMs, stopAt } = parts;
  const measureMs = withinMs / MEASURE_PART;
  let lookedAt = startedAt + measureMs - LOOK_MS;
  /** Since the last skip, or the first line. */
  let from: { readonly at: number; readonly time: number } | undefined;

  return {
    after(watermark, at) {
      if (at - startedAt >= withinMs) return 'over';
      if (watermark === undefined) return undefined;
      from ??= { at, time: watermark };
      if (at - lookedAt < LOOK_MS) return undefined;
      lookedAt = at;
      const learntMs = watermark - from.time;
      const leftMs = (withinMs - (at - startedAt)) * CAREFUL;
      const speed = learntMs / Math.max(1, at - from.at);
      if (learntMs <= 0 || speed * leftMs >= stopAt - watermark) return undefined;
      from = undefined;
      lookedAt = at + measureMs - LOOK_MS;
      return { skipTo: stopAt - speed * leftMs };
    },
  };
}
