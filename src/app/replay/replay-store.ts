/** A replay over Redis instead of memory: the same bytes must come out. */
import { UserError } from '../../core/errors.ts';
import type { Commit, Store } from '../../core/ports.ts';
import { checkRedis } from '../../redis/check.ts';
import { connectRedis } from '../../redis/connect.ts';
import { createRedisStore } from '../../redis/store.ts';
import { REPLAY_HOST } from './replaying.ts';

/** Refuses a database in which a replay was run before: it would go on from there instead of starting anew. */
export async function openStore(url: string): Promise<{ readonly store: Store; close(): Promise<void> }> {
  const redis = connectRedis({ url, onTrouble() {}, onOk() {} });
  await checkRedis(redis);
  const store = createRedisStore({ redis, onTrouble() {}, onOk() {} });
  const [head] = await store.read(REPLAY_HOST, ['head']);
  if (head) {
    redis.disconnect();
    throw new UserError(
      'INPUT',
      `--store: there is a replay in this Redis already; empty it, or name another database such as redis://127.0.0.1:6379/9`,
    );
  }
  async function commit(step: Commit) {
    const result = await store.commit(step);
    // Nothing else writes here: two replays would go on from each other's counts.
    if (result === 'conflict' && (await store.read(step.chain, ['head']))[0]) {
      throw new UserError(
        'INPUT',
        '--store: something else writes into this Redis; run one replay at a time, each in a database of its own',
      );
    }
    return result;
  }
  return { store: { ...store, commit }, close: async () => redis.disconnect() };
}
