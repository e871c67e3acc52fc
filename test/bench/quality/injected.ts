/**
 * Incidents in drawn traffic, and the same traffic while it is well, through the watches on access logs as they are shipped and
 * through the life of faults; site-runs.ts says how.
 * - found: a first finding of any watch while the incident is watched; told: a fault of any watch fired, which is when a mail
 *   goes out. Watches for the digest do not count, but for what belongs there. Faults that were open before the incident do not count.
 * - times are from the beginning of the incident, of a creep from its first second, when nothing is to be seen of it yet.
 * - goals are held to what was told, their medians to all incidents: one that is missed takes for ever.
 * - false alarms are faults that fired while all was well; falseAlarmsPerMonth is 1, shared by all tests of 50 series.
 */
import { allowanceOf, deliveryOf, FALSE_ALARMS_PER_MONTH as PER_MONTH } from '../../../src/core/detect/budget.ts';
import type { WatchSpec } from '../../../src/core/plugin.ts';
import { median } from '../statistics.ts';
import { timesChart } from './charts.ts';
import { DAY_S } from './drawn-traffic.ts';
import { atMost, type GoalRow, type Part } from './goal.ts';
import { CREEP, INCIDENTS, type IncidentKind } from './incidents.ts';
import { shippedWatches } from './shipped-watches.ts';
import { runSite, type SiteRun, type Tried } from './site-runs.ts';
import type { Told, Watched } from './watched-traffic.ts';

/** Those with most goals first, should time be short. */
const RATES = [20, 2, 0.1];
const SERIES = 50;
const FORTNIGHT = 14;
/** Sites, those of them on which incidents are tried, and at how many times each; quickly, what is learnt by the week is not known yet. */
const FULL = { days: FORTNIGHT, sites: 18, tried: 6, forks: 20 };
const QUICK = { days: 4, sites: 3, tried: 3, forks: 6 };

export const injected: Part = {
  name: 'injected',
  weight: { full: 330, quick: 22 },
  setting: `shipped watches on access logs, falseAlarmsPerMonth ${PER_MONTH} shared by all tests of ${SERIES} series, sites of ${RATES.join(', ')} requests/s, p95 of latency 400 ms; times from the first second of an incident`,
  run: async ({ isQuick, say, chart, goOn }) => {
    const watched = await shippedWatches();
    const plan = isQuick ? QUICK : FULL;
    const budgetOf = budgets(watched, Math.ceil(SERIES / watched.length));
    say(`watches: ${watched.map(({ watch }) => watch.name).join(' ')}`);
    const runs: SiteRun[] = [];
    for (let at = 0; at < plan.sites && (await goOn()); at += 1) {
      const rate = RATES[at % RATES.length] as number;
      const forks = at < plan.tried ? plan.forks : 0;
      const run = await runSite({ rate, days: plan.days, seed: 1 + at, forks, watched, budgetOf, goOn });
      say(`site ${at + 1}, ${rate}/s, ${run.days.toFixed(1)} days: ${falseText(run)}`);
      runs.push(run);
    }
    const tried = runs.flatMap((run) => run.tried);
    chart('injected', incidentChart(tried));
    return [
      ...INCIDENTS.flatMap((kind) => [
        ...kind.rates.map((rate) => incidentRow(kind, rate, tried)),
        ...(kind === CREEP.kind ? [creepRow(tried, watched)] : []),
      ]),
      ...falseRows(runs, watched),
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

function incidentChart(tried: readonly Tried[]): string {
  const rows = INCIDENTS.flatMap((kind) => kind.rates.map((rate) => ({ kind, rate })));
  return timesChart(
    'Seconds from an incident to its mail',
    rows.map(({ kind, rate }) => ({
      name: `${kind.name}, ${rate}/s`,
      seconds: tried.filter((one) => one.kind === kind && one.rate === rate).map(({ told }) => told),
    })),
  );
}

function falseText({ falseAlarms }: SiteRun): string {
  const fired = falseAlarms.filter(({ firedAt }) => firedAt !== undefined);
  const said = fired.map(({ watch, firedAt = 0 }) => `${watch} on day ${(firedAt / DAY_S).toFixed(1)}`);
  return said.join(', ') || 'no false alarm';
}

function incidentRow(kind: IncidentKind, rate: number, all: readonly Tried[]): GoalRow {
  const tried = all.filter((one) => one.kind === kind && one.rate === rate);
  const what = `${kind.name}, ${rate}/s`;
  const goal = kind.goal?.rates.includes(rate) ? kind.goal : undefined;
  const wanted = goal ? `>= ${percent(goal.share)}${goal.medianS ? `, median <= ${seconds(goal.medianS)}` : ''}` : '';
  if (tried.length === 0) return { what, goal: wanted, measured: 'not measured: time was up' };
  const told = tried.map((one) => one.told);
  const found = tried.map((one) => one.found);
  const share = shareOf(told);
  const middle = median(told);
  const isMet = goal && share >= goal.share && middle <= (goal.medianS ?? Number.POSITIVE_INFINITY);
  return {
    what,
    goal: wanted,
    measured: `told ${percent(share)}, median ${seconds(middle)} (found ${percent(shareOf(found))}, ${seconds(median(found))}) of ${tried.length}`,
    isMet,
    distance: goal && !isMet ? distanceOf(goal, share, middle) : undefined,
  };
}

function shareOf(times: readonly number[]): number {
  return times.filter(Number.isFinite).length / Math.max(1, times.length);
}

/** The median again, from when there was something to see and from when the watch may tell it at all. */
function creepRow(all: readonly Tried[], watched: readonly Watched[]): GoalRow {
  const middle = median(all.filter(({ kind }) => kind === CREEP.kind).map(({ told }) => told));
  const least = Number(watched.find(({ watch }) => watch.name === CREEP.watch)?.watch.options.minShare);
  const after = (share: number) => seconds(middle - CREEP.secondsTo(share));
  return {
    what: `  its median, since the share had doubled / was ${percent(least)}, the least told`,
    goal: '',
    measured: Number.isNaN(middle) ? 'not measured' : `${after(2 * CREEP.usual)} / ${after(least)}`,
  };
}

function distanceOf(goal: { share: number; medianS?: number }, share: number, middle: number): string {
  const { share: wanted, medianS = Number.POSITIVE_INFINITY } = goal;
  const short = share < wanted ? [`${percent(wanted - share)} fewer`] : [];
  const late = Number.isFinite(middle) ? `${seconds(middle - medianS)} later` : 'most are missed';
  return [...short, ...(middle > medianS ? [late] : [])].join(', ');
}

function falseRows(runs: readonly SiteRun[], watched: readonly Watched[]): readonly GoalRow[] {
  const digest = new Set(watched.filter(({ watch }) => watch.delivery === 'digest').map(({ watch }) => watch.name));
  const fired = runs.flatMap(({ falseAlarms }) => falseAlarms.filter(({ firedAt }) => firedAt !== undefined));
  const pages = fired.filter(({ watch }) => !digest.has(watch));
  const days = runs.reduce((sum, run) => sum + run.days, 0) * watched.length;
  const firstDays = runs.reduce((sum, run) => sum + Math.min(1, run.days), 0) * watched.length;
  const early = (told: readonly Told[]) => told.filter(({ firedAt = 0 }) => firedAt < DAY_S).length;
  const row = atMost(
    `false pages in a healthy fortnight, ${SERIES} series`,
    (pages.length * SERIES * FORTNIGHT) / days,
    1,
    2,
  );
  const split = (told: readonly Told[]) => `${early(told)} / ${told.length - early(told)}`;
  return [
    { ...row, measured: `${row.measured} (${pages.length} in ${days.toFixed(0)} days of a series)` },
    {
      what: '  pages on the first day of a site / later',
      goal: '',
      measured: `${split(pages)} (${firstDays.toFixed(0)} / ${(days - firstDays).toFixed(0)} days of a series)`,
    },
    {
      what: '  lines for the digest on the first day / later',
      goal: '',
      measured: split(fired.filter(({ watch }) => digest.has(watch))),
    },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

function seconds(time: number): string {
  if (!Number.isFinite(time)) return 'never';
  return Math.abs(time) < 120 ? `${time.toFixed(0)} s` : `${(time / 60).toFixed(1)} min`;
}
