/**
 * A site as it is for a fortnight, and what would have been told had something gone wrong: at times in its second half at which
 * it has at least its nominal rate, what the watches know is taken aside and goes on once with each kind of incident.
 */
import type { WatchSpec } from '../../../src/core/plugin.ts';
import { createSite, cycleAt, DAY_S, drawIncident, drawTraffic, HOUR_S, type Site } from './drawn-traffic.ts';
import { INCIDENTS, type IncidentKind } from './incidents.ts';
import { type TrafficView, trafficView } from './traffic-view.ts';
import { blankMemory, type Memory, runWatches, type Told, type Watched } from './watched-traffic.ts';

/** Incidents are tried in what comes after this part of it. */
const LEARNT_PART = 0.5;
/** No multiple of ten seconds, so that no grid is favoured. */
const FORK_STEP_S = 437;
/** Between two questions whether there is time. */
const ASK_S = 12 * HOUR_S;

export interface Tried {
  readonly kind: IncidentKind;
  readonly rate: number;
  /** Seconds to the first finding and to the first mail; Infinity where there was none. */
  readonly found: number;
  readonly told: number;
}

interface SitePlan {
  readonly rate: number;
  readonly days: number;
  readonly seed: number;
  /** Times at which incidents are tried. */
  readonly forks: number;
  readonly watched: readonly Watched[];
  readonly budgetOf: (watch: WatchSpec) => number;
  readonly goOn: () => Promise<boolean>;
}

export interface SiteRun {
  readonly rate: number;
  /** Less than planned where time was up. */
  readonly days: number;
  /** Faults of the healthy site. */
  readonly falseAlarms: readonly Told[];
  readonly tried: readonly Tried[];
}

export async function runSite({ rate, days, seed, forks, watched, budgetOf, goOn }: SitePlan): Promise<SiteRun> {
  const seconds = days * DAY_S;
  const site = createSite({ rate, seconds, seed });
  const traffic = trafficView(drawTraffic(site));
  const kinds = INCIDENTS.filter(({ rates }) => rates.includes(rate));
  const tryAt = forks > 0 ? forkTimes(forks, seconds) : [];
  const falseAlarms: Told[] = [];
  const tried: Tried[] = [];
  let memory = blankMemory();
  let from = 0;
  for (const to of stopsOf(tryAt, seconds)) {
    if (!(await goOn())) break;
    const run = runWatches(watched, traffic, memory, { from, to, budgetOf });
    falseAlarms.push(...run.told);
    memory = run.memory;
    from = to;
    const fork = tryAt.indexOf(to);
    if (fork < 0) continue;
    for (const kind of kinds.filter(({ oneOf = 1 }) => fork % oneOf === 0))
      tried.push(tryIncident(kind, { site, traffic, memory, at: to, watched, budgetOf }));
  }
  return { rate, days: from / DAY_S, falseAlarms, tried };
}

function stopsOf(forks: readonly number[], seconds: number): readonly number[] {
  const asked = Array.from({ length: Math.ceil(seconds / ASK_S) }, (_, at) => Math.min(seconds, (at + 1) * ASK_S));
  return [...new Set([...forks, ...asked])].sort((a, b) => a - b);
}

/** In its second half, where the cycles are not below their mean. */
function forkTimes(wanted: number, seconds: number): readonly number[] {
  const fitting: number[] = [];
  for (let second = seconds * LEARNT_PART + 1; second < seconds - 4 * HOUR_S; second += FORK_STEP_S)
    if (cycleAt(second) >= 1 && cycleAt(second + 3 * HOUR_S) > 0.9) fitting.push(second);
  return Array.from({ length: wanted }, (_, at) => fitting[Math.floor((at * fitting.length) / wanted)] as number);
}

interface Fork extends Pick<SitePlan, 'watched' | 'budgetOf'> {
  readonly site: Site;
  readonly traffic: TrafficView;
  readonly memory: Memory;
  readonly at: number;
}

function tryIncident(kind: IncidentKind, { site, traffic, memory, at, watched, budgetOf }: Fork): Tried {
  const seconds = kind.seconds(site.rate);
  const changed = traffic.instead(drawIncident(site, { begins: at, seconds, change: kind.change }));
  const mailed = new Set(watched.filter(({ watch }) => watch.delivery !== 'digest').map(({ watch }) => watch.name));
  const { told } = runWatches(watched, changed, memory, { from: at, to: at + seconds, budgetOf });
  const ours = told.filter(({ watch, foundAt }) => (kind.isForDigest || mailed.has(watch)) && foundAt > at);
  const first = (times: readonly (number | undefined)[]) =>
    Math.min(Number.POSITIVE_INFINITY, ...times.filter((time) => time !== undefined)) - at;
  const found = first(ours.map(({ foundAt }) => foundAt));
  return { kind, rate: site.rate, found, told: first(ours.map(({ firedAt }) => firedAt)) };
}
