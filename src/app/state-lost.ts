/** Notices that the store was found emptied, by any source or by the judging, and says so once for each time. */
import type { LiveSource } from '../engine/live.ts';
import type { Ticker } from '../engine/tick.ts';

/** To be called after rounds and ticks. `onLost` gets how often it happened since the last call. */
export function createStateLost(parts: {
  readonly sources: () => readonly Pick<LiveSource, 'engine'>[];
  readonly ticker: Pick<Ticker, 'lost'>;
  readonly onLost: (times: number) => void;
}): () => void {
  let seen = 0;
  return () => {
    const total = parts.sources().reduce((sum, { engine }) => sum + engine.conflicts().lost, parts.ticker.lost());
    if (total === seen) return;
    const times = total - seen;
    seen = total;
    parts.onLost(times);
  };
}
