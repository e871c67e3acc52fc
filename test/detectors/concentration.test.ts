import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkOptions } from '../../src/config/options.ts';
import type { Judgement, Options, WindowView } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/concentration.ts';
import { chance, poisson, T0 } from './traffic.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const MINUTE = 60;

/** Counts of the keys in a minute. */
type Talk = (minute: number) => Readonly<Record<string, number>>;

test('a client that usually has nothing and now has most of it is told by name within the window, and is well when it stops', () => {
  const judged = judge(
    3 * DAY,
    visitors((minute) => (isBetween(minute, 2 * DAY, 2 * DAY + HOUR) ? { loop: 600 } : {})),
  );

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  const [first] = bad;
  assert.ok(first && first.at > 2 * DAY && first.at <= 2 * DAY + 5 * MINUTE, `at ${first?.at}`);
  assert.equal(first.finding?.subject, 'loop');
  assert.ok((first.finding?.value ?? 0) >= 0.5 && (first.finding?.expected ?? 1) < 0.01);
  assert.ok((bad.at(-1)?.at ?? 0) <= 2 * DAY + HOUR + 5 * MINUTE);
  assert.equal(judged.find(({ at }) => at === 2 * DAY + HOUR + 10 * MINUTE)?.verdict, 'well');
});

test('the same client is told again the next day', () => {
  const isDuring = (minute: number) =>
    isBetween(minute, 2 * DAY, 2 * DAY + HOUR) || isBetween(minute, 3 * DAY, 3 * DAY + HOUR);
  const judged = judge(
    3 * DAY + HOUR,
    visitors((minute) => (isDuring(minute) ? { loop: 600 } : {})),
  );

  assert.ok(judged.some(({ at, verdict }) => at > 3 * DAY && verdict === 'bad'));
});

for (const [name, more] of Object.entries<Talk>({
  'one big customer by day': (minute) => ({ customer: isDay(minute) ? 200 : 0 }),
  'a monitoring bot that has all of the night': () => ({ bot: 40 }),
  'another crawler each night': (minute) => (isDay(minute) ? {} : { [`crawler ${Math.floor(minute / 1_440)}`]: 80 }),
  nobody: () => ({}),
})) {
  test(`a healthy site with ${name} is silent`, () => {
    const judged = judge(4 * DAY, visitors(more));

    assert.deepEqual(
      judged
        .filter(({ verdict }) => verdict === 'bad')
        .map(({ at, finding }) => [at / HOUR, finding?.subject, finding?.part]),
      [],
    );
  });
}

test('who comes to stay is told once and then usual', () => {
  const judged = judge(
    4 * DAY,
    visitors((minute) => (minute >= 2_880 ? { newcomer: 600 } : {})),
  );

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.ok((bad.at(-1)?.at ?? DAY * 9) < 3 * DAY);
  assert.ok(judged.filter(({ at }) => at > 3 * DAY).every(({ verdict }) => verdict === 'well'));
});

test('before its warm-up it says how long it needs', () => {
  const judged = judge(
    HOUR,
    visitors(() => ({ loop: 600 })),
  );

  assert.match(judged.at(-1)?.note ?? '', /^needs 20 more h to know who is usual$/);
});

test('whatever is counted, a finding is finite and what is learnt stays small and is the same when it is read back', () => {
  const keys = fc.dictionary(fc.string({ maxLength: 300 }), fc.integer({ min: 0, max: 10_000_000 }), { maxKeys: 60 });
  fc.assert(
    fc.property(fc.array(keys, { minLength: 1, maxLength: 4 }), (talks) => {
      const talk: Talk = (minute) => talks[Math.floor(minute / 600) % talks.length] ?? {};

      const judged = judge(40 * HOUR, talk, (baseline) => baseline);

      assert.deepEqual(judge(40 * HOUR, talk), judged);
      for (const { finding, baseline } of judged) {
        assert.ok(JSON.stringify(baseline).length < 20_000);
        if (finding) assert.ok(finding.value <= 1 && finding.limit <= finding.value && Number.isFinite(finding.limit));
      }
    }),
    { numRuns: 5 },
  );
});

/** A site with a hundred visitors, many by day and few at night. */
function visitors(more: Talk): Talk {
  return (minute) => {
    const random = chance(minute);
    const seen: Record<string, number> = {};
    for (let one = 0; one < 100; one += 10) {
      seen[`visitor ${one + (minute % 10)}`] = poisson(isDay(minute) ? 20 : 0.5, random);
    }
    return { ...seen, ...more(minute) };
  };
}

function isDay(minute: number): boolean {
  const hour = (minute / 60) % 24;
  return hour >= 7 && hour < 23;
}

function isBetween(minute: number, from: number, to: number): boolean {
  return minute * MINUTE >= from && minute * MINUTE < to;
}

/** Judged once a minute, which is on its grid. */
function judge(
  seconds: number,
  talk: Talk,
  stored: (baseline: unknown) => unknown = (baseline) => JSON.parse(JSON.stringify(baseline)),
): (Judgement & { readonly at: number })[] {
  const given: Options = { series: 'http.requests', by: 'client' };
  const runner = detector.compile(checkOptions(detector.options, given).options);
  const view = talkView(talk);
  const judged: (Judgement & { readonly at: number })[] = [];
  let baseline: unknown;
  let open = false;
  for (let at = MINUTE; at <= seconds; at += MINUTE) {
    const now = T0 + at * 1_000;
    const judgement = runner.judge({ now, source: 'nginx', view, baseline, open, budget: 1, offsetMs: 0 });
    baseline = stored(judgement.baseline);
    open = judgement.verdict === 'bad' || (open && judgement.verdict !== 'well');
    judged.push({ ...judgement, at });
  }
  return judged;
}

function talkView(talk: Talk): WindowView {
  const kept = new Map<number, Readonly<Record<string, number>>>();
  function minutes(from: number, to: number) {
    const seen: Readonly<Record<string, number>>[] = [];
    for (let time = Math.max(T0, from); time < to; time += 60_000) {
      const minute = (time - T0) / 60_000;
      if (!kept.has(minute)) kept.set(minute, talk(minute));
      seen.push(kept.get(minute) ?? {});
    }
    return seen;
  }
  return {
    count: (_, from, to) => minutes(from, to).reduce((sum, one) => sum + total(one), 0),
    top(_series, _by, from, to) {
      const totals = new Map<string, number>();
      for (const one of minutes(from, to)) {
        for (const [key, count] of Object.entries(one)) totals.set(key, (totals.get(key) ?? 0) + count);
      }
      return [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    },
    sum: () => ({ count: 0, sum: 0 }),
    keys: () => [],
    firstSeen: () => undefined,
    lastSeen: () => undefined,
    quantile: () => undefined,
    distinct: () => undefined,
    from: 0,
  };
}

function total(one: Readonly<Record<string, number>>): number {
  return Object.values(one).reduce((sum, count) => sum + count, 0);
}
