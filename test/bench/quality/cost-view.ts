/** Plays back what a detector reads of a view, so that judging can be timed without the reading. */
import type { WindowView } from '../../../src/core/plugin.ts';

interface ReplayedView {
  /** Reads the view, and keeps what it read. */
  readonly recording: WindowView;
  /** What was read, in the same order, from the first on. */
  replay(): WindowView;
}

export function replayed(view: WindowView): ReplayedView {
  const kept: unknown[] = [];
  let next = 0;
  const keep = <Value>(value: Value): Value => {
    kept.push(value);
    return value;
  };
  const read = <Value>(): Value => {
    const value = kept[next] as Value;
    next += 1;
    return value;
  };
  const replaying: WindowView = {
    ...{ count: read<number>, sum: read, keys: read, firstSeen: read, lastSeen: read, quantile: read },
    ...{ distinct: read, top: read, from: view.from },
  };
  return {
    recording: {
      count: (...asked) => keep(view.count(...asked)),
      sum: (...asked) => keep(view.sum(...asked)),
      keys: (...asked) => keep(view.keys(...asked)),
      firstSeen: (...asked) => keep(view.firstSeen(...asked)),
      lastSeen: (...asked) => keep(view.lastSeen(...asked)),
      quantile: (...asked) => keep(view.quantile(...asked)),
      distinct: (...asked) => keep(view.distinct(...asked)),
      top: (...asked) => keep(view.top(...asked)),
      from: view.from,
    },
    replay() {
      next = 0;
      return replaying;
    },
  };
}
