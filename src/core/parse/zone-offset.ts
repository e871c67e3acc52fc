/** How far the clocks of a place are ahead of UTC. */

/** Whole quarters of an hour: no zone has changed its offset in between. */
export const QUARTER_MS = 900_000;

/** Local time minus UTC at a time, ms. */
export type OffsetAt = (time: number) => number;

/** Asks the zone each time. An unknown IANA zone is a RangeError as soon as a time is asked for. */
export function createOffsetAt(timezone: string): OffsetAt {
  // The first format of a process takes as long as a fifth of its start, and stamps with their own offset need none.
  let format: Intl.DateTimeFormat | undefined;
  return (time) => {
    format ??= createFormat(timezone);
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return wall - Math.floor(time / 1_000) * 1_000;
  };
}

/** For times that come in their order: the zone is asked once a quarter of an hour. */
export function createOffsetClock(timezone: string): OffsetAt {
  const offsetAt = createOffsetAt(timezone);
  let quarter = Number.NaN;
  let offset = 0;
  return (time) => {
    const current = Math.floor(time / QUARTER_MS);
    if (current !== quarter) {
      offset = offsetAt(current * QUARTER_MS);
      quarter = current;
    }
    return offset;
  };
}

function createFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}
