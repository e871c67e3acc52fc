/** Each shipped pattern's samples as a file: that pattern is recognised, and takes all of its lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChunkParser } from '../../../src/core/parse/chunk.ts';
import { type CompiledPattern, DEFAULT_PRIORITY } from '../../../src/core/parse/pattern.ts';
import { chunkOf, encode, OPEN, patterns } from './tallies.ts';

const parser = createChunkParser({ patterns, timezone: 'UTC' });
const NAMES = patterns.map(({ name }) => name);

/** Patterns that are tried before, and may take some of these lines: two programs or formats write them alike. */
const TWINS: Readonly<Record<string, readonly string[]>> = {
  'apache-combined': ['nginx-combined'],
  'nginx-combined': ['nginx-main'],
  'apache-vhost': ['nginx-vhost'],
};

for (const pattern of patterns) {
  const { name, spec } = pattern;
  const lines = spec.samples.flatMap(({ line, continued = [] }) => [line, ...continued]);

  test(`a file of ${name} is recognised, and all its lines are taken by that pattern`, () => {
    const { tally, pattern: recognised } = parser.parse(chunkOf(encode(lines)), 0, OPEN);
    const taken = tally.totals.filter((total) => total.pattern === name);

    assert.equal(recognised, name);
    assert.deepEqual([tally.lines, sumOf(taken)], [lines.length, lines.length]);
  });

  test(`no pattern that is tried before ${name} takes its lines`, () => {
    const before = patterns.filter((other) => other !== pattern && isBefore(other, pattern));

    const takers = spec.samples.flatMap(({ line }) =>
      before.filter((other) => other.match(line) !== undefined).map((other) => `${other.name}: ${line}`),
    );

    const allowed = TWINS[name] ?? [];
    assert.deepEqual(
      takers.filter((taker) => !allowed.includes(taker.split(':')[0] ?? '')),
      [],
    );
  });
}

test('requests stay requests in a log that says much else in JSON', () => {
  const lineOf = (name: string) => patterns.find((pattern) => pattern.name === name)?.spec.samples[0]?.line ?? '';
  const lines = [...Array(9).fill(lineOf('json')), lineOf('caddy-json'), lineOf('traefik-json'), lineOf('json')];

  const { tally, pattern } = parser.parse(chunkOf(encode(lines)), 0, OPEN);

  assert.equal(pattern, 'json');
  assert.deepEqual(tally.totals.map((total) => [total.pattern, total.count]).sort(), [
    ['caddy-json', 1],
    ['json', 10],
    ['traefik-json', 1],
  ]);
});

test('the twins are shipped, and take some of the lines', () => {
  for (const [name, twins] of Object.entries(TWINS)) {
    const samples = patterns.find((pattern) => pattern.name === name)?.spec.samples ?? [];
    for (const twin of twins) {
      const takes = patterns.find((pattern) => pattern.name === twin)?.match;
      assert.ok(
        samples.some(({ line }) => takes?.(line)),
        `${twin} of ${name}`,
      );
    }
  }
});

function isBefore(other: CompiledPattern, pattern: CompiledPattern): boolean {
  const [priority, own] = [other, pattern].map(({ spec }) => spec.priority ?? DEFAULT_PRIORITY) as [number, number];
  return priority > own || (priority === own && NAMES.indexOf(other.name) < NAMES.indexOf(pattern.name));
}

function sumOf(totals: readonly { readonly count: number }[]): number {
  return totals.reduce((sum, { count }) => sum + count, 0);
}
