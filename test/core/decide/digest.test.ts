import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type DigestState,
  emptyDigest,
  MAX_MAILS,
  MAX_NOTICED,
  stepDigest,
  withMail,
  withNoticed,
} from '../../../src/core/decide/digest.ts';
import { type FiredRow, firedByWatch, withFired } from '../../../src/core/decide/fired.ts';
import { QUIET_RANK } from '../../../src/core/decide/leading.ts';
import type { Fault } from '../../../src/core/types.ts';
import { drawTold, findingOf, play, START } from './drawing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EIGHT = { offsetMs: 0, hourMs: 8 * HOUR_MS };
const MIDNIGHT = Date.UTC(2026, 10, 25);

test('a fault for the digest is followed and makes no mail, neither at its start nor at its end', () => {
  const quiet = { name: 'quiet', rank: QUIET_RANK };

  const { transitions } = play([{ ...quiet, drawing: '.!!!....' }]);
  assert.deepEqual(
    transitions.map(({ to }) => to),
    ['pending', 'firing', 'resolved'],
  );
  assert.equal(drawTold([{ ...quiet, drawing: '.!!!....' }]), '........');
});

test('beside one that is worth a mail it is named in it, and neither leads nor holds back its end', () => {
  const { tellings } = play([
    { name: 'quiet', rank: QUIET_RANK, severity: 'critical', drawing: '!!!!!!!!!!.....' },
    { name: 'loud', rank: 3, drawing: '.!!!!..........' },
  ]);

  assert.deepEqual(
    tellings.map(({ transition, faults }) => [transition, ...faults.map(({ watch }) => watch)]),
    [
      ['firing', 'loud', 'quiet'],
      ['resolved', 'loud'],
    ],
  );
});

test('it makes no later mail worse, and explains no fault that is worth a mail', () => {
  const told = drawTold([
    { name: 'loud', rank: 0, drawing: '!!!!!!!!!!..' },
    { name: 'quiet', rank: QUIET_RANK, severity: 'critical', drawing: '..!!!!!!!...' },
  ]);
  const late = drawTold([
    { name: 'quiet', rank: QUIET_RANK, drawing: '!!!!!!!!!!!!!!!!' },
    { name: 'loud', rank: 3, drawing: '.........!!!!!..' },
  ]);

  assert.equal(told, '.F.........R');
  assert.equal(late, '..........F....R');
});

test('a digest comes once a day at its hour, when there is something to tell', () => {
  const told = hoursOf(4, (digest, hour) => (hour === 30 ? withNoticed(digest, faultOf('a', 'firing'), 'a') : digest));

  assert.deepEqual(told, [[32, ['a']]]);
});

test('one that goes on is told once to begin and once to be over', () => {
  const told = hoursOf(5, (digest, hour) => {
    if (hour === 1) return withNoticed(digest, faultOf('a', 'firing'), 'a fires');
    return hour === 60 ? withNoticed(digest, faultOf('a', 'resolved'), 'a is over') : digest;
  });

  assert.deepEqual(told, [
    [8, ['a fires']],
    [80, ['a is over']],
  ]);
});

test('mails alone are no reason for one, and what a mail named is not told again', () => {
  const mail = { at: MIDNIGHT, watch: 'loud', said: 'loud' };
  const told = hoursOf(2, (digest, hour) => {
    if (hour !== 1) return digest;
    return withMail(withNoticed(digest, faultOf('a', 'firing'), 'a'), mail, [faultOf('a', 'firing')]);
  });

  assert.deepEqual(told, []);
});

test('where clocks are set back no day has two', () => {
  const hourMs = 2 * HOUR_MS + 30 * MINUTE_MS;
  let digest = withNoticed(emptyDigest(), faultOf('a', 'firing'), 'a');
  let told = 0;
  for (let minute = 0; minute < 28 * 60; minute += 1) {
    const now = MIDNIGHT + minute * MINUTE_MS;
    // 02:00 to 03:00 comes twice on the second night.
    const offsetMs = minute < 26 * 60 ? HOUR_MS : 0;
    const stepped = stepDigest(digest, { now, offsetMs, hourMs });
    told += stepped.due ? 1 : 0;
    digest = stepped.due ? withNoticed(stepped.digest, faultOf(String(minute), 'firing'), 'more') : stepped.digest;
  }

  assert.equal(told, 2);
});

test('another hour is kept from the next time on that it comes, the same day where it is later', () => {
  const hourAt = (hour: number) => (hour < 10 ? 8 : hour < 40 ? 18 : 6);
  let digest = emptyDigest();
  const told: number[] = [];
  for (let hour = 0; hour < 4 * 24; hour += 1) {
    const now = MIDNIGHT + hour * HOUR_MS;
    const stepped = stepDigest(digest, { now, offsetMs: 0, hourMs: hourAt(hour) * HOUR_MS });
    if (stepped.due) told.push(hour);
    digest = withNoticed(stepped.digest, faultOf(String(hour), 'firing'), 'more');
  }

  assert.deepEqual(told, [8, 18, 54, 78]);
});

test('a service that was started after the hour of the digest tells it at another one that is set for today', () => {
  const at = { offsetMs: 0, now: MIDNIGHT + 9 * HOUR_MS };
  const started = withNoticed(stepDigest(emptyDigest(), { ...EIGHT, ...at }).digest, faultOf('a', 'firing'), 'a');

  const set = stepDigest(started, { ...at, hourMs: 10 * HOUR_MS });
  const told = stepDigest(set.digest, { ...at, now: MIDNIGHT + 10 * HOUR_MS, hourMs: 10 * HOUR_MS });

  assert.equal(set.due, undefined);
  assert.equal(told.due?.noticed.length, 1);
});

test('however much is noticed, it stays bounded and is counted', () => {
  let digest = emptyDigest();
  for (let i = 0; i < 3 * MAX_NOTICED; i += 1) digest = withNoticed(digest, faultOf(String(i), 'firing'), 'x');
  for (let i = 0; i < 3 * MAX_MAILS; i += 1) digest = withMail(digest, { at: i, watch: 'w', said: 'x' }, []);

  assert.deepEqual([digest.noticed.length, digest.noticedDropped], [MAX_NOTICED, 2 * MAX_NOTICED]);
  assert.deepEqual([digest.mails.length, digest.mailsDropped], [MAX_MAILS, 2 * MAX_MAILS]);
});

test('what fired is known by watch for 30 days', () => {
  const rows = [0, 1, 29, 40].reduce<readonly FiredRow[]>(
    (sum, day) => withFired(sum, MIDNIGHT + day * DAY_MS, [{ watch: 'a', faults: 2, mails: 1 }]),
    [],
  );

  assert.deepEqual(firedByWatch(rows, MIDNIGHT + 40 * DAY_MS).get('a'), { watch: 'a', faults: 4, mails: 2 });
  assert.deepEqual(firedByWatch(rows, MIDNIGHT + 80 * DAY_MS).get('a'), undefined);
});

/** Hours at which a digest came, with what it said. */
function hoursOf(days: number, at: (digest: DigestState, hour: number) => DigestState) {
  const told: (readonly [number, readonly string[]])[] = [];
  let digest = emptyDigest();
  for (let hour = 0; hour < days * 24; hour += 1) {
    const stepped = stepDigest(digest, { now: MIDNIGHT + hour * HOUR_MS, ...EIGHT });
    if (stepped.due) told.push([hour, stepped.due.noticed.map(({ said }) => said)]);
    digest = JSON.parse(JSON.stringify(at(stepped.digest, hour))) as DigestState;
  }
  return told;
}

function faultOf(id: string, state: 'firing' | 'resolved'): Fault {
  const finding = findingOf({ drawing: '' }, START);
  return {
    ...{ id, key: id, watch: 'quiet', source: 'nginx', severity: 'warning', state, firstAt: START, hits: 1 },
    ...{ clearAfterMs: 1, first: finding, peak: finding, last: finding, resolvedAt: START + HOUR_MS },
  };
}
