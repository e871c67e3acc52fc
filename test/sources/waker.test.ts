import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWaker } from '../../src/sources/waker.ts';
import { until } from '../support/until.ts';
import { createHarness, type Harness } from './harness.ts';

test('a written line wakes the reader long before its sweep', { timeout: 20_000 }, async () => {
  const log = createHarness({ watch: true, sweepMs: 600_000 });
  log.append('access.log', 'one\n');
  await log.start();
  await beQuiet(log);

  // The watch may begin a moment after the start: lines are written until one of them wakes the reader.
  const writer = setInterval(() => log.append('access.log', 'more\n'), 100);
  await log.reader().wait(100_000);
  clearInterval(writer);
  await log.drain();

  assert.equal(log.lines()[0], 'one');
  assert.equal(log.lines()[1], 'more');
  await log.end();
});

test('a file that appears wakes the reader', { timeout: 20_000 }, async () => {
  const log = createHarness({ watch: true, sweepMs: 600_000, globs: ['*.log'] });
  await log.start();
  await beQuiet(log);

  let made = 0;
  const writer = setInterval(() => {
    made += 1;
    log.append(`new-${made}.log`, 'one\n');
  }, 100);
  await log.reader().wait(100_000);
  clearInterval(writer);
  await log.drain();

  assert.equal(log.lines()[0], 'one');
  await log.end();
});

test('one that was not to hear for a while hears again', { timeout: 20_000 }, async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  const waker = await createWaker({ globs: [log.path('access.log')], watch: true, isWanted: () => true });

  waker.hear(false);
  assert.equal(waker.isHearing(), false);
  waker.hear(true);
  assert.equal(waker.isHearing(), true);

  await until('an event came', () => {
    log.append('access.log', 'more\n');
    return waker.takeChanged(0).has(log.path('access.log'));
  });
  await waker.close();
  await log.end();
});

test('files that grow for half a minute without an event are on a mount without events, until one comes', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  const waker = await createWaker({ globs: [log.path('*.log')], watch: true, isWanted: () => true });
  const grow = (from: number) => {
    for (let look = 0; look <= 10; look += 1) waker.sawGrowth(from + look * 3_000);
  };

  for (let look = 0; look < 100; look += 1) waker.sawGrowth(look);
  const soon = waker.isHearing();
  grow(1_000);
  const sentences = waker.problems();

  assert.equal(soon, true);
  assert.equal(waker.isHearing(), false);
  assert.match(sentences[0] ?? '', /^No file events come in '.*' \(as on a network mount\), so .*: nothing is lost\.$/);
  await until('an event came', () => {
    log.append('access.log', 'more\n');
    return waker.isHearing();
  });
  assert.deepEqual(waker.problems(), []);
  await waker.close();
  await log.end();
});

test('lines of a log that never rests are all read, without events, and so are those after it', async () => {
  const log = createHarness({ watch: true, sweepMs: 1_000 });
  log.append('access.log', 'first\n');
  await log.start();
  const written = Array.from({ length: 40 }, (_, at) => `line ${at}`);

  for (const line of written) {
    log.append('access.log', `${line}\n`);
    log.wait(125);
    await log.readPart(1);
  }
  log.wait(60_000);
  await log.drain();
  log.append('access.log', 'last\n');
  log.wait(1_000);
  await log.drain();

  assert.deepEqual(log.lines(), ['first', ...written, 'last']);
  await log.end();
});

test('closing ends a wait', { timeout: 20_000 }, async () => {
  const log = createHarness({ watch: true, sweepMs: 600_000 });
  await log.start();
  await beQuiet(log);

  const waiting = log.reader().wait(100_000);
  await log.reader().close();

  await waiting;
  await log.end();
});

/** Rounds without news, after which the reader waits for events. */
async function beQuiet(log: Harness): Promise<void> {
  for (let round = 0; round < 6; round += 1) await log.drain();
}
