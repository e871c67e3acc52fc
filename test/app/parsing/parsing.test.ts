/** Other patterns while slices are parsed, on real threads: each slice is read by one set of them, and none is lost. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createParsing } from '../../../src/app/parsing/parsing.ts';
import { compilePattern, type PatternSpec } from '../../../src/core/parse/pattern.ts';
import type { Chunk, Tally } from '../../../src/core/types.ts';
import { createHealth } from '../../../src/telemetry/health.ts';

const NOW = Date.UTC(2026, 10, 25, 3, 0, 0);
const READING = { timezone: 'UTC' };
const LIMITS = { until: Number.POSITIVE_INFINITY, now: NOW, watermark: undefined };
/** Tries every way to cut a row of letters into pieces. */
const EVIL = patternOf('evil', 'evil (?:a+)+');
const SLOW_LINE = `evil ${'a'.repeat(60)}!\n`;

test('what is being parsed is answered by the patterns before, what is asked later by those after', async (t) => {
  const { parsing } = open(t, [patternOf('old', 'x \\d+')]);
  const parser = parsing.parserFor(READING);
  const asked = Array.from({ length: 8 }, async () => await parser.parse(chunkOf('x 1\n'.repeat(100)), LIMITS));

  const used = parsing.use([patternOf('new', 'x \\d+')]);
  const later = await parser.parse(chunkOf('x 1\n'.repeat(100)), LIMITS);
  await used;

  for (const { tally } of await Promise.all(asked)) assert.deepEqual(totalsOf(tally), { old: 100 });
  assert.deepEqual(totalsOf(later.tally), { new: 100 });
});

test('a file whose pattern is gone is recognised anew', async (t) => {
  const { parsing } = open(t, [patternOf('old', 'x \\d+')]);
  await parsing.use([patternOf('new', 'x \\d+')]);

  const chunk = { ...chunkOf('x 1\n'.repeat(10)), pattern: 'old', offset: 100 };
  const { tally, pattern } = await parsing.parserFor(READING).parse(chunk, LIMITS);

  assert.equal(pattern, 'new');
  assert.deepEqual(totalsOf(tally), { new: 10 });
});

test('a pattern that was too slow stays left out while its file says the same, and is asked again when it is mended', async (t) => {
  const { parsing, health, told } = open(t, [EVIL]);
  const parser = parsing.parserFor(READING);
  await parser.parse(chunkOf(SLOW_LINE), LIMITS);
  assert.match(health.reason('pattern evil') ?? '', /took more than a second for a line: .*mend its file/);

  await parsing.use([EVIL, patternOf('other', 'other')]);
  const still = await parser.parse(chunkOf('evil aaa\n'), LIMITS);
  assert.deepEqual(totalsOf(still.tally), { unmatched: 1 });
  assert.ok(health.reason('pattern evil'));

  await parsing.use([patternOf('evil', 'evil a+!?')]);
  const mended = await parser.parse(chunkOf(SLOW_LINE), LIMITS);
  assert.deepEqual(totalsOf(mended.tally), { evil: 1 });
  assert.equal(health.reason('pattern evil'), undefined);
  assert.equal(told.length, 1, 'it was told once');
});

function open(t: TestContext, patterns: readonly PatternSpec[]) {
  const health = createHealth();
  const told: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const parsing = createParsing({ patterns, surface: { health }, log, count: (series) => told.push(series) });
  t.after(parsing.close);
  return { parsing, health, told };
}

function patternOf(name: string, expression: string): PatternSpec {
  return compilePattern({
    ...{ name, description: '', expressions: [expression], fields: {}, samples: [], rejects: [] },
    observation: { series: [{ name: `${name}.lines`, when: [], by: [], evidence: false }], tops: [] },
  }).spec;
}

function chunkOf(text: string): Chunk {
  return { source: 'web', generation: 'g', offset: 0, bytes: Buffer.from(text) };
}

function totalsOf({ totals }: Tally): Readonly<Record<string, number>> {
  return Object.fromEntries(totals.map(({ pattern, count }) => [pattern, count]));
}
