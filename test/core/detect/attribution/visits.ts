/** Drawn visits of a site, counted by the very lists of heavy hitters that reading fills: for what attribution names of them. */
import { explain } from '../../../../src/core/detect/attribution/explain.ts';
import type { Explanation } from '../../../../src/core/detect/attribution/explanation.ts';
import { createListedTexts, KEY_BYTES } from '../../../../src/core/observe/listed-texts.ts';
import { addText, createSpaceSaving, entriesOf } from '../../../../src/core/observe/space-saving.ts';
import { hashBytes } from '../../../../src/core/observe/text-hash.ts';
import type { Finding, TopCell } from '../../../../src/core/types.ts';
import { decodePage } from '../../../../src/core/window/codec.ts';
import { createView } from '../../../../src/core/window/view.ts';
import { createWindows } from '../../../../src/core/window/windows.ts';

export type Visit = Readonly<Record<string, string>>;
export type Draw = () => number;

/** Draws from 0 to 1, repeatable (mulberry32). */
export function drawer(seed: number): Draw {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A few routes and clients make most of the visits, and very many make the rest; a route belongs to one virtual host. */
export function usualVisit(draw: Draw): Visit {
  const route = skewed(draw, 200);
  const agents = ['Chrome', 'Safari', 'Firefox', 'Googlebot', 'Edge', 'curl', 'Bingbot', 'okhttp', 'Python', 'other'];
  return {
    route: `/route/${String.fromCharCode(97 + (route % 26))}${Math.floor(route / 26)}`,
    vhost: `site-${route % 3}`,
    ...(draw() < 0.7 && { upstream: `10.0.0.${1 + Math.floor(draw() * 3)}:8080` }),
    client: `203.0.${Math.floor(skewed(draw, 4_000) / 250)}.${skewed(draw, 250)}`,
    method: draw() < 0.9 ? 'GET' : 'POST',
    agent_family: agents[skewed(draw, agents.length)] ?? 'other',
  };
}

/** From 0, the low ones often: about as 1 / (rank + 1). */
function skewed(draw: Draw, count: number): number {
  return Math.min(count - 1, Math.floor((count + 1) ** draw()) - 1);
}

export interface Scene {
  readonly draw: Draw;
  /** A second, before and after it began. */
  readonly rate: number;
  readonly seconds: number;
  /** Share that usually fails. */
  readonly usual: number;
  /** The chance that a visit fails since it began; the usual one where not given. */
  readonly failing?: (visit: Visit) => number;
  /** Visits since it began, besides the usual: how many a second, and what they are. */
  readonly more?: { readonly rate: number; readonly visit: (draw: Draw) => Visit };
  /** Part of the visits that still come since it began. */
  readonly left?: (visit: Visit) => number;
  readonly judged: 'share' | 'count';
}

const BEGIN = Date.UTC(2026, 10, 25, 3, 12, 0);
const BEFORE_S = 600;

/** What is said of it by the end; undefined where it would be no finding. */
export function sceneExplained(scene: Scene): Explanation | 'no finding' | undefined {
  const { seconds, usual, rate, judged } = scene;
  const { windows, bad, all } = played(scene);
  const end = BEGIN + seconds * 1_000;
  const pages = windows.takeChanged().flatMap(({ bytes }) => decodePage(bytes) ?? []);
  const view = createView(pages, end);
  const isShare = judged === 'share';
  const value = isShare ? bad / Math.max(1, all) : all;
  const expected = isShare ? usual : rate * seconds;
  const limit = isShare ? Math.max(0.02, usual * 3) : expected * (value > expected ? 1.5 : 0.8);
  const isFinding = value > expected ? value > limit && (!isShare || bad >= 5) : !isShare && value < limit;
  if (!isFinding) return 'no finding';
  const finding: Finding = {
    ...{ watch: 'w', source: 's', labels: {}, time: end, since: BEGIN, score: 9, urgent: false },
    ...{ series: isShare ? 'bad' : 'all', value, expected, limit, unit: judged, windowMs: seconds * 1_000 },
    ...(isShare && { part: bad, whole: all }),
  };
  return explain({ finding, whole: isShare ? 'all' : undefined, view, from: BEGIN, to: end });
}

function played(scene: Scene) {
  const { draw, rate, seconds, usual, failing, more, left } = scene;
  const windows = createWindows();
  let [bad, all] = [0, 0];
  for (let second = -BEFORE_S; second < seconds; second += 10) {
    const visits = arrivals(draw, rate * 10, () => usualVisit(draw));
    const kept = second < 0 || !left ? visits : visits.filter((visit) => draw() < left(visit));
    if (second >= 0 && more) kept.push(...arrivals(draw, more.rate * 10, () => more.visit(draw)));
    const chanceOf = (visit: Visit) => (second < 0 ? usual : (failing?.(visit) ?? usual));
    const failed = kept.filter((visit) => draw() < chanceOf(visit));
    const time = BEGIN + second * 1_000;
    windows.add({ ...cellsOf('all', kept, time), exemplars: [] });
    windows.add({ ...cellsOf('bad', failed, time), exemplars: [] });
    if (second < 0) continue;
    bad += failed.length;
    all += kept.length;
  }
  return { windows, bad, all };
}

function arrivals(draw: Draw, mean: number, make: () => Visit): Visit[] {
  const count = Math.max(0, Math.round(mean + Math.sqrt(mean) * (draw() + draw() + draw() - 1.5) * 2));
  return Array.from({ length: count }, make);
}

function cellsOf(series: string, visits: readonly Visit[], time: number) {
  const cells = visits.length === 0 ? [] : [{ series, time, count: visits.length, sum: visits.length }];
  const fields = [...new Set(visits.flatMap((visit) => Object.keys(visit)))];
  return { cells, tops: fields.map((by) => topOf(series, by, visits, time)) };
}

function topOf(series: string, by: string, visits: readonly Visit[], time: number): TopCell {
  const list = createSpaceSaving();
  const bytes = new Uint8Array(KEY_BYTES);
  const texts = createListedTexts({ view: new DataView(bytes.buffer) }, 1);
  for (const visit of visits) {
    const value = visit[by];
    if (value === undefined) continue;
    const { written } = new TextEncoder().encodeInto(value, bytes);
    texts.lengths[0] = written;
    texts.keys[0] = hashBytes(bytes, 0, written);
    addText(list, texts, 0);
  }
  return { series, by, time, entries: entriesOf(list) };
}
