/** Counts starts within the last minutes, to tell a crash loop. */

/** Starts remembered of one thing; many more than make a crash loop. */
const KEPT_MAX = 1_000;

export interface RecentStarts {
  add(time: number, starts: number): void;
  /** Within the window that ends now. */
  count(now: number): number;
}

export function createRecentStarts(windowMs: number): RecentStarts {
  let times: number[] = [];
  return {
    add: (time, starts) => {
      times = [...times, ...Array.from({ length: Math.min(starts, KEPT_MAX) }, () => time)].slice(-KEPT_MAX);
    },
    count: (now) => {
      // A clock that went back must not keep a start for ever.
      times = times.filter((time) => time > now - windowMs && time <= now);
      return times.length;
    },
  };
}

/** Of a count that others keep, as systemd's NRestarts, which begins at 0 again when somebody starts the thing by hand. */
export interface CountedStarts {
  /** Within the window that ends now. */
  count(now: number, total: number): number;
}

export function createCountedStarts(windowMs: number): CountedStarts {
  const recent = createRecentStarts(windowMs);
  let last: number | undefined;
  return {
    count: (now, total) => {
      if (last !== undefined && total > last) recent.add(now, total - last);
      last = total;
      return recent.count(now);
    },
  };
}
