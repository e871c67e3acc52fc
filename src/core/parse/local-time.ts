/** Wall-clock time of a place to epoch milliseconds, over changes of summer time. */
import { createOffsetAt, QUARTER_MS } from './zone-offset.ts';

const DAY_MS = 86_400_000;
/** How far a line may lie behind the one before it and still be taken for the first pass of a doubled hour. */
const DISORDER_MS = 60_000;

export interface LocalClock {
  /**
   * `wall` is the wall-clock time read as if it were UTC. In the hour that comes twice in autumn the first is meant,
   * unless that lies well before `after`, the time of the line before.
   */
  toEpoch(wall: number, after: number | undefined): number;
}

/** An unknown IANA zone is a RangeError as soon as a time is asked for. */
export function createLocalClock(timezone: string): LocalClock {
  const offsetAt = createOffsetAt(timezone);
  let quarter = Number.NaN;
  let offsets: readonly number[] = [];

  /** Offsets under which this wall-clock time exists, the earlier instant first; the one before in a gap of spring. */
  function offsetsOf(wall: number): readonly number[] {
    const before = offsetAt(wall - DAY_MS);
    const around = [...new Set([before, offsetAt(wall + DAY_MS)])].sort((a, b) => b - a);
    const valid = around.filter((offset) => offsetAt(wall - offset) === offset);
    return valid.length === 0 ? [before] : valid;
  }

  return {
    toEpoch(wall, after) {
      const current = Math.floor(wall / QUARTER_MS);
      if (current !== quarter) {
        offsets = offsetsOf(current * QUARTER_MS);
        quarter = current;
      }
      const instants = offsets.map((offset) => wall - offset);
      const first = instants[0] ?? wall;
      if (instants.length === 1 || after === undefined) return first;
      return instants.find((instant) => instant >= after - DISORDER_MS) ?? first;
    },
  };
}
