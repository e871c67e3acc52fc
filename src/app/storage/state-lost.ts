/** Notices that the store was found emptied, by any source or by the judging: one emptying shows in each of them. */
import type { LiveSource } from '../../engine/live.ts';
import type { Ticker } from '../../engine/tick.ts';

/** A source that is silent finds it out this much later than the others, at most. */
const SAME_LOSS_MS = 30_000;

/** To be called after rounds and ticks; says each emptying once. */
export function createStateLost(parts: {
  readonly sources: () => readonly Pick<LiveSource, 'engine'>[];
  readonly ticker: Pick<Ticker, 'lost'>;
  readonly now: () => number;
  readonly onLost: () => void;
}): () => void {
  let seen = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  return () => {
    const total = parts.sources().reduce((sum, { engine }) => sum + engine.conflicts().lost, parts.ticker.lost());
    if (total === seen) return;
    seen = total;
    const now = parts.now();
    // A clock that was set back must not keep a loss from being said.
    if (Math.abs(now - saidAt) < SAME_LOSS_MS) return;
    saidAt = now;
    parts.onLost();
  };
}
