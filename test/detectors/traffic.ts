/** A view over drawn traffic, for detectors: counts a second by series, and who asks where that matters. */

import { pack, unpack } from '../../src/core/detect/packed.ts';
import type { DetectorRunner, JudgeInput, Judgement } from '../../src/core/plugin.ts';
import { decodePage } from '../../src/core/window/codec.ts';
import type { Page } from '../../src/core/window/page.ts';
import { createView } from '../../src/core/window/view.ts';
import { createWindows } from '../../src/core/window/windows.ts';

export const T0 = Date.UTC(2026, 10, 25, 0, 0, 0);

/** What is observed in a second: series to count. */
export type Second = Readonly<Record<string, number>>;

export type Judged = Judgement & {
  /** The second judged, from 0. */
  readonly at: number;
};

export interface More {
  /** Value of each observation of a second; 1 where not given. */
  readonly value?: (second: number) => number;
  readonly label?: JudgeInput['label'];
  /** So many clients ask, one a second in turn; nobody is known where not given. */
  readonly clients?: number;
}

/** Judges every second as the engine does: on the grid, when its first input changed, or while bad. */
export function judgeTraffic(
  runner: DetectorRunner,
  seconds: number,
  traffic: (second: number) => Second,
  more: More = {},
): Judged[] {
  return [...judgements(runner, seconds, traffic, more)];
}

/** The same one by one, for days of traffic. */
export function* judgements(
  runner: DetectorRunner,
  seconds: number,
  traffic: (second: number) => Second,
  { value = () => 1, label, clients }: More = {},
): Generator<Judged> {
  const windows = createWindows();
  const pages = new Map<string, Page>();
  let baseline: unknown;
  let open = false;
  let wellSeconds = 0;
  let judgedAt = 0;
  for (let second = 0; second < seconds; second += 1) {
    const time = T0 + second * 1000;
    const observed = Object.entries(traffic(second)).filter(([, count]) => count > 0);
    windows.add({
      cells: observed.map(([series, count]) => ({ series, time, count, sum: count * value(second) })),
      tops:
        clients === undefined ? [] : observed.map(([series, count]) => topOf(series, time, count, second % clients)),
      histograms: [],
      distincts: [],
      exemplars: [],
    });
    const now = time + 1000;
    const isOnGrid = now % runner.everyMs === 0;
    const isDue = isOnGrid || (!runner.onGrid && (open || observed.some(([series]) => series === runner.inputs[0])));
    if (!isDue) continue;
    for (const { name, bytes } of windows.takeChanged()) pages.set(name, decodePage(bytes) as Page);
    const judgement = runner.judge({
      ...{ now, source: 'nginx', label, baseline: unpack(pack(baseline ?? null)), open },
      ...{ budget: 1, offsetMs: 0 },
      view: createView([...pages.values()], now),
    });
    baseline = judgement.baseline;
    // As a fault lives: until it was well for a minute; unclear steps stop the clock, bad ones set it back.
    if (judgement.verdict === 'bad') open = true;
    if (judgement.verdict === 'well') wellSeconds += Math.min(10, second - judgedAt);
    if (judgement.verdict === 'bad') wellSeconds = 0;
    if (wellSeconds >= 60) open = false;
    judgedAt = second;
    yield { ...judgement, at: second };
  }
}

/** Repeatable chance: mulberry32. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A number from the normal distribution. */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Number of events with this mean, Poisson; by the normal distribution from 50 on. */
export function poisson(mean: number, random: () => number): number {
  if (mean > 50) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random)));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** All of a second are of one client. */
function topOf(series: string, time: number, count: number, client: number) {
  return { series, by: 'client', time: time - (time % 10_000), entries: [[`203.0.113.${client}`, count]] as const };
}
