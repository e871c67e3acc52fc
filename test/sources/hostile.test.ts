/** Bytes that no honest writer writes: each is taken or counted, and never keeps other lines from being read. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createMemoryStore } from '../../src/memory/store.ts';
import { MAX_LINE_BYTES } from '../../src/sources/lines.ts';
import { startHost } from '../engine/parts.ts';
import { createHarness, type Harness } from './harness.ts';

const LINE = '203.0.113.7 - - [25/Nov/2026:03:00:01 +0000] "GET /p HTTP/1.1" 200 10 "-" "test" rt=0.010 urt=0.009';

test('lines over the limit are stepped over and counted; those before, between and after are taken', async () => {
  const log = createHarness();
  const long = 'x'.repeat(MAX_LINE_BYTES);
  log.append('access.log', `one\n${long}\ntwo\n${long}${long}\nthree\n`);
  await log.start();

  await log.drain();

  assert.deepEqual(log.lines(), ['one', 'two', 'three']);
  assert.deepEqual(log.skipped(), { line_too_long: 2 });
  assert.equal(log.ledger().skipped.line_too_long, 3 * MAX_LINE_BYTES + 2);
  await log.end();
});

test('a line of 100 MB in one file does not keep the lines of the others waiting', async () => {
  const log = createHarness({ globs: ['*.log'] });
  writeFileSync(log.path('a.log'), Buffer.alloc(100 * MAX_LINE_BYTES, 'x'));
  log.append('a.log', '\nafter\n');
  log.append('b.log', 'other\n');
  await log.start();

  const [first] = await log.reader().chunks(log.now());
  assert.equal(Buffer.from(first?.bytes ?? []).toString(), 'other\n');
  await log.drain();

  assert.deepEqual(log.lines(), ['other', 'after']);
  assert.equal(log.ledger().skipped.line_too_long, 100 * MAX_LINE_BYTES + 1);
  await log.end();
});

test('a line over the limit that never ends keeps nothing from being read in the next file of its name', async () => {
  const log = createHarness();
  log.append('access.log', `one\n${'x'.repeat(3 * MAX_LINE_BYTES)}`);
  await log.start();
  await log.drain();

  log.rename('access.log', 'access.log.1');
  log.append('access.log', 'next\n');
  await log.pass(10_000);
  await log.pass(10_000);

  assert.deepEqual(log.lines(), ['one', 'next']);
  assert.equal(log.ledger().skipped.line_too_long, 3 * MAX_LINE_BYTES);
  await log.end();
});

test('NULs before the first line are passed, NULs in the middle belong to their line', async () => {
  const log = createHarness();
  log.append('access.log', Buffer.alloc(3 * MAX_LINE_BYTES));
  log.append('access.log', `one\nt\0w\0o\n${'\0'.repeat(70)}\nthree\n`);
  await log.start();

  await log.drain();

  assert.deepEqual(log.lines(), ['one', 't\0w\0o', '\0'.repeat(70), 'three']);
  assert.deepEqual(log.ledger().skipped, { leading_nuls: 3 * MAX_LINE_BYTES });
  await log.end();
});

test('one line is one LF, whatever else is in it', async () => {
  const odd = [
    `${LINE}\r`,
    LINE.replace('test', 'te\u2028st'),
    `a\u2028b\u2029c\u0085d`,
    'a\rb\rc',
    '\x1b[2J\x07',
    '\v\f',
    '',
    '\r',
    '\uFEFFx',
  ];
  const log = createHarness();
  log.append('access.log', Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf8, 0xe2, 0x80, 10]));
  log.append('access.log', `${odd.join('\n')}\n${LINE}\n`);

  const state = await totalsOf(log);

  // Three are log lines: one with CR before its LF, one with a line separator in a field, and the last.
  assert.deepEqual(state.counts, { 'nginx-timed': 3, unmatched: odd.length - 1 });
  assert.equal(state.skipped.unparsed, odd.length - 1);
  await log.end();
});

for (const encoding of ['UTF-16LE', 'UTF-16BE'] as const) {
  test(`a file in ${encoding} is named with its remedy, and its lines are counted as unparsed`, async () => {
    const log = createHarness({ globs: ['*.log'] });
    const little = Buffer.from(`\uFEFF${LINE}\n${LINE}\n${LINE}\n`, 'utf16le');
    log.append('win.log', encoding === 'UTF-16LE' ? little : little.swap16());
    log.append('web.log', `${LINE}\n`);

    const state = await totalsOf(log);

    assert.deepEqual(state.counts, { 'nginx-timed': 1, unmatched: 3 });
    assert.equal(state.skipped.unparsed, 3);
    assert.deepEqual(log.reader().problems(), [
      `'${log.path('win.log')}' is ${encoding} and linesman reads UTF-8, so its lines are counted as unparsed: have it written as UTF-8.`,
    ]);

    writeFileSync(log.path('win.log'), `${LINE}\n`);
    await log.pass(1_000);
    assert.deepEqual(log.reader().problems(), []);
    await log.end();
  });
}

test('bytes like a byte order mark in the middle of a file make no problem', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();

  log.append('access.log', Buffer.from([0xff, 0xfe, 0x61, 10, 0xfe, 0xff, 0x62, 10]));
  await log.drain();
  log.commit();
  await log.crash();
  await log.start();
  log.append('access.log', 'last\n');
  await log.drain();

  assert.deepEqual(log.lines(), ['one', '\xff\xfea', '\xfe\xffb', 'last']);
  assert.deepEqual(log.reader().problems(), []);
  await log.end();
});

/** What the engine makes of the harness' files, with the shipped patterns. */
async function totalsOf(log: Harness) {
  const { engine } = startHost(createMemoryStore(), log.reader());
  await engine.open(log.now());
  while (!(await engine.round(log.now())).idle);
  const { totals, skipped } = engine.state();
  const counts: Record<string, number> = {};
  for (const { pattern, count } of totals) counts[pattern] = (counts[pattern] ?? 0) + count;
  return { counts, skipped };
}
