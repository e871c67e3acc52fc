/**
 * What docs/detectors/absence.md says was measured, measured again: `node test/bench/quality/calibrate-absence.ts [part of a name]`.
 * Simulated traffic with Poisson arrivals, repeatable; a few minutes for all of it.
 */
import { checkOptions } from '../../../src/config/options.ts';
import type { DetectorPlugin, Options } from '../../../src/core/plugin.ts';
import { detector as absence } from '../../../src/detectors/absence.ts';
import { chance, type Judged, judgements, poisson } from '../../detectors/traffic.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const CONFIRM_STEP = 10;

interface Story {
  readonly name: string;
  readonly run: () => string;
}

const STORIES: readonly Story[] = [
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

function delays(found: readonly number[], runs: number): string {
  const sorted = [...found].sort((a, b) => a - b);
  const median = (sorted[sorted.length >> 1] ?? 0).toFixed(0);
  const slow = (sorted[Math.floor(sorted.length * 0.95)] ?? 0).toFixed(0);
  return `${((100 * found.length) / runs).toFixed(0)}%, median ${median} s, p95 ${slow} s`;
}
