/** Shares the time of a run among its parts, and ends it early where it is told to: what is left by one goes to those after it. */
import { setImmediate } from 'node:timers/promises';

export interface TimeShares {
  /** The share of the first of these weights, of what is left; asked again and again it says whether there is time. */
  share(weights: readonly number[]): () => Promise<boolean>;
  /** Nothing goes on from now on. */
  end(): void;
  readonly isEnded: boolean;
}

export function createTimeShares(minutes: number, clock: () => number = () => performance.now()): TimeShares {
  const until = clock() + minutes * 60_000;
  let isEnded = false;
  return {
    share([own = 0, ...others]) {
      const all = others.reduce((sum, one) => sum + one, own);
      const now = clock();
      const partUntil = now + (Math.max(0, until - now) * own) / all;
      return async () => {
        // Signals arrive between two turns of the event loop only.
        await setImmediate();
        return !isEnded && clock() < partUntil;
      };
    },
    end() {
      isEnded = true;
    },
    get isEnded() {
      return isEnded;
    },
  };
}
