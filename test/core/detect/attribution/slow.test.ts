import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { explainSlow } from '../../../../src/core/detect/attribution/slow.ts';
import type { EvidenceView } from '../../../../src/core/plugin.ts';

const SPANS = { now: { from: 600_000, to: 720_000 }, before: { from: 0, to: 600_000 } };
const ALL = { '/': 400, '/shop': 300, '/search': 100 };
/** Five times as long, and one in a hundred is slow anyway. */
const BEFORE = { '/': 20, '/shop': 15, '/search': 5 };

test('one route that is slow is named, and what is left without it', () => {
  const told = explained({ '/': 4, '/shop': 3, '/search': 80 });

  assert.equal(told?.kind, 'keys');
  const [first] = told?.explainers ?? [];
  assert.deepEqual([first?.by, first?.keys], ['route', ['/search']]);
  assert.ok(first && first.now > 0.9 && first.isUsual && Math.abs(first.without - 0.01) < 1e-9);
  assert.equal(first?.all, 0.125);
  assert.equal(first?.before, 0.125);
  assert.equal(told?.slow?.fromMs, 500);
});

test('where all are slow alike it is said with numbers, and nobody is named', () => {
  const told = explained({ '/': 200, '/shop': 156, '/search': 47 });

  assert.equal(told?.kind, 'spread');
  assert.deepEqual(told?.fields, ['route']);
  assert.deepEqual(told?.alike, { by: 'route', keys: 3, low: 0.47, high: 0.52, of: 403 / 800 });
});

test('two of three that are slow are no explanation by one of them', () => {
  const told = explained({ '/': 200, '/shop': 3, '/search': 60 });

  assert.deepEqual(told?.explainers[0]?.keys, ['/', '/search']);
});

for (const [name, now] of [
  ['no more than before', { '/': 4, '/shop': 3, '/search': 1 }],
  ['a few more, as chance makes them', { '/': 6, '/shop': 4, '/search': 3 }],
  ['none', {}],
] as const) {
  test(`nothing is said of slow ones that are ${name}`, () => {
    assert.equal(explained(now), undefined);
  });
}

test('nothing is said without a past, or of another series', () => {
  const view = viewOf({ '/search': 80 });

  assert.equal(explainSlow('http.latency', view, { now: SPANS.now }), undefined);
  assert.equal(explainSlow('http.bytes', view, SPANS), undefined);
});

test('nothing is said where hardly anybody asked before: nobody knows how many are usually slow', () => {
  const now = { '/': 390, '/shop': 295, '/search': 98 };

  assert.equal(explained(now)?.kind, 'spread');
  assert.equal(explainSlow('http.latency', viewOf(now, 1 / 200), SPANS), undefined);
});

test('what counts as slow in a sentence is what the shipped pattern lists', () => {
  const file = new URL('../../../../patterns/observations/http.yaml', import.meta.url);
  const { series } = parse(readFileSync(file, 'utf8'));
  const listed = series.find(({ name }: { readonly name: string }) => name === 'http.slow');

  const { slow } = explained({ '/': 200, '/shop': 156, '/search': 47 }) ?? {};

  assert.equal(Number.parseFloat(listed.when.request_time) * 1_000, slow?.fromMs);
});

type Counts = Readonly<Record<string, number>>;

function explained(now: Counts) {
  return explainSlow('http.latency', viewOf(now), SPANS);
}

/** `before`: times as many requests came before as since. */
function viewOf(now: Counts, before = 5): EvidenceView {
  const all = Object.entries(ALL).map(([key, n]) => [key, Math.floor(n * before)]);
  const listed = (series: string, from: number): Counts => {
    if (series === 'http.slow') return from === SPANS.now.from ? now : before < 1 ? {} : BEFORE;
    return from === SPANS.now.from ? ALL : Object.fromEntries(all);
  };
  const view: Pick<EvidenceView, 'sum' | 'tops'> = {
    sum(series, from) {
      const count = Object.values(listed(series, from)).reduce((sum, one) => sum + one, 0);
      return { count, sum: count };
    },
    tops: (series, from) => [
      { by: 'route', entries: Object.entries(listed(series, from)).toSorted(([, a], [, b]) => b - a) },
    ],
  };
  return view as EvidenceView;
}
