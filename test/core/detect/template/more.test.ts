import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pack, unpack } from '../../../../src/core/detect/packed.ts';
import { MAX_KINDS } from '../../../../src/core/detect/template/kinds.ts';
import {
  createMoreBook,
  judgeMore,
  type MoreBook,
  type MoreJudged,
} from '../../../../src/core/detect/template/more.ts';

const STEP = 10_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 10, 25);
const OPTIONS = { minTimes: 10, minCount: 20, warmUp: DAY };

test('a known kind that comes fifty times as often is told within the hour, as long as it lasts, and is well after it', () => {
  const storm = { from: 5 * DAY + 10 * MINUTE, to: 5 * DAY + 3 * HOUR };
  const judged = run({ usual: every(20 * MINUTE, 0, 6 * DAY), other: every(90 * MINUTE, 0, 6 * DAY) }, [
    ['usual', every(24_000, storm.from, storm.to)],
  ]);

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.ok(bad[0] && bad[0].at > storm.from && bad[0].at <= storm.from + 15 * MINUTE, `at ${bad[0]?.at}`);
  assert.deepEqual(
    bad[0].found.map(({ template }) => template),
    ['usual'],
  );
  assert.ok(bad[0].found[0] && bad[0].found[0].lines >= bad[0].found[0].limit && bad[0].found[0].usual < 4);
  const during = judged.filter(({ at }) => at > (bad[0]?.at ?? 0) && at < storm.to);
  assert.ok(during.every(({ verdict }) => verdict !== 'well'));
  assert.ok(judged.some(({ at, verdict }) => verdict === 'well' && at > storm.to && at < storm.to + 80 * MINUTE));
});

test('ten times as many of what comes once a day are few, and what never came is not for this watch to tell', () => {
  const often = every(30_000, 5 * DAY, 5 * DAY + HOUR);
  const judged = run({ usual: every(20 * MINUTE, 0, 6 * DAY), rare: every(DAY, HOUR, 6 * DAY) }, [
    ['rare', every(6 * MINUTE, 5 * DAY, 5 * DAY + HOUR)],
    ['unseen until now', often],
  ]);

  assert.ok(judged.every(({ verdict }) => verdict !== 'bad'));
});

test('on its first day it learns', () => {
  const judged = run({ usual: every(20 * MINUTE, 0, DAY) }, [['usual', every(STEP, 12 * HOUR, 13 * HOUR)]]);

  assert.ok(judged.every(({ verdict, note }) => verdict === 'unclear' && note === 'learns for 24 h first'));
});

test('a heap that comes every day is told on some days and is usual then', () => {
  const heaps = Array.from({ length: 8 }, (_, day) =>
    every(20_000, (day + 2) * DAY + 5 * HOUR, (day + 2) * DAY + 6 * HOUR),
  ).flat();
  const judged = run({ usual: every(20 * MINUTE, 0, 10 * DAY) }, [['usual', heaps]]);

  const days = new Set(judged.filter(({ verdict }) => verdict === 'bad').map(({ at }) => Math.floor(at / DAY)));
  assert.ok(days.has(2) && days.size <= 4, `told on days ${[...days]}`);
  assert.ok(!days.has(8) && !days.has(9));
});

test('kinds that differ by words count as one', () => {
  const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
  const carts = Object.fromEntries(
    names.map((name, i) => [`user ${name} has no cart`, every(6 * HOUR, (i + 1) * HOUR, 4 * DAY)]),
  );
  const storm = names.map((name, i): [string, number[]] => [
    `user ${name} has no cart`,
    every(3 * MINUTE, 4 * DAY + i * STEP, 4 * DAY + HOUR),
  ]);
  const bad = run(carts, storm).find(({ verdict }) => verdict === 'bad');

  assert.deepEqual(
    bad?.found.map(({ template }) => template),
    ['user <*> has no cart'],
  );
});

test('a flood of made-up messages takes bounded memory', () => {
  let book = createMoreBook(T0);
  for (let i = 0; i < 2_000; i += 1)
    book = step(book, T0 + (i + 1) * STEP, [[`${'abcdefgh'[i % 8]}${i} x${i}`, 1]]).book;

  assert.ok(book.kinds.length <= MAX_KINDS);
  assert.ok(pack(book).length < 45_000);
});

test('any steps, clocks that jump and books read back: the same, and nothing that is no number', () => {
  const jump = fc.oneof(fc.constantFrom(0, STEP, HOUR, -HOUR, 3 * DAY, -3 * DAY, 40 * DAY), fc.nat(100 * DAY));
  const lines = fc.tuple(fc.constantFrom('a b', 'a c', 'd', 'x y z v w'), fc.constantFrom(1, 3, 50, 1_000_000));
  fc.assert(
    fc.property(fc.array(fc.tuple(jump, lines), { maxLength: 40 }), (steps) => {
      let now = T0;
      let [kept, read] = [createMoreBook(T0), createMoreBook(T0)];
      for (const [jumpMs, line] of steps) {
        now = Math.floor((now + jumpMs) / STEP) * STEP + STEP;
        const [one, other] = [step(kept, now, [line]), step(read, now, [line])];
        assert.deepEqual(pack(other), pack(one));
        const numbers = one.found.flatMap((found) => [found.lines, found.usual, found.limit, found.score]);
        assert.ok([one.score, ...numbers].every(Number.isFinite));
        // Judged again it adds nothing.
        assert.equal(step(one.book, now, [line]).book, one.book);
        [kept, read] = [one.book, unpack(pack(other.book)) as MoreBook];
      }
    }),
    { numRuns: 100 },
  );
});

function step(book: MoreBook, now: number, entries: readonly (readonly [string, number])[], isOpen = false) {
  return judgeMore(book, { now, entries, budget: 0.05, isOpen }, OPTIONS);
}

/** Judged where there are lines or a fault is open, which ends after a minute that was well; `at` counts from T0. */
function run(
  usual: Readonly<Record<string, readonly number[]>>,
  more: readonly (readonly [string, readonly number[]])[],
): readonly (MoreJudged & { readonly at: number })[] {
  const log = new Map<number, Map<string, number>>();
  for (const [template, times] of [...Object.entries(usual), ...more]) {
    for (const time of times) {
      const at = Math.floor(time / STEP) * STEP + STEP;
      const counts = log.get(at) ?? new Map<string, number>();
      log.set(at, counts.set(template, (counts.get(template) ?? 0) + 1));
    }
  }
  const judged: (MoreJudged & { readonly at: number })[] = [];
  let book = createMoreBook(T0);
  let [isOpen, well] = [false, 0];
  for (let at = STEP; at <= Math.max(...log.keys()); at += STEP) {
    const entries = [...(log.get(at) ?? [])];
    if (entries.length === 0 && !isOpen) continue;
    const one = step(book, T0 + at, entries, isOpen);
    book = one.book;
    well = one.verdict === 'well' ? well + 1 : 0;
    isOpen = one.verdict === 'bad' || (isOpen && well < 6);
    judged.push({ ...one, at });
  }
  return judged;
}

function every(ms: number, from: number, to: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / ms) }, (_, i) => from + i * ms);
}
