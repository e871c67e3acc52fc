/** The digest is stored before anybody is asked to send it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notification } from '../../src/core/types.ts';
import { encodeHead } from '../../src/core/window/head.ts';
import { emptyHostState, loadHost } from '../../src/engine/host-state.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createTextReader, HOST, line, SOURCE, startHost, startTicker, T0 } from './parts.ts';

/** A minute after T0. */
const DIGEST_AT_MS = 3 * 3_600_000 + 60_000;

test('also when it comes in the step in which the last mail was delivered, and once over a start', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(Array.from({ length: 100 }, (_, second) => line(second)).join(''));
  const { engine } = startHost(store, reader);
  await engine.open(T0 + 100_000);
  while (!(await engine.round(T0 + 100_000)).idle);
  const noticed = [{ fault: 'f1', watch: 'http.499', since: T0 - 3_600_000, said: 'clients that gave up' }];
  const state = {
    ...{ ...emptyHostState(), judged: { [SOURCE]: T0 + 55_000 }, outbox: [{ id: 'mail', model: {} } as Notification] },
    digest: {
      day: Math.floor(T0 / 86_400_000) - 1,
      hourMs: DIGEST_AT_MS,
      since: T0 - 86_400_000,
      noticed,
      noticedDropped: 0,
      mails: [],
      mailsDropped: 0,
    },
  };
  await store.commit({ chain: HOST, parent: '', id: 'a', head: encodeHead('a', state), blobs: [] });
  const at = { digestAtMs: DIGEST_AT_MS };
  const input = (second: number) => ({
    ...{ complete: { [SOURCE]: T0 + second * 1_000 }, delivered: (id: string) => id === 'mail' },
  });

  const told = await startTicker(store, at).tick(input(61));
  const stored = await loadHost(store, HOST);
  const again = await startTicker(store, at).tick(input(90));

  assert.deepEqual(
    told.notifications.map(({ at: time, digest }) => [time - T0, digest?.noticed.map(({ said }) => said)]),
    [[60_000, ['clients that gave up']]],
  );
  assert.deepEqual(
    stored.state.outbox.map(({ id }) => id),
    told.notifications.map(({ id }) => id),
  );
  assert.deepEqual(again.notifications, []);
});
