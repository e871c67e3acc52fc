import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { replayFiles } from '../../../src/app/replay/replay.ts';
import { openStore } from '../../../src/app/replay/replay-store.ts';
import { REPLAY_HOST } from '../../../src/app/replay/replaying.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { UserError } from '../../../src/core/errors.ts';
import type { Store } from '../../../src/core/ports.ts';
import { createMemoryStore } from '../../../src/memory/store.ts';
import { createRecordedReader } from '../../../src/sources/recorded.ts';
import { commitOf } from '../../contract/store.ts';
import { fixture } from '../../support/fixtures.ts';
import { startTestRedis } from '../../support/redis.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test('no two replays make the same commit id, so that neither takes the commit of the other for its own', async () => {
  const [one, other] = [await commitIds(), await commitIds()];

  assert.ok(one.size > 0);
  assert.deepEqual(
    [...one].filter((id) => other.has(id)),
    [],
  );
});

test('a replay that meets another one on its Redis ends with the remedy', async () => {
  const server = await startTestRedis();
  cleanups.push(() => server.stop());
  const [one, other] = [await openStore(server.url), await openStore(server.url)];
  cleanups.push(one.close, other.close);

  assert.equal(await one.store.commit(commitOf(REPLAY_HOST, '', 'a.1', {})), 'ok');
  await assert.rejects(
    other.store.commit(commitOf(REPLAY_HOST, '', 'b.1', {})),
    (error: unknown) => error instanceof UserError && /one replay at a time/.test(error.message),
  );
});

/** Of all commits of one replay. */
async function commitIds(): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const memory = createMemoryStore();
  const store: Store = {
    ...memory,
    async commit(commit) {
      ids.add(commit.id);
      return await memory.commit(commit);
    },
  };
  const config = loadConfig({ env: {}, hostname: 'test' });
  const { inputs } = fixture('low-traffic-outage');
  const reader = createRecordedReader({ source: config.sources[0]?.name ?? 'nginx', files: inputs });
  await replayFiles({ config: { ...config, timezone: 'UTC' }, reader, store, onTransition() {} });
  await reader.close();
  return ids;
}
