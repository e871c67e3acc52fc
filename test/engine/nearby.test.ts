import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearbyFaults } from '../../src/engine/nearby.ts';
import { type Lane, play, START } from '../core/decide/drawing.ts';

const MINUTE = 60_000;
const machine = { source: 'machine', rank: 3 } as const;
const check: Omit<Lane, 'drawing'> = { ...machine, name: 'check.api', readingMs: MINUTE, clearAfterMs: 2 * MINUTE };
const site: Lane = { name: 'http.5xx', drawing: '', rank: 0, severity: 'critical' };

/** Watches near the site's mail, a letter a minute. */
function near(lanes: readonly Lane[]): readonly string[] {
  const { book, tellings } = play(lanes, { stepMs: MINUTE });
  const telling = tellings.find(({ leader }) => leader.watch === site.name) ?? assert.fail('the site is told');
  return nearbyFaults(book, telling, 'machine').map(({ watch, state }) => `${state} ${watch}`);
}

test('what of the machine is open or just over is near, and nothing of another source', () => {
  const lanes = [
    { ...machine, name: 'host.disk', drawing: '.....#####' },
    { ...machine, name: 'host.memory', drawing: '....##....', clearAfterMs: 10_000 },
    { ...site, name: 'http.404', rank: 1, drawing: '......!!!!' },
    { ...check, drawing: '........# ' },
    { ...site, drawing: '........!!' },
  ];
  assert.deepEqual(near(lanes), ['resolved host.memory', 'firing host.disk', 'pending check.api']);
});

test('what began long before is far, but for a check that is wrong still', () => {
  const lanes = [
    { ...machine, name: 'host.disk', drawing: '##########' },
    { ...check, drawing: '##########' },
    { ...site, drawing: '.........!' },
  ];
  assert.deepEqual(near(lanes), ['firing check.api']);
});

test('what ended long before is over, and what stands in the mail itself is not beside it', () => {
  const lanes = [
    { ...machine, name: 'host.memory', drawing: '##............', clearAfterMs: 10_000 },
    { ...check, confirm: { bad: 1, of: 1 }, drawing: '.............#' },
    { ...site, drawing: '.............!' },
  ];
  const { tellings, book } = play(lanes, { stepMs: MINUTE });
  const telling = tellings.find(({ leader }) => leader.watch === site.name);
  assert.ok(telling && telling.at === START + 13 * MINUTE);
  assert.deepEqual(nearbyFaults(book, telling, 'machine'), [], 'they fired together, and the mail has both');
  const alone = nearbyFaults(book, { ...telling, faults: [telling.leader] }, 'machine');
  assert.deepEqual(
    alone.map(({ watch }) => watch),
    ['check.api'],
  );
});
