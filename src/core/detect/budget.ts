/**
 * How many false alarms may one test give? falseAlarmsPerMonth is for the whole service: it is shared equally by all tests
 * that have had something to judge. Equally, since nothing says beforehand which of them will find something; what a
 * watch is worth is said by its severity and delivery. Expected false alarms add up, whether tests depend on each other or
 * not, so the sum of all shares is what was asked for.
 */
import type { Delivery } from '../plugin.ts';

/** Mails of chance in 30 days that a person takes without turning linesman off. */
export const FALSE_ALARMS_PER_MONTH = 1;
/** The digest wakes nobody: ten lines of chance in thirty digests cost a glance each, and a smaller share would hide slow faults. */
export const DIGEST_TIMES = 10;
export const MONTH_MS = 30 * 86_400_000;
/** Sources are judged a little apart: what is found in one counts for the others from the next full hour on, so that all see the same. */
const APART_MS = 3_600_000;

/** A watch on a source whose verdicts are tests of chance. */
export interface SpendingTest {
  readonly source: string;
  readonly watch: string;
  readonly delivery?: Delivery | undefined;
}

/** That a test had something to judge, and since when. */
export interface Tested {
  readonly since: number;
  /** Label values that share its share, rounded up to a power of two; 1 where it judges the total. */
  readonly labels: number;
}

/** Source to watch to what it judges. */
export type Tests = Readonly<Record<string, Readonly<Record<string, Tested>>>>;

/** False alarms in 30 days for all tests of this delivery. */
export function allowanceOf(delivery: Delivery | undefined, perMonth: number): number {
  return delivery === 'digest' ? perMonth * DIGEST_TIMES : perMonth;
}

/** What each test of a source may give, mail and digest apart, before it is divided by its labels. */
export type Shares = Readonly<Record<Delivery, number>>;

export function sharesFor(
  source: string,
  at: { readonly now: number; readonly perMonth: number; readonly tests: Tests; readonly all: readonly SpendingTest[] },
): Shares {
  const counted = at.all.filter((test) => isCounted(test, source, at));
  const shareOf = (delivery: Delivery) => {
    const sharing = counted.filter((test) => deliveryOf(test) === delivery).length;
    return allowanceOf(delivery, at.perMonth) / Math.max(1, sharing);
  };
  return { mail: shareOf('mail'), digest: shareOf('digest') };
}

/** Label values that share, rounded up: a limit that moved with each vhost that comes and goes would explain nothing. */
export function roundedLabels(labels: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, labels)));
}

/** With what the watches of a source had to judge at this step; the same object where nothing is new. Watches that are gone leave. */
export function withTested(
  tests: Tests,
  source: string,
  at: { readonly now: number; readonly labels: ReadonlyMap<string, number>; readonly armed: readonly string[] },
): Tests {
  const known = tests[source] ?? {};
  const changed = [...at.labels].filter(([watch, labels]) => known[watch]?.labels !== labels);
  if (changed.length === 0) return tests;
  const kept = Object.entries(known).filter(([watch]) => at.armed.includes(watch));
  const more = changed.map(([watch, labels]) => [watch, { since: known[watch]?.since ?? at.now, labels }] as const);
  return { ...tests, [source]: { ...Object.fromEntries(kept), ...Object.fromEntries(more) } };
}

function isCounted(
  { source, watch }: SpendingTest,
  asking: string,
  { now, tests }: { readonly now: number; readonly tests: Tests },
): boolean {
  const since = tests[source]?.[watch]?.since;
  if (since === undefined) return false;
  return source === asking || since < hourOf(now) * APART_MS;
}

/** Within one of these nothing but the tests changes what is shared. */
export function hourOf(now: number): number {
  return Math.floor(now / APART_MS);
}

export function deliveryOf({ delivery }: Pick<SpendingTest, 'delivery'>): Delivery {
  return delivery ?? 'mail';
}
