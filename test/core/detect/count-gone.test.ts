import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BEFORE_MS, goneFrom } from '../../../src/core/detect/count-gone.ts';

const NOW = Date.UTC(2026, 10, 25, 14);
const MS = 60_000;

test('visitors that stay away are more than the end of one of them, even where health checks go on', () => {
  const visitors = Array.from({ length: 40 }, (_, i): readonly [string, number] => [`198.51.100.${i}`, 4]);
  const before: Said = { all: 170, client: [['10.0.0.1', 10], ...visitors], agent_family: AGENTS };
  const now: Said = { all: 4, client: [['10.0.0.1', 2]], agent_family: [['Chrome', 1]] };

  assert.equal(gone(before, now), true);
});

test('the end of a robot is that of one of them, from one address, from three, or by its name', () => {
  const one = [['203.0.113.1', 900]] as const;
  const three = [1, 2, 3].map((i) => [`203.0.113.${i}`, 300] as const);
  const many = Array.from({ length: 32 }, (_, i) => [`203.0.113.${i}`, 28] as const);
  const robot = [
    ['Googlebot', 900],
    ['Chrome', 60],
    ['Firefox', 40],
  ] as const;
  const left = { all: 20, client: [], agent_family: [['Chrome', 12]] } as const;

  for (const client of [one, three]) assert.equal(gone({ all: 1_000, client, agent_family: [] }, left), false);
  assert.equal(gone({ all: 1_000, client: many, agent_family: robot }, left), false);
  assert.equal(gone({ all: 1_000, client: many, agent_family: AGENTS }, left), true);
});

test('it says nothing where nobody knows who asks, where few are left to say so, or where as many came', () => {
  const client = [['203.0.113.1', 1]] as const;

  assert.equal(gone({ all: 1_000, client: [], agent_family: [] }, NOBODY), false);
  assert.equal(gone({ all: 45, client, agent_family: [] }, NOBODY), false);
  assert.equal(gone({ all: 60, client, agent_family: [] }, NOBODY), true);
  assert.equal(gone({ all: 1_000, client, agent_family: [] }, { ...NOBODY, all: 190 }), false);
});

type Entries = readonly (readonly [string, number])[];

/** Of five minutes, or of one. */
interface Said {
  readonly all: number;
  readonly client: Entries;
  readonly agent_family: Entries;
}

const NOBODY: Said = { all: 0, client: [], agent_family: [] };
const AGENTS: Entries = [
  ['Chrome', 80],
  ['Safari', 50],
  ['Firefox', 30],
];

function gone(before: Said, now: Said): boolean {
  const saidIn = (from: number) => (from === NOW - MS - BEFORE_MS ? before : now);
  const from = goneFrom({
    ...{ now: NOW, ms: MS, series: 'http.requests' },
    view: { count: (_, from) => saidIn(from).all, top: (_, by, from) => saidIn(from)[by as 'client'] },
  });
  if (from !== undefined) assert.equal(from, before.all / 5);
  return from !== undefined;
}
