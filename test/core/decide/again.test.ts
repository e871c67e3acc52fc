import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FREED_MS } from '../../../src/core/decide/freed.ts';
import { type Lane, play, START } from './drawing.ts';

const STEP_MS = 5_000;
/** Of a log: fails for a minute, is well for five, and fails again. */
const site: Lane = {
  ...{ name: 'http.5xx', rank: 0, severity: 'critical' },
  drawing: `   ${'!'.repeat(12)}${'.'.repeat(60)}${'!'.repeat(12)}`,
};
const machine = { source: 'machine', severity: 'critical', rank: 3 } as const;
const goesOn: readonly (readonly [name: string, lane: Lane])[] = [
  [
    'a certificate that expires',
    { ...machine, name: 'check.certificate', readingMs: 15_000, drawing: '#  '.repeat(29) },
  ],
  ['a full disk', { ...machine, name: 'host.disk.full', drawing: `   ${'!'.repeat(84)}` }],
];

for (const [name, lane] of goesOn) {
  test(`a site is told to be over, and to fail again, though ${name} was told with it and goes on`, () => {
    const { tellings } = play([site, lane], { stepMs: STEP_MS });
    const ofSite = tellings.filter(({ leader }) => leader.watch === 'http.5xx');

    assert.deepEqual(
      ofSite.map(({ transition }) => transition),
      ['firing', 'resolved', 'firing'],
    );
    assert.ok((ofSite[1]?.at ?? 0) - START <= 15_000 + 60_000 + 60_000 + FREED_MS);
    const others = tellings.filter(({ leader }) => leader.watch === lane.name);
    assert.deepEqual(
      others.map(({ transition }) => transition),
      ['firing'],
    );
  });
}
