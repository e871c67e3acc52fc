/** What earlier lines would have told is counted, and a source that was judged takes nothing of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWatching } from '../../../src/app/knowing/watching.ts';
import { learnSource } from '../../../src/app/learning/learn-source.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { loadHost } from '../../../src/engine/host-state.ts';
import type { Learning } from '../../../src/engine/tick.ts';
import { createMemoryStore } from '../../../src/memory/store.ts';
import { createTextReader, HOST, PATTERNS, SOURCE, startHost } from '../../engine/parts.ts';
import { parseInThread } from '../../support/in-thread.ts';
import { clfTime } from '../../support/nginx-lines.ts';

const HOUR_MS = 3_600_000;
/** When linesman is started, at the busy hour of the day. */
const START = Date.UTC(2026, 10, 26, 14, 0, 0);
const WATCHES = (await loadWatching(loadConfig({ env: { LINESMAN_CONFIG: '/dev/null' }, hostname: HOST }))).lineWatches;

const PARTS = {
  ...{ source: SOURCE, timezone: 'UTC', falseAlarmsPerMonth: 1, watches: WATCHES, version: 'test' },
  parser: parseInThread({ patterns: PATTERNS, timezone: 'UTC' }),
  ...{ stopAt: START - 600_000, near: START, now: START },
};

test('what would have been told is counted', async () => {
  const burst = linesBetween(START - 2 * HOUR_MS, START - 2 * HOUR_MS + 600_000, 1_000, 500);
  const before = linesBetween(START - 6 * HOUR_MS, START - 2 * HOUR_MS, 1_000);
  const { from } = await learn(before + burst);

  assert.equal(from.mails, 1);
  assert.equal(from.lastMails[0]?.watch, 'http.5xx.burst');
});

test('a source that was judged before keeps what it has learnt', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  const { engine, ticker } = startHost(store, reader);
  reader.write(linesBetween(START, START + 60_000, 1_000));
  await engine.open(START);
  while (!(await engine.round(START + 60_000)).idle);
  await ticker.tick({ complete: { [SOURCE]: START + 60_000 }, delivered: () => false });
  const { state } = await loadHost(store, HOST);

  ticker.take(SOURCE, { baselines: [], tests: {}, from: { ...NOTHING, lines: 1 } });
  await ticker.tick({ complete: { [SOURCE]: START + 120_000 }, delivered: () => false });

  assert.equal(state.judged[SOURCE], START + 60_000);
  assert.deepEqual((await loadHost(store, HOST)).state.learnt, {});
});

test('what there is no time for is left out, and is no silence', async () => {
  const [begin, stop] = [START - 12 * HOUR_MS, START - 600_000];
  let text = createTextReader();
  let [skippedTo, last] = [0, begin];
  text.write(linesBetween(begin, stop, 4_000));
  const { from } = await learnSource({
    ...PARTS,
    reader: {
      ...text,
      chunks: async (now) => await text.chunks(now),
      take(generation, bytes, facts) {
        last = facts.lastTime ?? last;
        text.take(generation, bytes, facts);
      },
      async skipTo(time) {
        skippedTo = Math.floor(time / 4_000) * 4_000;
        text = createTextReader();
        text.write(linesBetween(skippedTo - 60_000, stop, 4_000));
      },
      read: () => ['access.log'],
      leftOut: () => [],
    },
    // An hour of lines takes a second, until something is left out.
    ...{ withinMs: 8_000, clock: () => (skippedTo === 0 ? (last - begin) / 3_600 : 1_500) },
  });

  assert.ok(skippedTo > begin + 3 * HOUR_MS && skippedTo < stop - HOUR_MS, `${(skippedTo - begin) / HOUR_MS} h`);
  assert.equal(from.mails, 0);
  assert.equal(from.lines, (stop - skippedTo + 60_000) / 4_000);
  assert.ok(from.first !== undefined && from.first >= skippedTo, 'what stands before it is no part of it');
});

const NOTHING: Learning['from'] = {
  ...{ at: START, files: [], fileCount: 0, lines: 0, tookMs: 0, mails: 0, lastMails: [], leftOut: [] },
};

async function learn(text: string): Promise<Learning> {
  const reader = createTextReader();
  reader.write(text);
  return await learnSource({
    ...PARTS,
    reader: { ...reader, skipTo: async () => {}, read: () => ['access.log'], leftOut: () => [] },
    ...{ withinMs: HOUR_MS, clock: () => 0 },
  });
}

function linesBetween(from: number, to: number, everyMs: number, status = 200): string {
  const count = Math.floor((to - from) / everyMs);
  return Array.from({ length: count }, (_, i) => line(from + i * everyMs, status)).join('');
}

function line(at: number, status: number): string {
  return `203.0.113.${(at / 1_000) % 200} - - [${clfTime(at)}] "GET /p HTTP/1.1" ${status} 10 "-" "test" rt=0.010 urt=0.009\n`;
}
