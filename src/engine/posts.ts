/** Watches at their posts: each on a source, with the steps at which it looks. */
import type { SpendingTest } from '../core/detect/budget.ts';
import type { DetectorRunner, EvidenceView, Options, WatchSpec } from '../core/plugin.ts';
import type { Fault } from '../core/types.ts';
import { baselineName } from './host-state.ts';
import { judgesOf } from './judges.ts';
import { createSubjects, type Subjects } from './subjects.ts';

/** A watch with its detector compiled. */
export interface ArmedWatch {
  readonly watch: WatchSpec;
  readonly runner: DetectorRunner;
  /** What its options are where nobody sets them. */
  readonly defaults?: Options;
}

/** Source to the watches on it. */
export type WatchesBySource = Readonly<Record<string, readonly ArmedWatch[]>>;

/** A watch on a source. */
export interface Post extends ArmedWatch {
  readonly source: string;
  readonly baselineName: string;
  /** What its baselines are of: who judges what, but not with which limits. */
  readonly judges: string;
  readonly subjects: Subjects;
}

/** A step of one source, as far as it decides who looks. */
interface Step {
  readonly now: number;
  readonly view: EvidenceView;
  /** Open faults of all sources. */
  readonly faults: readonly Fault[];
}

export function createPosts(watches: WatchesBySource): ReadonlyMap<string, readonly Post[]> {
  return new Map(
    Object.entries(watches).map(([source, list]) => [source, list.map((armed) => createPost(armed, source))]),
  );
}

function createPost(armed: ArmedWatch, source: string): Post {
  const { watch, runner } = armed;
  const subjects = createSubjects(watch, source, runner.inputs[0] ?? '');
  return { ...armed, source, baselineName: baselineName(source, watch.name), judges: judgesOf(armed), subjects };
}

/** Of all of them, in order. */
export function baselineNamesOf(posts: ReadonlyMap<string, readonly Post[]>): readonly string[] {
  return [...posts.values()].flatMap((ours) => ours.map((post) => post.baselineName)).sort();
}

/** Those that share falseAlarmsPerMonth. */
export function spendingOf(watches: WatchesBySource): readonly SpendingTest[] {
  return Object.entries(watches).flatMap(([source, list]) =>
    list
      .filter(({ runner }) => runner.spends)
      .map(({ watch: { name, delivery } }) => ({ source, watch: name, delivery })),
  );
}

/**
 * By reading: when its first input was observed in the step. Else on its grid; and, where it judges more than that, when its first
 * input was observed, or while a fault of it is open.
 */
export function isDue(post: Post, step: Step): boolean {
  if (post.runner.byReading) return isObserved(post, step);
  if (isOnGrid(post, step)) return true;
  if (post.runner.onGrid) return false;
  return openOf(post, step).length > 0 || isObserved(post, step);
}

function isObserved({ runner }: Post, { view, now }: Step): boolean {
  const [input] = runner.inputs;
  return input !== undefined && view.count(input, now - 1_000, now) > 0;
}

/** Readings further apart are not waited for. */
export const AWAITED_MS = 20_000;
/** It had none of its last readings: nobody asks it any more. */
const MISSED_READINGS = 3;

/** It is asked by readings that come often, and had none since. */
export function isAwaited(
  { runner: { byReading, everyMs, inputs } }: Post,
  { view, since, now }: { readonly view: EvidenceView; readonly since: number; readonly now: number },
): boolean {
  const [input] = inputs;
  if (!byReading || input === undefined || everyMs > AWAITED_MS) return false;
  const last = view.lastSeen(input, now - MISSED_READINGS * everyMs, now);
  return last !== undefined && last < since;
}

function isOnGrid({ runner }: Post, { now }: Step): boolean {
  return now % runner.everyMs === 0;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Keys of open faults whose watch judges a grid on which this step does not lie, or readings of which it has none. */
export function restingKeys(posts: readonly Post[], step: Step): ReadonlySet<string> {
  if (step.faults.length === 0) return NOBODY;
  const resting = posts.filter(({ runner }) => runner.onGrid || runner.byReading).filter((post) => !isDue(post, step));
  return new Set(resting.flatMap((post) => openOf(post, step).map(({ key }) => key)));
}

/** Keys of open faults of all sources whose watch left the settings, or whose source did. */
export function unwatchedKeys(
  posts: ReadonlyMap<string, readonly Post[]>,
  faults: readonly Fault[],
): ReadonlySet<string> {
  if (faults.length === 0) return NOBODY;
  const gone = faults.filter(({ source, watch }) => !posts.get(source)?.some((post) => post.watch.name === watch));
  return gone.length === 0 ? NOBODY : new Set(gone.map(({ key }) => key));
}

export function openOf({ watch, source }: Post, { faults }: Step): readonly Fault[] {
  return faults.filter((fault) => fault.watch === watch.name && fault.source === source);
}

export function watchesByName(watches: WatchesBySource): ReadonlyMap<string, WatchSpec> {
  return new Map(Object.values(watches).flatMap((list) => list.map(({ watch }) => [watch.name, watch] as const)));
}

/**
 * Stands in for a watch that left the configuration while a fault of it was open. What was told of it, by mail or digest,
 * is told to its end; by itself it makes no mail any more.
 */
export function retiredWatch(name: string): WatchSpec {
  return {
    ...{ name, detector: '', options: {}, severity: 'warning', clearAfterMs: 60_000, rank: 99, title: name },
    delivery: 'digest',
    why: 'This watch is no longer configured.',
    whatToDo: 'Nothing: its fault is closed.',
  };
}
