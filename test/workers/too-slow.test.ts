/** A RegExp that one line keeps busy, on real threads: it is left out, and everything else is read. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { compilePattern, type PatternSpec } from '../../src/core/parse/pattern.ts';
import type { SliceParser } from '../../src/core/ports.ts';
import type { Chunk } from '../../src/core/types.ts';
import { createParsePool, type ParsePool, type TooSlow } from '../../src/workers/pool.ts';
import { PATTERNS, T0 } from '../engine/parts.ts';
import { nginxLine } from '../support/nginx-lines.ts';

/** Tries every way to cut a row of letters into pieces. */
const EVIL: PatternSpec = {
  ...{ name: 'evil', description: '', expressions: ['evil (?:a+)+'], fields: {}, samples: [], rejects: [] },
  observation: { series: [{ name: 'evil.lines', when: [], by: [], evidence: false }], tops: [] },
};
const GOES_ON: PatternSpec = { ...EVIL, name: 'goes-on', expressions: ['going on'], continues: ['more (?:a+)+'] };
const SLOW_LINE = `evil ${'a'.repeat(60)}!`;
const READING = { timezone: 'UTC' };
const LIMITS = { until: Number.POSITIVE_INFINITY, now: T0 + 60_000, watermark: undefined };

const pools: ParsePool[] = [];
after(async () => {
  for (const pool of pools) await pool.close();
});

test('the line that keeps a pattern busy is told, and its slice is read without the pattern', async () => {
  const { pool, told } = open(1);
  const lines = [nginxLine(T0, 200), 'evil aaa\n', `${SLOW_LINE}\n`, 'evil aaa\n', nginxLine(T0, 500)];

  const chunk = { ...chunkOf(lines), pattern: 'nginx-timed' };
  const { tally, consumed } = await pool.parserFor(READING).parse(chunk, LIMITS);

  assert.deepEqual(told, [{ pattern: 'evil', line: SLOW_LINE }]);
  assert.equal(consumed, Buffer.byteLength(lines.join('')));
  assert.equal(tally.lines, 5);
  assert.deepEqual(totalsOf(tally), { 'evil ': 1, 'nginx-timed 200': 1, 'nginx-timed 500': 1, 'unmatched ': 2 });
  assert.equal(tally.skipped.too_slow_for_pattern, 2);
});

test('so it is where the thread had read much before, and the next one had not', async () => {
  const { pool, told } = open(1);
  const parser = pool.parserFor(READING);
  const known = { pattern: 'nginx-timed', offset: 1_000, lastTime: T0 };
  const many = Array.from({ length: 600 }, () => nginxLine(T0, 200));
  await parser.parse({ ...chunkOf(many), ...known }, LIMITS);

  const lines = [...many.slice(0, 10), 'evil aaa\n', 'evil aa\n', ...many.slice(0, 10), `${SLOW_LINE}\n`];
  const { tally } = await parser.parse({ ...chunkOf(lines), ...known }, LIMITS);

  assert.deepEqual(told, [{ pattern: 'evil', line: SLOW_LINE }]);
  assert.deepEqual(totalsOf(tally), { 'evil ': 2, 'nginx-timed 200': 20, 'unmatched ': 1 });
});

test('what was left out stays left out, and is told once', async () => {
  const { pool, told } = open(2);
  const parser = pool.parserFor(READING);

  const parsed = await Promise.all([1, 2, 3].map(async () => await parser.parse(chunkOf([`${SLOW_LINE}\n`]), LIMITS)));
  const later = await parser.parse(chunkOf(['evil aaa\n', nginxLine(T0, 200)]), LIMITS);

  assert.deepEqual(told, [{ pattern: 'evil', line: SLOW_LINE }]);
  for (const { tally } of parsed) assert.equal(tally.skipped.too_slow_for_pattern, 1);
  assert.deepEqual(totalsOf(later.tally), { 'nginx-timed 200': 1, 'unmatched ': 1 });
});

test('so it is of an expression of lines that go on', async () => {
  const { pool, told } = open(1);
  const lines = ['going on\n', 'more aaa\n', `more ${'a'.repeat(60)}!\n`, 'more aaa\n', 'going on\n'];

  const { tally } = await pool.parserFor(READING).parse({ ...chunkOf(lines), pattern: 'goes-on' }, LIMITS);

  assert.deepEqual(told, [{ pattern: 'goes-on', line: `more ${'a'.repeat(60)}!` }]);
  assert.deepEqual(totalsOf(tally), { 'goes-on ': 2, 'unmatched ': 3 });
});

test('a source whose pattern is fixed is not touched by another pattern', async () => {
  const { pool } = open(1);
  await pool.parserFor(READING).parse(chunkOf([`${SLOW_LINE}\n`]), LIMITS);

  const fixed = pool.parserFor({ ...READING, only: 'nginx-timed' });
  const { tally } = await fixed.parse(chunkOf(['garbage\n', nginxLine(T0, 200)]), LIMITS);

  assert.deepEqual(tally.skipped, { unparsed: 1 });
});

test('other sources are read meanwhile, and behind it in the same thread', async () => {
  for (const threads of [1, 2]) {
    const { pool } = open(threads);
    const order: string[] = [];
    const stuck = firstTimeOf(pool.parserFor(READING), [`${SLOW_LINE}\n`, nginxLine(T0, 200)], () =>
      order.push('stuck'),
    );
    const others = Array.from({ length: 8 }, (_, i) =>
      firstTimeOf(pool.parserFor({ timezone: 'Europe/Berlin' }), [nginxLine(T0 + i * 1_000, 200)], () =>
        order.push('other'),
      ),
    );

    assert.deepEqual(
      await Promise.all(others),
      Array.from({ length: 8 }, (_, i) => T0 + i * 1_000),
    );
    assert.equal(await stuck, T0);
    assert.equal(order.length, 9);
    // With a thread to spare nobody waits at all, but for the one question that the stuck thread had taken along.
    if (threads === 2) assert.ok(order.indexOf('stuck') >= 7, order.join());
  }
});

function open(threads: number): { readonly pool: ParsePool; readonly told: TooSlow[] } {
  const told: TooSlow[] = [];
  const patterns = [...PATTERNS.map(({ spec }) => spec), compilePattern(EVIL).spec, GOES_ON];
  const pool = createParsePool({ threads, onTooSlow: (found) => told.push(found) });
  pool.load(patterns);
  pools.push(pool);
  return { pool, told };
}

async function firstTimeOf(
  parser: SliceParser,
  lines: readonly string[],
  done: () => void,
): Promise<number | undefined> {
  const time = await parser.firstTime(chunkOf(lines), LIMITS.now);
  done();
  return time;
}

function chunkOf(lines: readonly string[]): Chunk {
  return { source: 'web', generation: 'g', offset: 0, bytes: Buffer.from(lines.join('')) };
}

function totalsOf({ totals }: { readonly totals: readonly { pattern: string; status: string; count: number }[] }) {
  return Object.fromEntries(totals.map(({ pattern, status, count }) => [`${pattern} ${status}`, count]).toSorted());
}
