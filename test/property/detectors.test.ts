/** What holds for every detector, whichever it is: found in their folder, each tried on a time in which it finds something. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { decideAgain } from '../../src/core/detect/decided-again.ts';
import { decodeDecision, encodeDecision, recordDecision } from '../../src/core/detect/decision.ts';
import { pack, unpack } from '../../src/core/detect/packed.ts';
import { redactDecision } from '../../src/core/detect/redacted.ts';
import { storedSize } from '../../src/core/detect/stored-size.ts';
import type { Finding } from '../../src/core/finding.ts';
import { VALUE_MAX } from '../../src/core/observe/observation.ts';
import type { DetectorPlugin, DetectorRunner, Judgement, Options, WatchSpec } from '../../src/core/plugin.ts';
import { compiled, FIRST, STORIES, type Story, type Telling, WRONG_MS, worldOf } from './detector-stories.ts';
import { CELL_MS, type Cell, judgeAt, type Kept, NOTHING, T0, type World } from './detector-world.ts';
import { runsOf } from './runs.ts';

const FOLDER = new URL('../../src/detectors/', import.meta.url);
/** A story as short as that has no time to be learnt. */
const SHORT_MS = 600_000;
/** A template watch remembers a hundred and fifty templates. */
const STORED_MAX = 48_000;
/** Of what is packed, whatever is in it. */
const HEAD_BYTES = pack(0).length - 1;
const FIGURE = fc.oneof(
  fc.constantFrom(0, 1, -1, 1e-300, 5e-324, VALUE_MAX, -VALUE_MAX),
  fc.double({ min: -VALUE_MAX, max: VALUE_MAX, noNaN: true }),
);
const COUNT = fc.oneof(fc.constantFrom(0, 1, 1_000_000_000), fc.nat(200));
const KEY = fc.oneof(
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.constantFrom('', '\u0000\u001b[31m', '<*> a', '__proto__', 'x'.repeat(300)),
);
const JUMP_MS = fc.oneof(
  fc.constantFrom(0, -CELL_MS, -3_600_000, -86_400_000, 3_600_000, 3 * 86_400_000, 40 * 86_400_000),
  fc.integer({ min: -1e9, max: 1e9 }),
);

for (const file of readdirSync(FOLDER)) {
  const { detector } = (await import(new URL(file, FOLDER).href)) as { detector: DetectorPlugin };
  const story = STORIES[detector.name];
  if (story === undefined) throw new Error(`${file} needs a story in detector-stories.ts`);
  const runner = compiled(detector, story.options);
  const plain = judgedAll(runner, story);

  test(`${detector.name}: what is wrong is found, and nothing before; a finding fits together`, () => {
    const bad = plain.filter(({ verdict }) => verdict === 'bad');

    assert.ok(bad.length > 0);
    for (const { at, finding, baseline } of bad) {
      assert.ok(at > story.wrongAt || detector.name === 'fill', `at ${at}`);
      assert.ok(finding);
      assertHonest(finding);
      assert.ok(pack(baseline).length < STORED_MAX);
    }
  });

  if (runner.spends) {
    test(`${detector.name}: with a score of its own it is no test of chance, and with less of a budget it takes more`, () => {
      assert.equal(compiled(detector, { ...story.options, score: 8 }).spends, false);
      const limits = [10, 1, 0.1, 0.02].map((budget) => runner.limitAt?.(budget) ?? Number.NaN);
      assert.ok(
        limits.every((limit, i) => i === 0 || limit > (limits[i - 1] ?? 0)),
        `${limits}`,
      );
    });
  }

  test(`${detector.name}: what it learnt, stored and read back at any step, changes nothing; nor does a step judged twice`, () => {
    const expected = plain.map(saidBy);
    fc.assert(
      fc.property(fc.array(fc.nat(plain.length), { maxLength: 40 }), (steps) => {
        const storedAt = new Set(steps);
        assert.deepEqual(judgedAll(runner, story, { storedAt }).map(saidBy), expected);
      }),
      { numRuns: 2 },
    );
  });

  test(`${detector.name}: what it learnt takes about as many bytes as it is taken for, stored and read back or not`, () => {
    for (const { baseline = null } of plain) {
      const stored = pack(baseline);
      const times = storedSize(baseline) / (stored.length - HEAD_BYTES);
      assert.ok(times > 0.7 && times < 1.8, `${times} times ${stored.length}`);
      assert.equal(storedSize(unpack(stored)), storedSize(baseline));
    }
  });

  test(`${detector.name}: what it learnt before may be written over, and it finds the same`, () => {
    assert.deepEqual(judgedAll(runner, story, { isSpared: true }).map(saidBy), plain.map(saidBy));
  });

  test(`${detector.name}: a decision that was kept is made again the same, and without the texts of logs too`, () => {
    const world = worldOf(story, FIRST);
    for (const [i, { verdict, at }] of plain.entries()) {
      if (verdict !== 'bad') continue;
      const { input } = judgeAt(runner, { world, now: T0 + at, kept: plain[i - 1]?.after ?? NOTHING });
      const watch = watchOn(detector.name, story.options);
      const what = { fault: 'f1', to: 'firing', by: '1.2.3', watch } as const;
      const decision = decodeDecision(encodeDecision(recordDecision(what, runner, input)));
      assert.ok(decision);
      const redacted = redactDecision(decision);
      assert.deepEqual(
        [decision, redacted].map((one) => decideAgain(one, compiled(detector, one.watch.options)).isSame),
        [true, true],
        `at ${at}`,
      );
      assert.doesNotMatch(JSON.stringify(redacted), /client \d|is lost/);
    }
  });

  test(`${detector.name}: any finite figures, at any times, make no figure that is not finite, and stay small`, () => {
    const cell = fc.record({ count: COUNT, value: FIGURE, keys: fc.array(fc.tuple(KEY, COUNT), { maxLength: 4 }) });
    const step = fc.tuple(
      fc.oneof({ weight: 4, arbitrary: fc.constant(runner.everyMs) }, { weight: 1, arbitrary: JUMP_MS }),
      cell,
      fc.nat(60),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => survive(runner, steps)),
      { numRuns: Math.min(200, runsOf(12)) },
    );
  });

  test(`${detector.name}: clocks that jump and gaps of days are survived: afterwards it finds as before`, () => {
    fc.assert(
      fc.property(fc.array(JUMP_MS, { minLength: 1, maxLength: 3 }), (jumps) => {
        let kept: Kept = plain.at(-1)?.after ?? NOTHING;
        let { start } = FIRST;
        for (const [i, jumpMs] of jumps.entries()) {
          start = Math.floor((start + story.wrongAt + jumpMs) / CELL_MS) * CELL_MS;
          const short = { ...story, wrongAt: SHORT_MS };
          kept = judgedAll(runner, short, { kept, telling: { start, nth: i + 1 } }).at(-1)?.after ?? kept;
        }
        start += 3 * 86_400_000;
        const again = judgedAll(runner, story, { kept, telling: { start, nth: jumps.length + 1 } });
        assert.ok(
          again.some(({ verdict, at }) => verdict === 'bad' && at >= story.wrongAt),
          `${jumps}`,
        );
      }),
      { numRuns: Math.min(20, runsOf(2)), examples: [[[-359_890_001]]] },
    );
  });
}

function watchOn(detector: string, options: Options): WatchSpec {
  const told = { name: 'made-up', title: 'things', why: 'because', whatToDo: 'look', severity: 'warning' } as const;
  return { ...told, detector, options, clearAfterMs: 60_000, rank: 0 };
}

interface Judged extends Judgement {
  /** After the beginning of the story. */
  readonly at: number;
  readonly after: Kept;
}

interface Judging {
  /** Steps at which the baseline is stored and read back, and that are judged twice. */
  readonly storedAt?: ReadonlySet<number>;
  readonly kept?: Kept;
  readonly telling?: Telling;
  /** It is given what it had learnt before the last step, to write over. */
  readonly isSpared?: boolean;
}

/** The whole story. */
function judgedAll(
  runner: DetectorRunner,
  story: Story,
  { storedAt, kept: first = NOTHING, telling = FIRST, isSpared = false }: Judging = {},
): readonly Judged[] {
  const world = worldOf(story, telling);
  const judged: Judged[] = [];
  let kept = first;
  let spare: unknown;
  for (let at = runner.everyMs; at <= story.wrongAt + WRONG_MS; at += runner.everyMs) {
    const step = { world, now: telling.start + at, kept };
    const given = isSpared ? pack(kept.baseline ?? null) : undefined;
    const { judgement, after } = judgeAt(runner, isSpared ? { ...step, spare } : step);
    if (isSpared) assert.deepEqual(pack(kept.baseline ?? null), given, 'the baseline given stayed as it was');
    // As the engine does: what a step began from is nobody's once the step has learnt something else.
    if (after.baseline !== kept.baseline) spare = kept.baseline;
    kept = after;
    if (storedAt?.has(judged.length)) {
      assert.deepEqual(judgeAt(runner, step).judgement, judgement, 'the baseline given stayed as it was');
      kept = { ...after, baseline: unpack(pack(after.baseline ?? null)) };
    }
    judged.push({ ...judgement, at, after });
  }
  return judged;
}

function saidBy({ verdict, finding, score, note, at }: Judged) {
  return { verdict, finding, score, note, at };
}

function survive(runner: DetectorRunner, steps: readonly (readonly [number, Cell, number])[]): void {
  const cells = new Map<number, Cell>();
  const world: World = (_, time) => cells.get(time);
  let now = T0;
  let kept = NOTHING;
  for (const [jumpMs, cell, times] of steps) {
    for (let time = 0; time <= times; time += 1) {
      now = Math.floor((now + (time === 0 ? jumpMs : runner.everyMs)) / runner.everyMs) * runner.everyMs;
      cells.set(now - CELL_MS, cell);
      const { judgement, after } = judgeAt(runner, { world, now, kept });
      assertFinite({ ...judgement, baseline: undefined }, 'said');
      assertFinite(judgement.baseline, 'learnt');
      assert.ok(pack(judgement.baseline ?? null).length < STORED_MAX);
      kept = after;
    }
  }
}

/** Not a number stands for nothing in lists of floats alone. */
function assertFinite(value: unknown, place: string): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${place} is ${value}`);
  if (value instanceof Float32Array) {
    assert.ok(
      value.every((one) => Math.abs(one) !== Number.POSITIVE_INFINITY),
      place,
    );
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) assertFinite(one, `${place}.${name}`);
  }
}

/** Times and figures of a finding that a reader could hold against each other. */
function assertHonest(finding: Omit<Finding, 'watch'>): void {
  const { time, since, value, expected, limit, usual, agreeing, windowMs, part, whole, record } = finding;
  assertFinite(finding, 'finding');
  const said = JSON.stringify(finding);
  assert.ok(T0 <= since && since < time, said);
  assert.ok(
    value >= expected ? limit >= expected : limit <= expected,
    `the limit is on the side of the value: ${said}`,
  );
  if (usual) assert.ok(usual.low <= expected && expected <= usual.high, said);
  if (usual) assert.ok(value >= expected ? limit >= usual.high || value > usual.high : value < usual.low, said);
  if (agreeing) assert.ok(agreeing.includes(windowMs), said);
  if (part !== undefined && whole !== undefined)
    assert.ok(part <= whole && Math.abs(part / whole - value) < 1e-9, said);
  if (record) assert.ok(record.side === 'high' ? record.next < value : record.next > value, said);
}
