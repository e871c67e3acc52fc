/**
 * Incidents in drawn traffic, and the same traffic while it is well, through the watches on access logs as they are shipped and
 * through the life of faults. Each site runs a fortnight; at times in its second half at which it has at least its nominal
 * rate, what the watches know is taken aside and goes on once with each kind of incident.
 * - found: a first finding of any watch while the incident is watched; told: a fault of any watch fired, which is when a mail
 *   goes out. Watches for the digest do not count, but for what belongs there. Faults that were open before the incident do not count.
 * - goals are held to what was told, their medians to all incidents: one that is missed takes for ever.
 * - false alarms are faults that fired in the fortnight, warm-up and all; falseAlarmsPerMonth is 1, shared by all tests of all
 *   sites.
 */
import { allowanceOf, deliveryOf, FALSE_ALARMS_PER_MONTH as PER_MONTH } from '../../../src/core/detect/budget.ts';
import type { WatchSpec } from '../../../src/core/plugin.ts';
import { median } from '../statistics.ts';
import { timesChart } from './charts.ts';
import {
  createSite,
  cycleAt,
  DAY_S,
  drawTraffic,
  HOUR_S,
  type Site,
  type Traffic,
  withIncident,
} from './drawn-traffic.ts';
import { atMost, type GoalRow, type Part, type PartInput } from './goal.ts';
import { INCIDENTS, type IncidentKind } from './incidents.ts';
import { shippedWatches } from './shipped-watches.ts';
import { blankMemory, type Memory, runWatches, type Told, type Watched } from './watched-traffic.ts';

const RATES = [0.1, 2, 20];
/** Quickly: what is learnt by the week is not known yet. */
const DAYS = { full: 14, quick: 5 };
/** Incidents are tried in the last part of it. */
const LEARNT_PART = 0.5;
const SERIES = 50;
/** How far a view looks back. */
const LEAD_S = 26 * HOUR_S;
const FORKS = { full: 50, quick: 6 };
/** No multiple of ten seconds. */
const FORK_STEP_S = 437;
/** Sites of each rate that incidents are tried on. */
const TRIED = { full: 2, quick: 1 };

interface Tried {
  readonly kind: IncidentKind;
  readonly rate: number;
  /** Seconds to the first finding and to the first mail; Infinity where there was none. */
  readonly found: number;
  readonly told: number;
}

interface SiteRun {
  readonly site: Site;
  readonly falseAlarms: readonly Told[];
  readonly tried: readonly Tried[];
}

export const injected: Part = {
  name: 'injected',
  setting: `shipped watches on access logs, falseAlarmsPerMonth ${PER_MONTH} shared by all their tests, sites of ${RATES.join(', ')} requests/s`,
  run: async (input) => {
    const watched = await shippedWatches();
    const sites = input.isQuick ? RATES.length : Math.ceil(SERIES / watched.length);
    const runs = Array.from({ length: sites }, (_, at) =>
      runSite(at, { input, watched, budgetOf: budgets(watched, sites) }),
    );
    const tried = runs.flatMap((run) => run.tried);
    input.say(`watches: ${watched.map(({ watch }) => watch.name).join(' ')}`);
    input.chart(
      'injected',
      timesChart(
        'Seconds from an incident to its mail',
        INCIDENTS.flatMap((kind) =>
          kind.rates.map((rate) => ({
            name: `${kind.name}, ${rate}/s`,
            seconds: tried.filter((one) => one.kind === kind && one.rate === rate).map(({ told }) => told),
          })),
        ),
      ),
    );
    return [
      ...INCIDENTS.flatMap((kind) => kind.rates.map((rate) => incidentRow(kind, rate, tried))),
      ...falseRows(runs, watched, input.isQuick),
    ];
  },
};

/** As the service shares falseAlarmsPerMonth: mail and digest apart, each equally among the tests of all sites that spend. */
function budgets(watched: readonly Watched[], sites: number): (watch: WatchSpec) => number {
  const spending = watched.filter(({ runner }) => runner.spends).map(({ watch }) => deliveryOf(watch));
  return (watch) => {
    const delivery = deliveryOf(watch);
    const sharing = spending.filter((one) => one === delivery).length * sites;
    return allowanceOf(delivery, PER_MONTH) / Math.max(1, sharing);
  };
}

interface Setting {
  readonly input: PartInput;
  readonly watched: readonly Watched[];
  readonly budgetOf: (watch: WatchSpec) => number;
}

function runSite(at: number, { input, watched, budgetOf }: Setting): SiteRun {
  const rate = RATES[at % RATES.length] as number;
  const mode = input.isQuick ? 'quick' : 'full';
  const seconds = DAYS[mode] * DAY_S;
  const site = createSite({ rate, seconds, seed: 1 + at });
  const traffic = drawTraffic(site);
  const isTried = at < RATES.length * TRIED[mode];
  const forks = isTried ? forkTimes(FORKS[mode], seconds) : [];
  const falseAlarms: Told[] = [];
  const tried: Tried[] = [];
  let memory = blankMemory();
  let from = 0;
  for (const to of [...forks, seconds]) {
    const run = runWatches(watched, traffic, memory, { from, to, budgetOf });
    falseAlarms.push(...run.told);
    memory = run.memory;
    from = to;
    if (to === seconds) break;
    for (const kind of INCIDENTS.filter(({ rates }) => rates.includes(rate)))
      tried.push(tryIncident(kind, { site, traffic, memory, at: to, watched, budgetOf }));
  }
  input.say(
    `site ${at + 1}, ${rate}/s: ${
      falseAlarms
        .filter(({ firedAt }) => firedAt !== undefined)
        .map(({ watch, firedAt }) => `${watch} on day ${((firedAt ?? 0) / DAY_S).toFixed(1)}`)
        .join(', ') || 'no false alarm'
    }`,
  );
  return { site, falseAlarms, tried };
}

/** In the second week, where the cycles are not below their mean: odd seconds, so that no grid is favoured. */
function forkTimes(wanted: number, seconds: number): readonly number[] {
  const fitting: number[] = [];
  for (let second = seconds * LEARNT_PART + 1; second < seconds - 4 * HOUR_S; second += FORK_STEP_S)
    if (cycleAt(second) >= 1 && cycleAt(second + 3 * HOUR_S) > 0.9) fitting.push(second);
  return Array.from({ length: wanted }, (_, at) => fitting[Math.floor((at * fitting.length) / wanted)] as number);
}

interface Fork {
  readonly site: Site;
  readonly traffic: Traffic;
  readonly memory: Memory;
  readonly at: number;
  readonly watched: readonly Watched[];
  readonly budgetOf: (watch: WatchSpec) => number;
}

function tryIncident(kind: IncidentKind, { site, traffic, memory, at, watched, budgetOf }: Fork): Tried {
  const seconds = kind.seconds(site.rate);
  const changed = withIncident(site, traffic, { begins: at, seconds, change: kind.change }, LEAD_S);
  const mailed = new Set(watched.filter(({ watch }) => watch.delivery !== 'digest').map(({ watch }) => watch.name));
  const { told } = runWatches(watched, changed, memory, { from: at, to: at + seconds, budgetOf });
  const ours = told.filter(({ watch, foundAt }) => (kind.isForDigest || mailed.has(watch)) && foundAt > at);
  const first = (times: readonly (number | undefined)[]) =>
    Math.min(Number.POSITIVE_INFINITY, ...times.filter((time) => time !== undefined)) - at;
  return {
    kind,
    rate: site.rate,
    found: first(ours.map(({ foundAt }) => foundAt)),
    told: first(ours.map(({ firedAt }) => firedAt)),
  };
}

function incidentRow(kind: IncidentKind, rate: number, all: readonly Tried[]): GoalRow {
  const tried = all.filter((one) => one.kind === kind && one.rate === rate);
  const shareOf = (times: readonly number[]) => times.filter(Number.isFinite).length / Math.max(1, times.length);
  const told = tried.map((one) => one.told);
  const share = shareOf(told);
  const middle = median(told);
  const goal = kind.goal?.rates.includes(rate) ? kind.goal : undefined;
  const isMet = goal && share >= goal.share && middle <= (goal.medianS ?? Number.POSITIVE_INFINITY);
  return {
    what: `${kind.name}, ${rate}/s`,
    goal: goal ? `>= ${percent(goal.share)}${goal.medianS ? `, median <= ${seconds(goal.medianS)}` : ''}` : '',
    measured: `told ${percent(share)}, median ${seconds(middle)} (found ${percent(shareOf(tried.map(({ found }) => found)))}, ${seconds(median(tried.map(({ found }) => found)))}) of ${tried.length}`,
    isMet,
    distance: goal && !isMet ? distanceOf(goal, share, middle) : undefined,
  };
}

function distanceOf(
  { share: wanted, medianS }: { share: number; medianS?: number },
  share: number,
  middle: number,
): string {
  const short = share < wanted ? [`${percent(wanted - share)} fewer`] : [];
  const slow =
    medianS !== undefined && middle > medianS
      ? [Number.isFinite(middle) ? `${seconds(middle - medianS)} later` : 'most are missed']
      : [];
  return [...short, ...slow].join(', ');
}

function falseRows(runs: readonly SiteRun[], watched: readonly Watched[], isQuick: boolean): readonly GoalRow[] {
  const digest = new Set(watched.filter(({ watch }) => watch.delivery === 'digest').map(({ watch }) => watch.name));
  const fired = runs.flatMap(({ falseAlarms }) => falseAlarms.filter(({ firedAt }) => firedAt !== undefined));
  const pages = fired.filter(({ watch }) => !digest.has(watch)).length;
  const series = runs.length * watched.length;
  return [
    atMost(
      `false pages in ${isQuick ? `${DAYS.quick} healthy days` : 'a healthy fortnight'}, ${series} series`,
      pages,
      1,
      0,
    ),
    { what: '  of these series, for the digest', goal: '', measured: String(fired.length - pages) },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

function seconds(time: number): string {
  if (!Number.isFinite(time)) return 'never';
  return time < 120 ? `${time.toFixed(0)} s` : `${(time / 60).toFixed(1)} min`;
}
