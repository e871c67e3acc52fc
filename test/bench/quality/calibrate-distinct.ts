/**
 * False alarms of the distinct detector on healthy traffic, as calibrate-count.ts measures those of counts:
 * `node test/bench/quality/calibrate-distinct.ts [days]`. Each request is of another client, estimated as the sketch does.
 */
import { checkOptions } from '../../../src/config/options.ts';
import type { WindowView } from '../../../src/core/plugin.ts';
import { detector } from '../../../src/detectors/distinct.ts';
import { chance, gaussian } from '../../detectors/traffic.ts';
import { drawCounts, episodesOf, FAMILIES, type Judged, RATES, SCORES } from './calibrate-count.ts';

const MINUTE_MS = 60_000;
const STEP_MS = 10_000;
const STEPS_A_DAY = 8_640;
const START = Date.UTC(2026, 2, 2);
const SKETCH_ERROR = 0.033;
const CLOSE = { series: 'x', of: 'client', side: 'both', minTimes: 1.5, maxTimes: 0.6, score: SCORES[0] };

/** What it says each minute. */
function* judgeDistinct(sums: Float64Array, random: () => number): Generator<Judged> {
  const runner = detector.compile(checkOptions(detector.options, CLOSE).options);
  const view = viewOf(sums, random);
  const end = START + (sums.length - 1) * STEP_MS;
  let baseline: unknown;
  let open = false;
  for (let now = START + MINUTE_MS; now <= end; now += MINUTE_MS) {
    const said = runner.judge({ now, source: 'drawn', view, baseline, open, budget: 1, offsetMs: 3_600_000 });
    const { verdict, finding, score = 0 } = said;
    baseline = said.baseline;
    if (verdict !== 'unclear') open = verdict === 'bad';
    const side = finding !== undefined && finding.value < finding.expected ? 'low' : 'high';
    yield { step: (now - START) / STEP_MS, verdict, score, urgent: false, side, windowMs: finding?.windowMs ?? 0 };
  }
}

function viewOf(sums: Float64Array, random: () => number): WindowView {
  const last = sums.length - 1;
  const at = (time: number) => sums[Math.min(last, Math.max(0, Math.round((time - START) / STEP_MS)))] as number;
  const none = { keys: () => [], top: () => [], quantile: () => undefined, from: 0 };
  const seen = { firstSeen: () => undefined, lastSeen: () => undefined, sum: () => ({ count: 0, sum: 0 }) };
  const count = (_: string, from: number, to: number) => at(to) - at(from);
  const distinct = (_: string, __: string, from: number, to: number) =>
    (at(to) - at(from)) * Math.max(0, 1 + SKETCH_ERROR * gaussian(random));
  return { ...none, ...seen, count, distinct };
}

if (import.meta.main) {
  const days = Number(process.argv[2] ?? 28);
  console.log(`| family | a second | side | first day | ${SCORES.join(' | ')} |`);
  for (const family of FAMILIES) {
    for (const rate of RATES) {
      const episodes = episodesOf(judgeDistinct(drawCounts({ rate, family, days, seed: 3 }), chance(4)));
      for (const side of ['high', 'low'] as const) {
        const own = episodes.filter((one) => one.side === side);
        const later = own.filter(({ step }) => step > STEPS_A_DAY);
        const monthly = SCORES.map((score) => (later.filter((one) => one.score >= score).length * 30) / (days - 1));
        const cells = [family.name, rate, side, own.length - later.length, ...monthly.map((one) => one.toFixed(1))];
        console.log(`| ${cells.join(' | ')} |`);
      }
    }
  }
}
