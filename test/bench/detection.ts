/**
 * What docs/DETECTION.md says was measured, measured again: `node test/bench/detection.ts [part of a name]`.
 * Simulated traffic with Poisson arrivals, repeatable; a few minutes for all of it.
 */
import { checkOptions } from '../../src/config/options.ts';
import type { DetectorPlugin, Options } from '../../src/core/plugin.ts';
import { detector as absence } from '../../src/detectors/absence.ts';
import { detector as ratio } from '../../src/detectors/ratio.ts';
import { chance, gaussian, type Judged, judgements, poisson, type Second } from '../detectors/traffic.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const USUAL = 0.005;
const CONFIRM_STEP = 10;

interface Story {
  readonly name: string;
  readonly run: () => string;
}

const STORIES: readonly Story[] = [
  ...[0.2, 2, 40, 1000].flatMap((rate) => [
    { name: `ratio, healthy, ${rate}/s, constant 0.5%`, run: () => ratioFalse(rate, 0) },
    { name: `ratio, healthy, ${rate}/s, wandering, sd 0.5 over 10 min`, run: () => ratioFalse(rate, 0.5) },
  ]),
  { name: 'ratio, 30% at 40/s after 60 s of clean traffic', run: () => ratioDelay(40, 60, 0.3, 120, 200) },
  { name: 'ratio, 20% for 2 min at 2/s after 2 h', run: () => ratioDelay(2, 2 * HOUR, 0.2, 120, 200) },
  { name: 'ratio, 100% for 2 min at 10/min after 2 h', run: () => ratioDelay(1 / 6, 2 * HOUR, 1, 120, 200) },
  { name: 'ratio, creep to 10x over 3 h at 20/s', run: () => ratioCreep(50) },
  { name: 'ratio, cost of one judgement', run: ratioCost },
  ...[40, 1, 10 / 60].flatMap((rate) => [
    {
      name: `absence, healthy week, ${rate.toFixed(2)}/s by day, 1/30 of it by night`,
      run: () => absenceFalse(rate, 8),
    },
  ]),
  ...[40, 2].map((rate) => ({ name: `absence, silence after 6 h of ${rate}/s`, run: () => absenceDelay(rate, 50) })),
];

for (const { name, run } of STORIES.filter(({ name }) => name.includes(process.argv[2] ?? ''))) {
  const started = performance.now();
  const result = run();
  console.log(`| ${name} | ${result} | ${((performance.now() - started) / 1000).toFixed(0)} s |`);
}

function compile(detector: DetectorPlugin, options: Options) {
  return detector.compile(checkOptions(detector.options, options).options);
}

function ratioRunner() {
  return compile(ratio, { part: 'http.5xx', whole: 'http.requests' });
}

function ratioFalse(rate: number, sd: number): string {
  const runs = 10;
  const days = 2;
  let findings = 0;
  let fired = 0;
  for (let run = 0; run < runs; run += 1) {
    const random = chance(1 + run);
    let share = USUAL;
    const traffic = (second: number) => {
      if (second % 600 === 0) share = USUAL * Math.exp(sd * gaussian(random) - (sd * sd) / 2);
      return requests(rate, share, random);
    };
    const counted = followed(judgements(ratioRunner(), days * DAY, traffic));
    findings += counted.pending.length;
    fired += counted.fired.length;
  }
  return `${fired} told, ${findings} pending in ${runs * days} days`;
}

function ratioDelay(rate: number, cleanS: number, share: number, badS: number, runs: number): string {
  const found: number[] = [];
  const fired: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const random = chance(1000 + run);
    const traffic = (second: number) =>
      requests(rate, second >= cleanS && second < cleanS + badS ? share : USUAL, random);
    const counted = followed(judgements(ratioRunner(), cleanS + badS + 60, traffic));
    const isDuring = (at: number) => at >= cleanS;
    const first = counted.pending.find(isDuring);
    const told = counted.fired.find(isDuring);
    if (first !== undefined) found.push(first - cleanS + 1);
    if (told !== undefined) fired.push(told - cleanS + 1);
  }
  return `pending ${delays(found, runs)}; told ${delays(fired, runs)}`;
}

function ratioCreep(runs: number): string {
  const fired: number[] = [];
  let early = 0;
  for (let run = 0; run < runs; run += 1) {
    const random = chance(2000 + run);
    const traffic = (second: number) => {
      const grown = Math.min(1, Math.max(0, (second - 2 * HOUR) / (3 * HOUR)));
      return requests(20, USUAL * 10 ** grown, random);
    };
    const counted = followed(judgements(ratioRunner(), 6 * HOUR, traffic));
    early += counted.fired.filter((at) => at < 2 * HOUR).length;
    const told = counted.fired.find((at) => at >= 2 * HOUR);
    if (told !== undefined) fired.push((told - 2 * HOUR) / 60);
  }
  const shares = fired.map((minutes) => USUAL * 10 ** (minutes / 180)).sort((a, b) => a - b);
  const share = ((shares[shares.length >> 1] ?? 0) * 100).toFixed(1);
  return `told ${delays(fired, runs, 'min')}, at a share of ${share}%; ${early} before it began`;
}

function ratioCost(): string {
  const random = chance(1);
  const texts = [0.005, 0.1].map((share) => {
    let judged = 0;
    let spent = 0;
    const runner = ratioRunner();
    const timed = {
      ...runner,
      judge(input: Parameters<typeof runner.judge>[0]) {
        const started = performance.now();
        const result = runner.judge(input);
        spent += performance.now() - started;
        judged += 1;
        return result;
      },
    };
    for (const _ of judgements(timed, 2 * HOUR, () => requests(40, share, random)));
    return `${((spent / judged) * 1000).toFixed(0)} us at ${share * 100}%`;
  });
  return texts.join(', ');
}

function absenceFalse(rate: number, runs: number): string {
  const days = 7;
  let firstNight = 0;
  let later = 0;
  for (let run = 0; run < runs; run += 1) {
    const random = chance(3000 + run);
    const traffic = (second: number) => ({ 'http.requests': poisson(rate * dailyCurve(second), random) });
    const runner = compile(absence, { series: 'http.requests' });
    const { fired } = followed(judgements(runner, days * DAY, traffic));
    firstNight += fired.filter((at) => at < DAY).length;
    later += fired.filter((at) => at >= DAY).length;
  }
  return `${firstNight} told on the ${runs} first nights, ${later} on the ${runs * (days - 1)} days after`;
}

function absenceDelay(rate: number, runs: number): string {
  const fired: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const random = chance(4000 + run);
    const silentAt = 6 * HOUR + run;
    const traffic = (second: number) => ({ 'http.requests': second < silentAt ? poisson(rate, random) : 0 });
    const runner = compile(absence, { series: 'http.requests' });
    const told = followed(judgements(runner, silentAt + 600, traffic)).fired.find((at) => at >= silentAt);
    if (told !== undefined) fired.push(told - silentAt + 1);
  }
  return `told ${delays(fired, runs)}`;
}

/** Begins at noon; 1 by day, 1/30 in the small hours, smoothly between. */
function dailyCurve(second: number): number {
  const hour = (second / HOUR + 12) % 24;
  return 30 ** (-(1 + Math.cos((2 * Math.PI * (hour - 4)) / 24)) / 2);
}

function requests(rate: number, share: number, random: () => number): Second {
  const whole = poisson(rate, random);
  return { 'http.requests': whole, 'http.5xx': Math.min(whole, poisson(whole * share, random)) };
}

/** Seconds at which a fault would become pending and be told: at once where urgent, else 2 of 3 ten seconds apart. */
function followed(judged: Iterable<Judged>): {
  readonly pending: readonly number[];
  readonly fired: readonly number[];
} {
  const pending: number[] = [];
  const fired: number[] = [];
  let hits: boolean[] = [];
  let countedAt = Number.NEGATIVE_INFINITY;
  let isFired = false;
  for (const { at, verdict, finding } of judged) {
    const isOpen = hits.length > 0;
    if (!isOpen && verdict !== 'bad') continue;
    if (!isOpen) pending.push(at);
    if (!isOpen || at - countedAt >= CONFIRM_STEP) {
      hits = [...hits.slice(-2), verdict === 'bad'];
      countedAt = at;
    }
    if (!isFired && (finding?.urgent || hits.filter(Boolean).length >= 2)) {
      fired.push(at);
      isFired = true;
    }
    if (hits.length === 3 && !hits.includes(true)) {
      hits = [];
      isFired = false;
    }
  }
  return { pending, fired };
}

function delays(found: readonly number[], runs: number, unit = 's'): string {
  const sorted = [...found].sort((a, b) => a - b);
  const median = (sorted[sorted.length >> 1] ?? 0).toFixed(0);
  const slow = (sorted[Math.floor(sorted.length * 0.95)] ?? 0).toFixed(0);
  return `${((100 * found.length) / runs).toFixed(0)}%, median ${median} ${unit}, p95 ${slow} ${unit}`;
}
