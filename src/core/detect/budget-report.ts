/** What is accepted of false alarms, over what it is shared, and what came: from what is stored, for people. */
import type { DigestState, Noticed } from '../decide/digest.ts';
import { type FiredRow, firedByWatch } from '../decide/fired.ts';
import type { Delivery } from '../plugin.ts';
import { allowanceOf, deliveryOf, MONTH_MS, type SpendingTest, sharesFor, type Tested, type Tests } from './budget.ts';

/** A watch on a source, as it is armed. */
export interface BudgetWatch extends SpendingTest {
  readonly spends: boolean;
  /** Score from which it speaks at a budget; absent: it does not say. */
  readonly limitAt?: ((budget: number) => number) | undefined;
}

export interface BudgetTest {
  readonly watch: string;
  readonly source: string;
  /** Label values that share its share; 1: the total. */
  readonly labels: number;
  /** False alarms in 30 days, of each label value. */
  readonly share: number;
  readonly score?: number | undefined;
}

/** What came of a watch in the last 30 days, of whatever cause. */
export type BudgetFired = Omit<FiredRow, 'day'>;

export interface BudgetPot {
  /** False alarms in 30 days. */
  readonly allowance: number;
  /** By watch, then by source. */
  readonly tests: readonly BudgetTest[];
  /** Tests that have had nothing to judge yet. */
  readonly idle: number;
  /** False alarms that were to be expected in the last 30 days, as far as they were judged. */
  readonly expected: number;
  readonly fired: readonly BudgetFired[];
}

export interface BudgetReport {
  readonly host: string;
  /** What is stored was judged up to here. */
  readonly at: number;
  /** Tests have been judged for so long, 30 days at most. */
  readonly judgedMs: number;
  readonly falseAlarmsPerMonth: number;
  readonly mail: BudgetPot;
  readonly digest: BudgetPot;
  /** What waits for the next digest; where that is off, what nobody was mailed. */
  readonly waiting: BudgetWaiting;
  /** Of watches with a fixed limit, which spend nothing, and of those that are gone. */
  readonly certain: readonly BudgetFired[];
}

export interface BudgetWaiting {
  readonly isOff: boolean;
  /** When the last digest was. */
  readonly since?: number | undefined;
  readonly timezone: string;
  /** Oldest first. */
  readonly noticed: readonly Noticed[];
  /** Older ones that are not kept. */
  readonly noticedMore: number;
}

export interface BudgetParts {
  readonly host: string;
  readonly at: number;
  readonly falseAlarmsPerMonth: number;
  readonly tests: Tests;
  readonly fired: readonly FiredRow[];
  readonly watches: readonly BudgetWatch[];
  readonly digest: Pick<DigestState, 'since' | 'noticed' | 'noticedDropped'> & { readonly isOff: boolean };
  /** Of the times that are shown. */
  readonly timezone: string;
}

export function reportBudget(parts: BudgetParts): BudgetReport {
  const { host, at, falseAlarmsPerMonth, tests, watches, timezone } = parts;
  const { isOff, since: digestAt, noticed, noticedDropped: noticedMore } = parts.digest;
  const since = watches.filter(({ spends }) => spends).flatMap((one) => testedOf(one, tests)?.since ?? []);
  const judgedMs = Math.max(0, Math.min(MONTH_MS, at - Math.min(at, ...since)));
  const spending = new Set(watches.filter(({ spends }) => spends).map(({ watch }) => watch));
  const fired = [...firedByWatch(parts.fired, at).values()].sort((a, b) => (a.watch < b.watch ? -1 : 1));
  return {
    ...{ host, at, judgedMs, falseAlarmsPerMonth },
    mail: potOf('mail', parts, { judgedMs, fired }),
    digest: potOf('digest', parts, { judgedMs, fired }),
    waiting: { isOff, since: digestAt, timezone, noticed, noticedMore },
    certain: fired.filter(({ watch }) => !spending.has(watch)),
  };
}

function potOf(
  delivery: Delivery,
  { at, falseAlarmsPerMonth: perMonth, tests, watches }: BudgetParts,
  { judgedMs, fired }: { readonly judgedMs: number; readonly fired: readonly BudgetFired[] },
): BudgetPot {
  const all = watches.filter(({ spends }) => spends);
  const ours = all.filter((one) => deliveryOf(one) === delivery);
  const names = new Set(ours.map(({ watch }) => watch));
  const shown = ours.flatMap((one) => {
    const tested = testedOf(one, tests);
    if (tested === undefined) return [];
    const share = sharesFor(one.source, { now: at, perMonth, tests, all })[delivery] / tested.labels;
    const { watch, source, limitAt } = one;
    return [{ watch, source, labels: tested.labels, share, score: limitAt?.(share) }];
  });
  const allowance = allowanceOf(delivery, perMonth);
  return {
    allowance,
    tests: shown.sort((a, b) => (`${a.watch} ${a.source}` < `${b.watch} ${b.source}` ? -1 : 1)),
    idle: ours.length - shown.length,
    expected: shown.length === 0 ? 0 : (allowance * judgedMs) / MONTH_MS,
    fired: fired.filter(({ watch }) => names.has(watch)),
  };
}

function testedOf({ source, watch }: SpendingTest, tests: Tests): Tested | undefined {
  return tests[source]?.[watch];
}
