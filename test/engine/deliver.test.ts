import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf } from '../../src/core/errors.ts';
import type { DeliveryJournal, DeliveryOutcome } from '../../src/core/ports.ts';
import type { Notification } from '../../src/core/types.ts';
import { encodeHead } from '../../src/core/window/head.ts';
import {
  createDeliver,
  type DeliveryReport,
  GIVE_UP_AFTER_MS,
  RETRY_MAX_MS,
  retryInMs,
} from '../../src/engine/deliver.ts';
import { emptyHostState } from '../../src/engine/host-state.ts';
import { tickDue } from '../../src/engine/live.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createMemoryJournal } from '../support/memory-journal.ts';

const AT = Date.UTC(2026, 10, 25);

test('delivered once, however often it is asked for', async () => {
  const { deliver, tries } = await desk([{ ok: true }]);

  assert.equal(await deliver('n1', 1, AT), 'done');
  assert.equal(await deliver('n1', 2, AT), 'done');

  assert.equal(tries(), 1);
});

test('a temporary failure is tried again for a day, then it is given up', async () => {
  const { deliver, reports } = await desk([{ ok: false, retryable: true, message: 'busy' }]);

  assert.deepEqual(await deliver('n1', 1, AT), { retryInMs: 2_000 });
  assert.equal(await deliver('n1', 300, AT + GIVE_UP_AFTER_MS), 'done');
  assert.equal(await deliver('n1', 301, AT + GIVE_UP_AFTER_MS), 'done');

  assert.deepEqual(
    reports.map(({ result }) => result),
    ['retry', 'dead'],
  );
});

test('what happened two days ago is tried for a day all the same', async () => {
  const { deliver } = await desk([{ ok: false, retryable: true, message: 'busy' }]);

  assert.deepEqual(await deliver('n1', 1, AT + 2 * GIVE_UP_AFTER_MS), { retryInMs: 2_000 });
  assert.equal(await deliver('n1', 2, AT + 3 * GIVE_UP_AFTER_MS), 'done');
});

test('a permanent failure is given up at once', async () => {
  const { deliver, reports } = await desk([{ ok: false, retryable: false, message: '550 no such user' }]);

  assert.equal(await deliver('n1', 1, AT), 'done');

  assert.deepEqual(reports, [
    { id: 'n1', receiver: 'ops@example.com', attempt: 1, result: 'dead', message: '550 no such user' },
  ]);
});

test('what is not in the outbox is nobody to be told', async () => {
  const { deliver, tries } = await desk([{ ok: true }]);

  assert.equal(await deliver('unknown', 1, AT), 'done');

  assert.equal(tries(), 0);
});

test('a journal that cannot be written does not make a second mail of a sent one', async () => {
  const { deliver, reports, tries, journalFailures } = await desk([{ ok: true }], fullJournal());

  assert.equal(await deliver('n1', 1, AT), 'done');
  assert.equal(await deliver('n1', 2, AT), 'done');

  assert.equal(tries(), 1);
  assert.deepEqual(
    reports.map(({ result }) => result),
    ['sent'],
  );
  assert.deepEqual(journalFailures, ['ENOSPC: no space left on device, write']);
});

test('a journal that cannot be written does not keep a refused mail alive', async () => {
  const refusal = { ok: false, retryable: false, message: '550 no such user' } as const;
  const { deliver, reports, journalFailures } = await desk([refusal], fullJournal());

  assert.equal(await deliver('n1', 1, AT), 'done');

  assert.deepEqual(
    reports.map(({ result }) => result),
    ['dead'],
  );
  assert.equal(journalFailures.length, 1);
});

test('waits double and end at five minutes', () => {
  assert.deepEqual([1, 2, 3].map(retryInMs), [2_000, 4_000, 8_000]);
  assert.equal(retryInMs(1_000), RETRY_MAX_MS);
});

test('a tick is due while lines come, while a fault is open, and else every ten seconds', () => {
  const quiet = { now: AT + 1_000, lastLinesAt: 0, hasOpenFaults: false, askedAt: undefined };

  assert.equal(tickDue(quiet), 'none');
  assert.equal(tickDue({ ...quiet, now: AT + 10_000 }), 'queue');
  assert.equal(tickDue({ ...quiet, lastLinesAt: AT }), 'queue');
  assert.equal(tickDue({ ...quiet, hasOpenFaults: true }), 'queue');
});

test('the timer ticks itself when the queue did not in two steps', () => {
  const at = { now: AT + 5_000, lastLinesAt: AT, hasOpenFaults: false };

  assert.equal(tickDue({ ...at, askedAt: AT + 4_000 }), 'queue');
  assert.equal(tickDue({ ...at, askedAt: AT + 3_000 }), 'self');
  assert.equal(tickDue({ ...at, askedAt: AT + 3_600_000 }), 'self', 'the clock was set back since');
});

/** Known to the process, never in the file. */
function fullJournal(): DeliveryJournal {
  const journal = createMemoryJournal();
  return {
    ...journal,
    async append(entry) {
      await journal.append(entry);
      throw new Error('ENOSPC: no space left on device, write');
    },
  };
}

async function desk(outcomes: readonly DeliveryOutcome[], journal = createMemoryJournal()) {
  const store = createMemoryStore();
  const notification = {
    id: 'n1',
    root: 'n1',
    receiver: 'ops@example.com',
    at: AT,
    model: {},
  } as unknown as Notification;
  const state = { ...emptyHostState(), outbox: [notification] };
  await store.commit({ chain: 'web-1', parent: '', id: '1', head: encodeHead('1', state), blobs: [] });
  const reports: DeliveryReport[] = [];
  const journalFailures: string[] = [];
  let tries = 0;
  const deliver = createDeliver({
    store,
    host: 'web-1',
    journal,
    onJournalFailure: (error) => void journalFailures.push(messageOf(error)),
    onOutcome: (report) => void reports.push(report),
    notifier: {
      async deliver() {
        tries += 1;
        return outcomes[Math.min(tries, outcomes.length) - 1] ?? { ok: true };
      },
      verify: async () => ({ ok: true }),
      async close() {},
    },
  });
  return { deliver, reports, journalFailures, tries: () => tries };
}
