import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  emptyBook,
  type FaultBook,
  MAX_ENDED_KEPT,
  MAX_OPEN_FAULTS,
  MAX_RECENT,
} from '../../../src/core/decide/book.ts';
import { stepFaults } from '../../../src/core/decide/faults.ts';
import { stepTellings, type Telling } from '../../../src/core/decide/tellings.ts';
import type { Transition } from '../../../src/core/types.ts';
import { judge, keyOf, type Lane, START } from './drawing.ts';

const STEPS = 40;

/** Up to eight keys over two sources, four ranks and severities, some read and with parents, with any verdicts, in steps of 1 s to 20 min. */
const story = fc.record({
  lanes: fc
    .array(
      fc.record({
        drawing: fc
          .array(fc.constantFrom('#', '#', '!', '.', '.', '?', ' '), { minLength: STEPS, maxLength: STEPS })
          .map((letters) => letters.join('')),
        source: fc.constantFrom('nginx', 'machine'),
        rank: fc.integer({ min: 0, max: 3 }),
        severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
        clearAfterMs: fc.constantFrom(1_000, 20_000, 60_000),
        reads: fc.boolean(),
        above: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((lanes) =>
      lanes.map(({ reads, above, ...lane }, i) => ({
        ...{ ...lane, name: `watch ${i}` },
        ...(reads && { readingMs: 15_000 }),
        ...(reads && i > 0 && above > 0 && { parents: parentsOf(i, above) }),
      })),
    ),
  stepMs: fc.constantFrom(1_000, 10_000, 30_000, 1_200_000),
});

/** Of those that are named before it. */
function parentsOf(i: number, above: number): NonNullable<Lane['parents']> {
  const watches = Array.from({ length: Math.min(i, above) }, (_, nth) => `watch ${i - 1 - nth}`);
  return { watches, waitMs: 20_000 };
}

test('whatever the verdicts, a fault is pending before it fires and ends once', () => {
  fc.assert(
    fc.property(story, ({ lanes, stepMs }) => {
      const states = new Map<string, string>();
      run(lanes, stepMs, ({ transitions }) => {
        for (const { fault, to } of transitions) {
          const from = states.get(fault.id) ?? 'new';
          assert.ok(
            ['new pending', 'pending firing', 'pending resolved', 'firing resolved'].includes(`${from} ${to}`),
            `${from} ${to}`,
          );
          assert.equal(fault.state, to);
          states.set(fault.id, to);
        }
      });
    }),
  );
});

test('one key never has two open faults', () => {
  fc.assert(
    fc.property(story, ({ lanes, stepMs }) => {
      run(lanes, stepMs, ({ book }) => {
        assert.equal(new Set(book.faults.map(({ key }) => key)).size, book.faults.length);
      });
    }),
  );
});

test('a group is told firing once, then updates, then resolved once, and worse with every update', () => {
  fc.assert(
    fc.property(story, ({ lanes, stepMs }) => {
      const told = new Map<string, Telling[]>();
      run(lanes, stepMs, ({ tellings }) => {
        for (const one of tellings) told.set(one.group.id, [...(told.get(one.group.id) ?? []), one]);
      });
      for (const tellings of told.values()) {
        const order = tellings.map(({ transition }) => transition.charAt(0)).join('');
        assert.match(order, /^fu{0,2}r?$/);
        assert.equal(new Set(tellings.map(({ leader }) => leader.key)).size, 1, 'the leader stays');
        assert.equal(new Set(tellings.map(({ leader }) => leader.id)).size, 1);
        for (const { faults, leader } of tellings) assert.equal(faults[0], leader);
      }
    }),
  );
});

test('what is told firing is told resolved when, and only when, nothing of it fires any more', () => {
  fc.assert(
    fc.property(story, ({ lanes, stepMs }) => {
      const open = new Set<string>();
      run(lanes, stepMs, ({ book, tellings }) => {
        for (const { transition, group, faults } of tellings) {
          if (transition === 'firing') open.add(group.id);
          if (transition !== 'resolved') continue;
          assert.ok(open.delete(group.id));
          assert.ok(faults.every(({ state }) => state === 'resolved'));
        }
        const firing = new Set(book.faults.flatMap(({ group }) => group ?? []));
        for (const id of open) assert.ok(firing.has(id), 'an open group has a firing fault');
        assert.deepEqual(new Set(book.groups.map(({ id }) => id)), firing, 'every firing fault has its group');
      });
    }),
  );
});

test('a step done again from the same book decides the same, and leaves the book as it was', () => {
  fc.assert(
    fc.property(story, ({ lanes, stepMs }) => {
      run(lanes, stepMs, ({ before, again, book, transitions, tellings }) => {
        const text = JSON.stringify(before);
        assert.deepEqual(again(), { book, transitions, tellings });
        assert.equal(JSON.stringify(before), text);
      });
    }),
    { numRuns: 30 },
  );
});

test('the book passes through JSON unchanged', () => {
  fc.assert(
    fc.property(story, ({ lanes, stepMs }) => {
      run(lanes, stepMs, ({ book }) => assert.deepEqual(JSON.parse(JSON.stringify(book)), book));
    }),
  );
});

test('the book stays bounded when everything breaks and mends all the time', () => {
  const lanes = Array.from({ length: 700 }, (_, i) => ({
    name: `watch ${i}`,
    rank: i % 4,
    clearAfterMs: 1_000,
    drawing: ['!!..!!..', '!..!!..!', '.!!!..!!', '!!!!!!!!'][i % 4] ?? '',
  }));
  run(lanes, 70_000, ({ book }) => {
    assert.ok(book.faults.length <= MAX_OPEN_FAULTS);
    assert.ok(book.groups.length <= MAX_OPEN_FAULTS);
    assert.ok(book.recent.length <= MAX_RECENT);
    for (const { ended } of book.groups) assert.ok(ended.length <= MAX_ENDED_KEPT);
  });
});

interface Decided {
  readonly book: FaultBook;
  readonly transitions: readonly Transition[];
  readonly tellings: readonly Telling[];
}

interface Step extends Decided {
  readonly before: FaultBook;
  /** Does the step once more. */
  readonly again: () => Decided;
}

function run(lanes: readonly (Lane & { name: string })[], stepMs: number, look: (step: Step) => void): void {
  const ranks = new Map(lanes.map(({ name, rank }) => [name, rank ?? 0]));
  let before = emptyBook();
  const length = lanes[0]?.drawing.length ?? 0;
  for (let i = 0; i < length; i++) {
    for (const source of ['nginx', 'machine']) {
      const from = before;
      const again = () => decide(from, i, source);
      const decided = again();
      look({ ...decided, before: from, again });
      before = decided.book;
    }
  }

  function decide(book: FaultBook, i: number, source: string): Decided {
    const now = START + i * stepMs;
    const own = lanes.filter((lane) => (lane.source ?? 'nginx') === source);
    const judged = own.flatMap((lane) => judge(lane, i, now) ?? []);
    const rests = own.filter(({ readingMs, drawing }) => readingMs !== undefined && drawing[i] === ' ');
    const resting = new Set(rests.map(keyOf));
    const stepped = stepFaults(book, { now, judged, resting, opening: true });
    const told = stepTellings(stepped.book, now, { rankOf: (watch) => ranks.get(watch) ?? 99 });
    return { book: told.book, transitions: stepped.transitions, tellings: told.tellings };
  }
}
