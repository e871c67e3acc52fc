import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JudgeInput, Options } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/ratio.ts';
import { chance, gaussian, judgeTraffic, poisson, type Second, T0 } from './traffic.ts';

const OPTIONS = {
  ...{
    part: 'http.5xx',
    whole: 'http.requests',
    score: 6,
    urgentScore: 9,
    minPart: 5,
    minShare: 0.02,
    minTimes: 1.5,
    minLearnt: 0,
    leave: 0.5,
    lasting: 1,
  },
};

test('30% errors at 40 requests a second fire beyond doubt within two seconds', () => {
  const judged = judge(120, (second) => ({ 'http.requests': 40, 'http.5xx': second >= 60 ? 12 : 0 }));

  const urgent = judged.find(({ finding }) => finding?.urgent);
  assert.ok(urgent && urgent.at <= 61, `at ${urgent?.at}`);
  assert.equal(judged.find(({ verdict }) => verdict === 'bad')?.finding?.expected, 0.005);
});

test('once over it is well within the time that the shortest window needs', () => {
  const judged = judge(300, (second) => ({ 'http.requests': 40, 'http.5xx': second >= 60 && second < 150 ? 12 : 0 }));

  const lastBad = judged.findLast(({ verdict }) => verdict === 'bad');
  const firstWell = judged.find(({ at, verdict }) => at > 150 && verdict === 'well');
  assert.ok((lastBad?.at ?? 0) <= 165, `bad until ${lastBad?.at}`);
  assert.ok((firstWell?.at ?? 999) <= 170, `well from ${firstWell?.at}`);
});

test('ten requests a minute that all fail are found within forty seconds', () => {
  const judged = judge(900, (second) =>
    second % 6 === 0 ? { 'http.requests': 1, 'http.5xx': second >= 600 ? 1 : 0 } : {},
  );

  const bad = judged.find(({ verdict }) => verdict === 'bad');
  assert.ok(bad && bad.at >= 600 && bad.at < 640, `at ${bad?.at}`);
});

test('after an outage at ten requests a minute it is well within eight minutes', () => {
  const judged = judge(3600, (second) =>
    second % 6 === 0 ? { 'http.requests': 1, 'http.5xx': second >= 600 && second < 1200 ? 1 : 0 } : {},
  );

  const lastBad = judged.findLast(({ verdict }) => verdict === 'bad');
  assert.ok((lastBad?.at ?? 9999) < 1200 + 480, `bad until ${lastBad?.at}`);
  assert.ok(judged.filter(({ at }) => at > 2000).every(({ verdict }) => verdict === 'well'));
});

test('five errors in a minute at twenty requests a minute and a usual half percent are a finding', () => {
  const judged = judge(7200, (second) => {
    if (second % 3 !== 0) return {};
    const isUsual = second % 600 === 0;
    return { 'http.requests': 1, 'http.5xx': isUsual || (second > 7100 && second % 9 === 0) ? 1 : 0 };
  });

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.ok(bad.length > 0 && (bad[0]?.at ?? 0) > 7100);
});

test('a site with a request every twelve minutes and one error is silent', () => {
  const judged = judge(7200, (second) =>
    second % 720 === 0 ? { 'http.requests': 1, 'http.5xx': second === 1440 ? 1 : 0 } : {},
  );

  assert.deepEqual(
    judged.filter(({ verdict }) => verdict === 'bad'),
    [],
  );
  assert.ok(judged.some(({ note }) => note?.includes('more requests to judge')));
});

test('at ten thousand a second a wander from 0.5% to 0.9% is silent', () => {
  const judged = judge(5400, (second) => ({ 'http.requests': 10_000, 'http.5xx': second % 1200 < 600 ? 50 : 90 }));

  assert.deepEqual(judged.filter(({ verdict }) => verdict === 'bad').length, 0);
});

test('a finding says from which share on it would have been told', () => {
  const traffic = (bad: number) => (second: number) => ({
    'http.requests': second === 30 ? 1000 : 1,
    'http.5xx': second === 30 ? bad : 0,
  });
  const told = judge(31, traffic(500)).at(-1)?.finding;
  const limit = Math.round((told?.limit ?? 0) * (told?.whole ?? 0));

  assert.equal(told?.windowMs, 3000);
  assert.equal(judge(31, traffic(limit)).at(-1)?.verdict, 'bad');
  assert.notEqual(judge(31, traffic(limit - 1)).at(-1)?.verdict, 'bad');
});

test('since is the first bad second of the window, part and whole are its counts', () => {
  const finding = judge(62, (second) => ({ 'http.requests': 40, 'http.5xx': second >= 60 ? 30 : 0 })).at(-1)?.finding;

  assert.equal(finding?.since, T0 + 60_000);
  assert.deepEqual([finding?.part, finding?.whole, finding?.value], [60, 120, 0.5]);
});

test('where more is bad than there is at all, all is bad', () => {
  const finding = judge(10, () => ({ 'http.requests': 5, 'http.5xx': 9 })).at(-1)?.finding;

  assert.equal(finding?.value, 1);
  assert.equal(finding?.part, finding?.whole);
});

test('a watch of one virtual host judges that one alone', () => {
  const judged = judgeTraffic(
    detector.compile(OPTIONS),
    120,
    (second) => ({
      'http.requests{vhost=a}': 20,
      'http.5xx{vhost=a}': second >= 60 ? 10 : 0,
      'http.requests{vhost=b}': 20,
      'http.5xx{vhost=b}': 0,
    }),
    { label: { name: 'vhost', value: 'b' } },
  );

  assert.ok(judged.every(({ verdict }) => verdict !== 'bad'));
});

test('traffic that nearly stopped after a fault is well when nothing was bad for ten minutes', () => {
  const judged = judge(3000, (second) => {
    if (second < 700) return { 'http.requests': 5, 'http.5xx': second >= 600 ? 4 : 0 };
    return second % 300 === 0 ? { 'http.requests': 1 } : {};
  });

  assert.ok(judged.some(({ at, verdict }) => at < 700 && verdict === 'bad'));
  assert.equal(judged.find(({ at }) => at === 1309)?.verdict, 'well');
});

test('never bad below its floors, whatever the traffic', () => {
  const second = fc.record({ whole: fc.integer({ min: 0, max: 200 }), part: fc.integer({ min: 0, max: 20 }) });
  fc.assert(
    fc.property(fc.array(second, { minLength: 30, maxLength: 200 }), (seconds) => {
      const judged = judge(seconds.length, (at) => ({
        'http.requests': seconds[at]?.whole ?? 0,
        'http.5xx': Math.min(seconds[at]?.whole ?? 0, seconds[at]?.part ?? 0),
      }));

      for (const { finding } of judged) {
        if (!finding) continue;
        assert.ok((finding.part ?? 0) >= 5 && finding.value >= 0.02 && finding.value >= 1.5 * finding.expected);
        assert.ok(finding.score >= 6 && finding.limit <= finding.value && finding.since < finding.time);
      }
    }),
    { numRuns: 60 },
  );
});

test('the least share that is told is not below the limit told with it', () => {
  for (const whole of [700, 2_000, 5_865, 20_000]) {
    const findingOf = (part: number) =>
      judge(60, (at) => (at === 59 ? { 'http.requests': whole, 'http.5xx': part } : {})).at(-1)?.finding;
    let [quiet, told] = [0, whole];
    while (told - quiet > 1) {
      const middle = Math.floor((quiet + told) / 2);
      if (findingOf(middle)) told = middle;
      else quiet = middle;
    }

    const least = findingOf(told);

    assert.ok(least && least.limit <= least.value, `${whole}: ${least?.limit} over ${least?.value}`);
  }
});

test('what is learnt stays finite and small, whatever the traffic', () => {
  const hour = fc.record({
    whole: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 10_000_000 })),
    part: fc.integer({ min: 0, max: 10_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(hour, { minLength: 1, maxLength: 3 }), (hours) => {
      const judged = judge(hours.length * 3600, (at) => {
        const { whole = 0, part = 0 } = hours[Math.floor(at / 3600)] ?? {};
        return at % 600 === 0 ? { 'http.requests': whole, 'http.5xx': part } : {};
      });

      const learnt = judged.at(-1)?.baseline as { k: number; n: number };
      assert.ok(learnt.k >= 0 && learnt.k <= learnt.n + 0.01 && Number.isFinite(learnt.n), JSON.stringify(learnt));
      assert.ok(JSON.stringify(learnt).length < 400);
    }),
    { numRuns: 4 },
  );
});

test('a long window full of old errors does not bring a fault back', () => {
  const judged = judge(3600, (second) => ({ 'http.requests': 2, 'http.5xx': second >= 600 && second < 1200 ? 1 : 0 }));

  const late = judged.filter(({ at, verdict }) => at > 1260 + 60 && verdict === 'bad');
  assert.deepEqual(
    late.map(({ at }) => at),
    [],
  );
  assert.ok(judged.some(({ at, verdict }) => at > 1210 && at < 1300 && verdict === 'well'));
});

test('silence after an outage that is over brings no fault back', () => {
  const judged = judge(1500, (second) =>
    second < 185 ? { 'http.requests': 20, 'http.5xx': second >= 100 && second < 125 ? 12 : 0 } : {},
  );

  assert.ok(judged.some(({ at, verdict }) => at < 125 && verdict === 'bad'));
  assert.deepEqual(
    judged.filter(({ at, verdict }) => at > 190 && verdict === 'bad').map(({ at }) => at),
    [],
  );
});

for (const seed of [1, 2, 3]) {
  test(`usual errors after an outage that is over bring no fault back (${seed})`, () => {
    const random = chance(seed);
    const judged = judge(7200, (second) => {
      const share = second >= 3600 && second < 3900 ? 0.5 : 0.01;
      const bad = Array.from({ length: 6 }, () => random() < share).filter(Boolean).length;
      return { 'http.requests': 6, 'http.5xx': bad };
    });

    assert.ok(judged.some(({ at, verdict }) => at >= 3600 && at < 3700 && verdict === 'bad'));
    assert.deepEqual(
      judged.filter(({ at, verdict }) => at > 4500 && verdict === 'bad').map(({ at }) => at),
      [],
    );
  });
}

test('an incident is learnt only in part, and what is learnt stays small', () => {
  const judged = judge(3 * 3600, (second) => ({
    'http.requests': 5,
    'http.5xx': second >= 1800 && second < 5400 ? 3 : 0,
  }));

  const learnt = judged[judged.length - 1]?.baseline as { k: number; n: number } | undefined;
  assert.ok(learnt && learnt.k / learnt.n < 0.05, JSON.stringify(learnt));
  assert.ok(JSON.stringify(learnt).length < 400);
});

for (const rate of [0.2, 2, 40]) {
  test(`a healthy day of ${rate} requests a second whose error share wanders makes no finding`, () => {
    const random = chance(7 + rate * 10);
    let share = 0.005;
    const seconds = rate > 10 ? 6 * 3600 : 86_400;

    const judged = judge(seconds, (second) => {
      if (second % 600 === 0) share = 0.005 * Math.exp(0.5 * gaussian(random) - 0.125);
      const requests = poisson(rate, random);
      return { 'http.requests': requests, 'http.5xx': Math.min(requests, poisson(requests * share, random)) };
    });

    assert.deepEqual(
      judged.filter(({ verdict }) => verdict === 'bad').map(({ at, finding }) => [at, finding?.part, finding?.whole]),
      [],
    );
  });
}

test('a creep to ten times the usual over three hours is found', () => {
  const random = chance(11);
  const judged = judge(5 * 3600, (second) => {
    const share = second < 7200 ? 0.005 : 0.005 * 10 ** ((second - 7200) / 10_800);
    const requests = poisson(20, random);
    return { 'http.requests': requests, 'http.5xx': Math.min(requests, poisson(requests * share, random)) };
  });

  const bad = judged.find(({ verdict }) => verdict === 'bad');
  assert.ok(bad && bad.at > 7200, `at ${bad?.at}`);
});

test('with minLearnt a log that is nothing but errors is silent from its first line on', () => {
  const judged = judge(7_200, (second) => (second % 4 === 0 ? { 'http.requests': 1, 'http.5xx': 1 } : {}), {
    minLearnt: 100,
  });

  assert.deepEqual(
    judged.filter(({ verdict }) => verdict === 'bad'),
    [],
  );
  assert.match(judged.find(({ at }) => at > 1_900)?.note ?? '', /^has learnt \d+ of 100 observations$/);
});

test('with minLearnt it speaks once it has learnt, and not before', () => {
  const seconds = (failing: (second: number) => boolean) => (second: number) => ({
    ...{ 'http.requests': 2, 'http.5xx': failing(second) ? 1 : 0 },
  });
  const early = judge(
    2_400,
    seconds((second) => second > 900 && second < 1_200),
    { minLearnt: 100 },
  );
  const late = judge(
    4_000,
    seconds((second) => second > 3_600),
    { minLearnt: 100 },
  );

  assert.ok(early.every(({ verdict }) => verdict !== 'bad'));
  const bad = late.find(({ verdict }) => verdict === 'bad');
  assert.ok(bad && bad.at > 3_600 && bad.at < 3_630, `at ${bad?.at}`);
});

test('what is learnt may be stored and read back at any step', () => {
  const runner = detector.compile(OPTIONS);
  const storing = {
    ...runner,
    judge: (input: JudgeInput) =>
      runner.judge({ ...input, baseline: JSON.parse(JSON.stringify(input.baseline ?? null)) }),
  };
  const draw = (seed: number) => {
    const random = chance(seed);
    return (second: number) => ({
      'http.requests': poisson(3, random),
      'http.5xx': poisson(second > 6_000 && second < 6_300 ? 1 : 0.02, random),
    });
  };
  for (const seed of [1, 2]) {
    const stored = judgeTraffic(storing, 7_200, draw(seed));

    assert.deepEqual(stored, judgeTraffic(runner, 7_200, draw(seed)));
    assert.ok(stored.some(({ verdict }) => verdict === 'bad'));
  }
});

test('with less of a budget it takes more to be told', () => {
  const runner = detector.compile({ ...OPTIONS, score: undefined, urgentScore: undefined });
  const limits = [1, 0.1, 0.01].map((budget) => {
    const judged = judgeTraffic({ ...runner, judge: (input) => runner.judge({ ...input, budget }) }, 62, (second) => ({
      ...{ 'http.requests': 40, 'http.5xx': second >= 60 ? 30 : 0 },
    }));
    return judged.at(-1)?.finding?.limit ?? 0;
  });

  const [most = 0, less = 0, least = 0] = limits;
  assert.ok(most > 0 && most <= less && less <= least && most < least, limits.join(' '));
});

test('five errors in a minute at twenty requests a minute are told at the usual budgets, once a day is known', () => {
  const runner = detector.compile({ ...OPTIONS, score: undefined, urgentScore: undefined });
  const toldAfter = (hours: number, budget: number) => {
    const fault = hours * 3_600;
    const traffic = (second: number): Second => {
      if (second % 3 !== 0) return {};
      const isBad = second % 600 === 0 || (second > fault && second % 12 === 0);
      return { 'http.requests': 1, 'http.5xx': isBad ? 1 : 0 };
    };
    const judging = { ...runner, judge: (input: JudgeInput) => runner.judge({ ...input, budget }) };
    return judgeTraffic(judging, fault + 60, traffic).some(({ verdict }) => verdict === 'bad');
  };

  assert.deepEqual([toldAfter(26, 0.1), toldAfter(26, 0.05), toldAfter(26, 0.025)], [true, true, true]);
  assert.equal(toldAfter(3, 0.05), false);
});

test('a finding names the windows that agree and the usual shares, and a score is there when nothing is wrong', () => {
  const judged = judge(1_000, (second) => ({
    'http.requests': 40,
    'http.5xx': second >= 900 ? 20 : second % 10 ? 0 : 2,
  }));

  const finding = judged.at(-1)?.finding;
  assert.deepEqual(finding?.agreeing?.slice(0, 4), [3_000, 10_000, 20_000, 60_000]);
  assert.ok(
    finding?.usual && finding.usual.low === 0 && finding.usual.high > 0.005 && finding.usual.high < finding.value,
  );
  assert.ok(judged.every(({ score }) => score !== undefined && score >= 0));
});

for (const [clients, verdict] of [
  [1, 'unclear'],
  [3, 'bad'],
] as const) {
  test(`with minDistinct ${clients} clients are ${verdict}, and before they are counted it waits`, () => {
    const runner = detector.compile({ ...OPTIONS, minDistinct: 3, of: 'client' });
    const counting = {
      ...runner,
      judge: (input: JudgeInput) => runner.judge({ ...input, view: { ...input.view, distinct: () => clients } }),
    };
    const judged = judgeTraffic(counting, 75, (second) => ({ 'http.requests': 40, 'http.5xx': second >= 60 ? 30 : 0 }));

    assert.equal(judged.at(-1)?.verdict, verdict);
    assert.equal(judged.find(({ at }) => at === 65)?.note, 'waits until it knows the different values of client');
  });
}

/** A request in two hundred fails at 20 a second, then one in sixty for forty minutes. */
function tripled(second: number): Second {
  const isHigh = second >= 7200 && second < 9600;
  return { 'http.requests': 20, 'http.5xx': second % (isHigh ? 3 : 10) === 0 ? 1 : 0 };
}

test('a small share that has tripled and lasts is told where that is asked, and is over when it is', () => {
  const judged = judge(10_800, tripled, { score: 5, lasting: 0.25 });

  const told = judged.filter(({ verdict }) => verdict === 'bad');
  const [first] = told;
  assert.equal(first?.finding?.windowMs, 1_800_000);
  assert.ok((first?.finding?.value ?? 1) < 0.02 && (first?.finding?.limit ?? 0) <= (first?.finding?.value ?? 0));
  assert.ok((told.at(-1)?.at ?? 0) > 9000 && (told.at(-1)?.at ?? 0) < 9960, `${told.at(-1)?.at}`);
  assert.ok(judged.filter(({ at, verdict }) => at > 7200 + 1800 && at < 9500 && verdict === 'well').length === 0);
  assert.ok(judged.some(({ at, verdict }) => at < 9600 + 600 && at > 9600 && verdict === 'well'));
});

test('below minShare nothing is told where nothing else is said', () => {
  assert.ok(judge(9_600, tripled, { score: 5 }).every(({ verdict }) => verdict !== 'bad'));
});

test('where fifty bad ones are not reached a small share does not last', () => {
  const little = (second: number) => (second % 20 === 0 ? tripled((second / 20) % 2 === 0 ? second : 1) : {});

  assert.ok(judge(9_600, little, { score: 3, lasting: 0.25 }).every(({ verdict }) => verdict !== 'bad'));
});

test('where clients are not counted minDistinct is not asked', () => {
  const judged = judge(75, (second) => ({ 'http.requests': 40, 'http.5xx': second >= 60 ? 30 : 0 }), {
    ...{ minDistinct: 3, of: 'client' },
  });

  assert.equal(judged.at(-1)?.verdict, 'bad');
});

test('minDistinct and of go together', () => {
  assert.throws(
    () => detector.compile({ ...OPTIONS, minDistinct: 3 }),
    /minDistinct counts the different values of a field/,
  );
});

function judge(seconds: number, traffic: (second: number) => Second, options: Options = {}) {
  return judgeTraffic(detector.compile({ ...OPTIONS, ...options }), seconds, traffic);
}
