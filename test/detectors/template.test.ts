import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DetectorRunner, Judgement, Options, WindowView } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/template.ts';

const STEP = 10_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 10, 25, 5, 0, 0);

test('what is new after a day is told once it came three times', () => {
  const log = lines(
    ['usual <*>', every(HOUR, 0, 30 * HOUR)],
    ['disk <*> is lost', [26 * HOUR, 26 * HOUR + MINUTE, 27 * HOUR]],
  );

  const told = tell(log);

  assert.deepEqual(told, [[27 * HOUR, 'disk <*> is lost', 3]]);
});

test('one old line and a silent day teach nothing: six hours with lines do, or a week', () => {
  const first: [string, number[]] = ['old <*>', [0]];
  const kinds = (from: number): [string, number[]][] =>
    [0, 1, 2].map((i) => [`kind${i} broke`, every(MINUTE, from + i * HOUR, from + i * HOUR + 10 * MINUTE)]);

  assert.deepEqual(tell(lines(first, ...kinds(30 * HOUR))), []);
  const busy = lines(first, ['usual <*>', every(HOUR, 30 * HOUR, 40 * HOUR)], ...kinds(38 * HOUR));
  assert.equal(tell(busy).length, 3);
  assert.equal(tell(lines(first, ...kinds(7 * 24 * HOUR))).length, 3);
});

test('a log that is new in a source that was read for weeks is learnt first', () => {
  const runner = compile({ whole: 'log.lines' });
  const kinds = (from: number): [string, number[]] => ['order <*> was retried', every(MINUTE, from, from + 5 * MINUTE)];
  const young = lines(kinds(20 * 24 * HOUR));
  const older = lines(['usual', every(HOUR, 19 * 24 * HOUR, 21 * 24 * HOUR)], kinds(20 * 24 * HOUR + 12 * HOUR));

  assert.deepEqual(tell(young, new Map(), { runner }), []);
  assert.equal(tell(older, new Map(), { runner }).length, 1);
  assert.equal(tell(young).length, 1, 'without whole, twenty days without an error were enough');
});

test('what came before is not new, however long ago that was', () => {
  const log = lines(
    ['usual <*>', every(HOUR, 0, 80 * HOUR)],
    ['odd', [MINUTE, ...every(MINUTE, 78 * HOUR, 79 * HOUR)]],
  );

  assert.deepEqual(tell(log), []);
});

test('two lines a day are a slip', () => {
  const log = lines(['usual', every(HOUR, 0, 100 * HOUR)], ['slip', every(13 * HOUR, 30 * HOUR, 99 * HOUR)]);

  assert.deepEqual(tell(log), []);
});

test('of fatal lines one is enough', () => {
  const fatal = lines(['out of memory', [30 * HOUR]]);

  const told = tell(lines(['usual', every(HOUR, 0, 31 * HOUR)], ['out of memory', [30 * HOUR]]), fatal);

  assert.deepEqual(told, [[30 * HOUR, 'out of memory', 1]]);
});

test('what is new at once is one finding, and what is new while it is open comes after it', () => {
  const burst = (start: number) => every(STEP, start, start + MINUTE);
  const log = lines(
    ['usual', every(HOUR, 0, 40 * HOUR)],
    ['queue is gone', burst(30 * HOUR)],
    ['cache is gone', burst(30 * HOUR)],
    ['disk is full', burst(30 * HOUR + 30_000)],
  );

  const told = tell(log, new Map(), { openMs: 10 * MINUTE });

  assert.deepEqual(told, [
    [30 * HOUR + 20_000, 'cache is gone (and 1 more that is new)', 3],
    [30 * HOUR + 20_000 + 10 * MINUTE, 'disk is full', 6],
  ]);
});

test('beyond five a day they wait and are told together', () => {
  const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
  const log = lines(
    ['usual', every(HOUR, 0, 80 * HOUR)],
    ...names.map((name, i): [string, number[]] => [
      `${name} broke`,
      every(STEP, (40 + i * 0.2) * HOUR, (40 + i * 0.2) * HOUR + 30_000),
    ]),
  );

  const told = tell(log);

  assert.equal(told.length, 6);
  assert.deepEqual(told.at(-1)?.slice(1), ['seven broke (and 1 more that is new)', 3]);
  assert.ok((told.at(-1)?.[0] ?? 0) - (told[0]?.[0] ?? 0) >= 24 * HOUR);
});

test('a log that has new kinds all day long has no news', () => {
  const log = lines(
    ...Array.from({ length: 400 }, (_, i): [string, number[]] => {
      const start = i * 20 * MINUTE;
      return [`${word(i)} happened to ${word(i + 7)}`, every(STEP, start, start + 30_000)];
    }),
  );

  assert.deepEqual(tell(log), []);
});

test('a word that was different before varies, one that never was does not', () => {
  const log = lines(
    ['usual', every(HOUR, 0, 40 * HOUR)],
    ['user alice has no cart', every(5 * HOUR, 0, 20 * HOUR)],
    ['user bob has no cart', every(5 * HOUR, HOUR, 20 * HOUR)],
    ['user dave has no cart', every(5 * HOUR, 2 * HOUR, 20 * HOUR)],
    ['user carol has no cart', every(MINUTE, 30 * HOUR, 31 * HOUR)],
    ['shop alice has no cart', every(MINUTE, 32 * HOUR, 33 * HOUR)],
  );

  assert.deepEqual(tell(log), [[32 * HOUR + 2 * MINUTE, 'shop alice has no cart', 3]]);
});

test('a hundred thousand templates take bounded memory and are no news, and what was known stays known', () => {
  const log = new Map<number, Map<string, number>>();
  for (let time = 0; time < 30 * HOUR; time += HOUR) log.set(time, new Map([['usual <*>', 3]]));
  for (let i = 0; i < 100_000; i += 1) {
    const at = 25 * HOUR + STEP * (1 + Math.floor(i / 32));
    log.set(at, (log.get(at) ?? new Map()).set(`${word(i)} ${word(i * 31)} x${i}`, 1));
  }
  let baseline: unknown;

  const told = tell(log, new Map(), {}, (judgement) => {
    baseline = judgement.baseline;
  });

  assert.deepEqual(told, []);
  assert.ok(JSON.stringify(baseline).length < 40_000);
  assert.ok(JSON.stringify(baseline).includes('"usual <*>"'));
});

test('a baseline that is stored and read back at any step changes nothing, and a step judged twice adds nothing', () => {
  const time = fc.integer({ min: 0, max: 40 * 360 }).map((step) => step * STEP);
  const template = fc.constantFrom('a b', 'a c', 'a <*>', 'd e f', 'd e g', 'h', 'x y z v w a b c', 'x y z v w a b d');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(template, time), { maxLength: 60 }),
      fc.array(fc.nat(60), { maxLength: 5 }),
      (seen, stores) => {
        const log = lines(...seen.map(([one, at]): [string, number[]] => [one, [at, at + STEP, at + 2 * STEP]]));
        const plain = tell(log);
        const stored = new Set(stores);

        assert.deepEqual(tell(log, new Map(), { storedAt: stored }), plain);
        assert.deepEqual(tell(log, new Map(), { isTwice: true }), plain);
      },
    ),
    { numRuns: 60 },
  );
});

test('a clock that jumps keeps what is known', () => {
  const runner = compile();
  const view = viewOf(new Map([[0, new Map([['usual', 5]])]]), new Map(), () => 0);
  let baseline: unknown;
  for (const now of [T0, T0 + 40 * 24 * HOUR, T0 + HOUR, T0 + 41 * 24 * HOUR]) {
    const judgement = runner.judge(inputAt(now, view, baseline, false));
    baseline = JSON.parse(JSON.stringify(judgement.baseline));
    assert.notEqual(judgement.verdict, 'bad');
  }
});

test('a known kind that comes fifty times as often is told where that is asked for', () => {
  const log = lines(
    ['order <*> was declined', every(20 * MINUTE, 0, 60 * HOUR)],
    ['order <*> was declined', every(24_000, 50 * HOUR, 51 * HOUR)],
    ['the queue is gone', every(24_000, 52 * HOUR, 53 * HOUR)],
  );
  const runner = compile({ tell: 'more' });

  const hourly: number[] = [];
  const told = tell(log, new Map(), { runner }, ({ finding }) => {
    if (finding) hourly.push((finding.expected * HOUR) / finding.windowMs);
  });

  assert.ok(told.length > 0 && told.every(([at]) => at > 50 * HOUR && at < 51 * HOUR));
  assert.deepEqual(new Set(told.map(([, subject]) => subject)), new Set(['order <*> was declined']));
  assert.ok(
    hourly.every((usual) => usual > 2.5 && usual < 3.5),
    String(hourly),
  );
  assert.equal(runner.spends, true);
  assert.equal(compile({ tell: 'more', score: 8 }).spends, false);
  assert.ok((runner.limitAt?.(0.1) ?? 0) > (runner.limitAt?.(1) ?? 0));
  assert.equal(compile().spends, undefined);
});

/** Step of the time after T0 to lines by template. */
type Log = ReadonlyMap<number, ReadonlyMap<string, number>>;

function lines(...given: readonly (readonly [string, readonly number[]])[]): Log {
  const log = new Map<number, Map<string, number>>();
  for (const [template, times] of given) {
    for (const time of times) {
      const step = time - (time % STEP);
      const counts = log.get(step) ?? new Map<string, number>();
      log.set(step, counts.set(template, (counts.get(template) ?? 0) + 1));
    }
  }
  return log;
}

function every(ms: number, from: number, to: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / ms) }, (_, i) => from + i * ms);
}

function word(i: number): string {
  return String.fromCharCode(97 + (i % 26), 97 + (Math.floor(i / 26) % 26), 97 + (Math.floor(i / 676) % 26));
}

function compile(more: Options = {}) {
  const defaults = Object.entries(detector.options).map(([name, spec]) => [name, spec.default]);
  return detector.compile({ ...Object.fromEntries(defaults), series: 'log.errors', fatal: 'log.fatal', ...more });
}

interface Telling {
  /** A finding opens a fault for so long. */
  readonly openMs?: number;
  /** Numbers of the steps with lines at which the baseline becomes JSON and back. */
  readonly storedAt?: ReadonlySet<number>;
  readonly isTwice?: boolean;
  readonly runner?: DetectorRunner;
}

/** Findings: step after T0, subject, value. Steps are judged where there are lines, and when a fault ends. */
function tell(
  log: Log,
  fatal: Log = new Map(),
  { openMs = 0, storedAt, isTwice, runner = compile() }: Telling = {},
  look: (judgement: Judgement) => void = () => {},
): (readonly [number, string | undefined, number])[] {
  let at = 0;
  const view = viewOf(log, fatal, () => at);
  let baseline: unknown;
  let openUntil = -1;
  const told: (readonly [number, string | undefined, number])[] = [];
  const ends = openMs > 0 ? [...log.keys()].map((time) => time + openMs) : [];
  const steps = [...new Set([0, ...log.keys(), ...ends])].sort((a, b) => a - b);
  for (const [index, step] of steps.entries()) {
    at = step;
    for (let time = 0; time < (isTwice ? 2 : 1); time += 1) {
      const judgement = runner.judge(inputAt(T0 + step + STEP, view, baseline, step < openUntil));
      baseline = storedAt?.has(index) ? JSON.parse(JSON.stringify(judgement.baseline)) : judgement.baseline;
      look(judgement);
      const { finding } = judgement;
      if (!finding) continue;
      told.push([step, finding.subject, finding.value]);
      openUntil = step + openMs;
    }
  }
  return told;
}

function inputAt(now: number, view: WindowView, baseline: unknown, open: boolean) {
  return { now, source: 'app', view, baseline, open, budget: 1, offsetMs: 0 };
}

/** Sees the lines of one step. */
function viewOf(log: Log, fatal: Log, step: () => number): WindowView {
  const entries = (series: string) => [...((series === 'log.fatal' ? fatal : log).get(step()) ?? [])];
  const refuse = () => assert.fail('it asks for heavy hitters only');
  return {
    ...{ from: 0, sum: refuse, keys: refuse, firstSeen: refuse, lastSeen: refuse, quantile: refuse, distinct: refuse },
    count: (series) => entries(series).reduce((sum, [, count]) => sum + count, 0),
    top: (series) => entries(series),
  };
}
