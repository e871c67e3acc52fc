/** A view answers as one does that goes through the steps of the pages one by one, to the last bit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodePage, encodePage } from '../../../src/core/window/codec.ts';
import { createStepArrays, emptyPage, type Page } from '../../../src/core/window/page.ts';
import { MINUTES, pageMs, pageOf, type Ring, SECONDS, STEPS_PER_PAGE } from '../../../src/core/window/rings.ts';
import { createView } from '../../../src/core/window/view.ts';

const NEWEST = Date.UTC(2026, 10, 25, 3, 41, 17);
const VIEW_FROM = (pageOf(SECONDS, NEWEST) - SECONDS.pages + 2) * pageMs(SECONDS);
/** Counted, with values of its own, with one of several labels. */
const NAMES = ['x', 'value', 'x{host=a}', 'x{host=b%2C1}', 'x{host=a,path=/}', 'x{hostname=a}', 'xx{host=a}'];

interface Drawn {
  readonly ring: 's' | 'm';
  readonly back: number;
  readonly steps: readonly (readonly [name: number, step: number, count: number, value: number])[];
}

const drawnPage: fc.Arbitrary<Drawn> = fc.record({
  ring: fc.constantFrom('s', 'm'),
  back: fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: SECONDS.pages - 2 })),
  steps: fc.array(
    fc.tuple(
      fc.nat({ max: NAMES.length - 1 }),
      fc.nat({ max: STEPS_PER_PAGE - 1 }),
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
    ),
    { maxLength: 60 },
  ),
});
const pages = fc.uniqueArray(drawnPage, { maxLength: 12, selector: ({ ring, back }) => `${ring}${back}` });
/** Around what is held, wide and narrow, the wrong way round too. */
const time = fc.oneof(
  fc.integer({ min: -20 * 3_600, max: 3_600 }).map((second) => NEWEST + second * 1_000),
  fc.integer({ min: -1_800, max: 100 }).map((second) => NEWEST + second * 1_000),
);
const range = fc.oneof(
  fc.tuple(time, time),
  fc.tuple(time, fc.constantFrom(1_000, 3_000, 10_000, 60_000, 1_800_000)).map(([end, ms]) => [end - ms, end] as const),
);

test('sums, first and last seen are those of a walk over the steps', () => {
  fc.assert(
    fc.property(pages, fc.array(range, { minLength: 1, maxLength: 20 }), (drawn, ranges) => {
      const read = drawn.map(pageOfDrawn);
      const view = createView(read, NEWEST);

      for (const name of [...NAMES, 'unknown']) {
        for (const [start, end] of ranges) {
          const walked = walk(read, name, start, end);
          assert.equal(view.count(name, start, end), walked.count);
          assert.deepEqual(view.sum(name, start, end), { count: walked.count, sum: walked.sum });
          assert.equal(view.firstSeen(name, start, end), walked.first);
          assert.equal(view.lastSeen(name, start, end), walked.last);
        }
      }
    }),
  );
});

test('keys are those of the label alone, most counts first', () => {
  fc.assert(
    fc.property(
      pages,
      fc.array(time, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 3 }),
      (drawn, times, limit) => {
        const read = drawn.map(pageOfDrawn);
        const view = createView(read, NEWEST);

        for (const to of times) {
          const counts = ['x{host=a}', 'x{host=b%2C1}'].map((key) => ({ key, count: countedLately(read, key, to) }));
          const wanted = counts
            .filter(({ count }) => count > 0)
            .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
          assert.deepEqual(
            view.keys('x', 'host', to, limit),
            wanted.slice(0, limit).map(({ key }) => key),
          );
        }
      },
    ),
  );
});

test('sketches are asked for when something looks at them, once', () => {
  let asked = 0;
  const view = createView([], NEWEST, () => {
    asked += 1;
    return [];
  });

  view.count('x', NEWEST - 60_000, NEWEST);
  view.keys('x', 'host', NEWEST, 5);
  const askedByCounting = asked;
  const lines = view.exemplars('x', NEWEST - 60_000, NEWEST, 5);
  const tops = view.tops('x', NEWEST - 60_000, NEWEST);

  assert.deepEqual({ askedByCounting, asked, lines, tops }, { askedByCounting: 0, asked: 1, lines: [], tops: [] });
});

function pageOfDrawn({ ring, back, steps }: Drawn): Page {
  const newArray = createStepArrays();
  const page = emptyPage(ring, pageOf(ring === 's' ? SECONDS : MINUTES, NEWEST) - back);
  for (const [index, step, count, value] of steps) {
    const name = NAMES[index] ?? '';
    const known = page.series.get(name) ?? { counts: newArray(), sums: newArray() };
    page.series.set(name, known);
    known.counts[step] = count;
    known.sums[step] = name === 'value' ? value : count;
  }
  return decodePage(encodePage(page)) as Page;
}

interface Walked {
  count: number;
  sum: number;
  first: number | undefined;
  last: number | undefined;
}

/** Whole minutes where the seconds ring does not reach, then seconds. */
function walk(read: readonly Page[], name: string, start: number, end: number): Walked {
  const walked: Walked = { count: 0, sum: 0, first: undefined, last: undefined };
  const border = Math.max(start, Math.min(end, VIEW_FROM));
  if (start < VIEW_FROM)
    walkRing(walked, { ring: MINUTES, read, name, start: floorMinute(start), end: floorMinute(border) });
  if (start >= VIEW_FROM) walkRing(walked, { ring: SECONDS, read, name, start, end });
  else if (border < end) walkRing(walked, { ring: SECONDS, read, name, start: border, end });
  return walked;
}

function walkRing(
  walked: Walked,
  { ring, read, name, start, end }: { ring: Ring; read: readonly Page[]; name: string; start: number; end: number },
): void {
  for (const page of read.filter((one) => one.ring === ring.name).sort((a, b) => a.page - b.page)) {
    const steps = page.series.get(name);
    for (let step = 0; steps && step < STEPS_PER_PAGE; step += 1) {
      const at = page.page * pageMs(ring) + step * ring.stepMs;
      if (at < Math.floor(start / ring.stepMs) * ring.stepMs || at >= end) continue;
      walked.count += steps.counts[step] ?? 0;
      walked.sum += steps.sums[step] ?? 0;
      if ((steps.counts[step] ?? 0) === 0) continue;
      walked.first ??= at;
      walked.last = at;
    }
  }
}

/** In the minutes that the last thirty before `to` touch. */
function countedLately(read: readonly Page[], key: string, to: number): number {
  let count = 0;
  for (const page of read.filter(({ ring }) => ring === 'm')) {
    page.series.get(key)?.counts.forEach((more, step) => {
      const at = page.page * pageMs(MINUTES) + step * MINUTES.stepMs;
      if (at + MINUTES.stepMs > to - 1_800_000 && at < to) count += more;
    });
  }
  return count;
}

function floorMinute(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}
