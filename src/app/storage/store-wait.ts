/** How long the store has kept somebody waiting: the one measure of an outage, whatever its cause. */
import type { Store } from '../../core/ports.ts';

export interface StoreWait {
  /** Runs a request that settles when its outcome is known. */
  during<Answer>(request: () => Promise<Answer>): Promise<Answer>;
  /** Age of the oldest request without an answer, ms; 0 where there is none. */
  waitedMs(): number;
}

/** `clock`: in ms, and never set back or forward. */
export function createStoreWait(clock: () => number): StoreWait {
  // In the order in which they began. As many as there are callers, and each of those waits for its answer.
  const waiting = new Set<{ readonly since: number }>();
  return {
    async during(request) {
      const mine = { since: clock() };
      waiting.add(mine);
      try {
        return await request();
      } finally {
        waiting.delete(mine);
      }
    },
    waitedMs() {
      const [oldest] = waiting;
      return oldest ? clock() - oldest.since : 0;
    },
  };
}

/** The same store; who waits for it is noticed. */
export function watchedStore(store: Store, wait: StoreWait): Store {
  return {
    read: async (chain, names) => await wait.during(async () => await store.read(chain, names)),
    commit: async (commit) => await wait.during(async () => await store.commit(commit)),
  };
}
