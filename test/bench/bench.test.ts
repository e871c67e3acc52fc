import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createChunkParser } from '../../src/core/parse/chunk.ts';
import type { Tally } from '../../src/core/types.ts';
import { patterns } from '../core/parse/tallies.ts';
import { createDraw } from './log/draw.ts';
import { backtrackingLines, freshLines } from './log/hostile.ts';
import { createLogLines } from './log/lines.ts';
import { readOptions } from './options.ts';
import { createOwning } from './owning.ts';
import { delays } from './rows/delays.ts';
import { inDigits, median, quantile } from './statistics.ts';
import { figuresTable } from './table.ts';
import { compileYardstick, sumsOf } from './yardstick.ts';

const LINES = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'linesman-bench-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const yardstick = compileYardstick(folder);
const parser = createChunkParser({ patterns, timezone: 'UTC' });

for (const [format, pattern] of [
  ['combined', 'nginx-combined'],
  ['timed', 'nginx-timed'],
  ['named', 'nginx-timed'],
] as const) {
  test(`every line that is drawn fits its pattern: ${format}`, () => {
    const tally = parsed(linesOf(format));

    assert.deepEqual([...new Set(tally.totals.map((total) => total.pattern))], [pattern]);
    assert.equal(tally.lines, LINES);
  });

  test(`the yardstick counts what linesman counts: ${format}`, {
    skip: yardstick === undefined && 'no C compiler',
  }, () => {
    const log = join(folder, 'access.log');
    writeFileSync(log, linesOf(format));

    const sums = sumsOf(spawnSync(yardstick ?? '', [log], { encoding: 'utf8' }).stdout);

    const tally = parsed(linesOf(format));
    const requests = tally.cells.filter(({ series }) => series === 'http.requests');
    assert.deepEqual(sums.statuses, statusesOf(tally));
    assert.equal(sums.lines, LINES);
    assert.equal(sums.seconds, new Set(requests.map(({ time }) => time)).size);
    assert.equal(sums.times, format === 'combined' ? 0 : LINES);
    assert.ok(sums.topCount > LINES / 50 && sums.paths > 500, 'some paths are asked for more often than others');
  });
}

test('the same seed draws the same lines, another one others', () => {
  const [one, same, other] = [1, 1, 2].map((seed) => createLogLines({ seed, format: 'timed' }).take(100).toString());

  assert.equal(one, same);
  assert.notEqual(one, other);
});

test('an attack has lines that fit no pattern, and lines that do', () => {
  const backtracking = parsed(Buffer.from(backtrackingLines(1_000_000))).totals;
  const fresh = parsed(Buffer.from(freshLines(1_000_000))).totals;

  assert.ok(backtracking.some(({ pattern, count }) => pattern === 'unmatched' && count > 50));
  assert.deepEqual([...new Set(fresh.map(({ pattern }) => pattern))], ['nginx-timed']);
});

test('what is drawn comes as often as its weight says', () => {
  let at = 0;
  // Evenly over what chance can give.
  const draw = createDraw([6, 3, 1], () => (at++ % 1_000) / 1_000);
  const drawn = Array.from({ length: 1_000 }, draw);

  const counts = [0, 1, 2].map((index) => drawn.filter((one) => one === index).length);
  assert.deepEqual(counts, [600, 300, 100]);
});

test('the table tells in a word which goal was missed', () => {
  const figures = [
    { name: 'replay', goal: '<= 4 x C', measured: '5', isMet: false, beside: '' },
    { name: 'idle', goal: '<= 1%', measured: '0', isMet: true, beside: '' },
    { name: '- wc', goal: '', measured: '1', beside: 'counts LFs' },
  ];

  const table = figuresTable(figures).split('\n').slice(2);

  assert.match(table[0] ?? '', /\| replay \| <= 4 x C \| 5 +\| MISSED \|/);
  assert.match(table[1] ?? '', /\| met /);
  assert.doesNotMatch(table[2] ?? '', /met|MISSED/i);
});

test('a write was seen by the first look that has its lines', () => {
  const written = [1, 2, 3, 4].map((lines) => ({ at: lines * 10, lines }));
  const looks = [
    { at: 12, lines: 0 },
    { at: 25, lines: 2 },
    { at: 45, lines: 3 },
  ];

  assert.deepEqual(delays(written, looks), [15, 5, 15]);
});

test('medians, shares and digits', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(quantile([1, 2, 3, 4], 0.95), 4);
  assert.deepEqual([0.0371, 0.44, 4.4, 22.14, 1534.2].map(inDigits), ['0.037', '0.440', '4.40', '22.1', '1,534']);
});

test('an option that is not known is refused', () => {
  assert.throws(() => readOptions(['--only', 'replya'], ['replay']), /no row 'replya'/);
  assert.throws(() => readOptions(['--runs', '0'], ['replay']), /'0' is not a whole number/);
  assert.equal(readOptions(['--profile', 'replay'], ['replay']).runs, 1);
});

test('what a row started ends when it fails, and when the bench is stopped', async () => {
  const owning = createOwning();
  const ended: string[] = [];

  await assert.rejects(
    owning.during(
      () => void ended.push('row'),
      async () => await Promise.reject(new Error('no')),
    ),
  );
  void owning.during(
    () => void ended.push('open'),
    async () => await new Promise(() => {}),
  );
  await owning.endAll();

  assert.deepEqual(ended, ['row', 'open']);
});

function linesOf(format: 'combined' | 'timed' | 'named'): Buffer {
  return createLogLines({ seed: 1, format, perSecond: 500 }).take(LINES);
}

function parsed(bytes: Uint8Array): Tally {
  const chunk = { source: 'bench', generation: 'bench', offset: 0, bytes };
  return parser.parse(chunk, 0, { until: Infinity, now: Infinity, watermark: undefined }).tally;
}

function statusesOf({ totals }: Tally): Readonly<Record<string, number>> {
  return Object.fromEntries(totals.map(({ status, count }) => [status, count]).sort());
}
