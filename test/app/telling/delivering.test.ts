import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { createDelivering } from '../../../src/app/telling/delivering.ts';
import type { DeliveryJournal, DeliveryOutcome } from '../../../src/core/ports.ts';
import type { Notification } from '../../../src/core/types.ts';
import { encodeHead } from '../../../src/core/window/head.ts';
import { emptyHostState } from '../../../src/engine/host-state.ts';
import { createMemoryStore } from '../../../src/memory/store.ts';
import { createHealth } from '../../../src/telemetry/health.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { createMemoryJournal } from '../../support/memory-journal.ts';

const AT = Date.UTC(2026, 10, 25);
const MINUTE = 60_000;
const OK: DeliveryOutcome = { ok: true };
const AWAY: DeliveryOutcome = { ok: false, retryable: true, message: 'SMTP server cannot be reached' };

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('a mail server that was away at the start is asked again until it is there, and then no more', async () => {
  const desk = await openDesk();
  desk.setServer(AWAY);
  await desk.delivering.verify();
  for (let minute = 0; minute < 10; minute += 1) await pass(MINUTE);
  assert.deepEqual(desk.reasons(), ['SMTP server cannot be reached']);

  desk.setServer(OK);
  await pass(MINUTE);
  assert.deepEqual(desk.reasons(), []);

  const asked = desk.verified();
  await pass(60 * MINUTE);
  assert.equal(desk.verified(), asked);
});

test('trouble that a delivery found is over when the server answers, without a further mail', async () => {
  const desk = await openDesk();
  desk.setAnswer('a@example.com', AWAY);
  await desk.delivering.deliver('to a@example.com', 1, AT);
  assert.deepEqual(desk.reasons(), ['SMTP server cannot be reached']);

  await pass(MINUTE);

  assert.deepEqual(desk.reasons(), []);
});

test('after close nobody is asked', async () => {
  const desk = await openDesk();
  desk.setServer(AWAY);
  await desk.delivering.verify();

  await desk.delivering.close();
  await pass(60 * MINUTE);

  assert.equal(desk.verified(), 1);
});

test('a receiver that is refused stays said while others get their mail, until it gets its own', async () => {
  const desk = await openDesk();
  desk.setAnswer('a@example.com', refused('a'));
  desk.setAnswer('b@example.com', refused('b'));

  for (const name of ['a', 'b', 'c']) await desk.delivering.deliver(`to ${name}@example.com`, 1, AT);
  assert.deepEqual(desk.reasons(), ['a was refused', 'b was refused']);

  desk.setAnswer('a@example.com', OK);
  await desk.delivering.deliver('again a@example.com', 1, AT);
  assert.deepEqual(desk.reasons(), ['b was refused']);
});

test('at most 20 refused receivers are said', async () => {
  const desk = await openDesk();
  for (const address of desk.receivers) desk.setAnswer(address, refused(address));

  for (const address of desk.receivers) await desk.delivering.deliver(`to ${address}`, 1, AT);

  assert.equal(desk.reasons().length, 20);
});

test('a journal that cannot be written is said until it can be, also where no further mail comes', async () => {
  const desk = await openDesk();
  desk.setDiskFull(true);

  assert.equal(await desk.delivering.deliver('to a@example.com', 1, AT), 'done');
  await pass(MINUTE);
  assert.deepEqual(desk.reasons(), [
    'The delivery journal cannot be written (ENOSPC): after a crash a mail may come twice. Free some space in the data folder.',
  ]);

  desk.setDiskFull(false);
  await pass(MINUTE);
  assert.deepEqual(desk.reasons(), []);
});

function refused(who: string): DeliveryOutcome {
  return { ok: false, retryable: false, message: `${who} was refused` };
}

/** Lets what the timers started come to its end. */
async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

async function openDesk() {
  const receivers = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `${letter}@example.com`);
  const outbox = receivers.flatMap((receiver) => [letter('to', receiver), letter('again', receiver)]);
  const store = createMemoryStore();
  const head = encodeHead('1', { ...emptyHostState(), outbox });
  await store.commit({ chain: 'web-1', parent: '', id: '1', head, blobs: [] });
  const health = createHealth();
  const answers = new Map<string, DeliveryOutcome>();
  let server = OK;
  let verified = 0;
  let isDiskFull = false;
  const memory = createMemoryJournal();
  const journal: DeliveryJournal = {
    ...memory,
    async append(entry) {
      await memory.append(entry);
      if (isDiskFull) throw new Error('ENOSPC');
    },
  };
  const delivering = createDelivering({
    ...{ store, host: 'web-1', journal, surface: { health, metrics: createMetrics({ version: 'test' }) } },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    onDead() {},
    notifier: {
      deliver: async ({ receiver }) => answers.get(receiver) ?? OK,
      async verify() {
        verified += 1;
        return server;
      },
      async close() {},
    },
  });
  return {
    ...{ delivering, receivers, reasons: health.reasons, verified: () => verified },
    setServer(outcome: DeliveryOutcome) {
      server = outcome;
    },
    setAnswer: (receiver: string, outcome: DeliveryOutcome) => void answers.set(receiver, outcome),
    setDiskFull(isFull: boolean) {
      isDiskFull = isFull;
    },
  };
}

function letter(word: string, receiver: string): Notification {
  const id = `${word} ${receiver}`;
  return { id, root: id, receiver, at: AT, model: {} } as unknown as Notification;
}
