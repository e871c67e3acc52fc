/** Runs the watches of a source over one closed step, with what each has learnt. */
import type { Judged } from '../core/decide/faults.ts';
import { createOffsetClock } from '../core/parse/zone-offset.ts';
import type { DetectorRunner, EvidenceView, WatchSpec } from '../core/plugin.ts';
import type { HostFacts, Store } from '../core/ports.ts';
import type { Fault } from '../core/types.ts';
import { type Baselines, baselineName, decodeBaselines } from './host-state.ts';
import { createSubjects, type Subject, type Subjects } from './subjects.ts';

/** Label values one watch remembers. */
export const MAX_BASELINES = 200;

/** A watch with its detector compiled. */
export interface ArmedWatch {
  readonly watch: WatchSpec;
  readonly runner: DetectorRunner;
}

export interface Learnt {
  readonly name: string;
  readonly baselines: Baselines;
}

export interface JudgeStep {
  readonly source: string;
  /** End of the step. */
  readonly now: number;
  readonly view: EvidenceView;
  /** Open faults of all sources. */
  readonly faults: readonly Fault[];
}

/** What the watches of a source said of a step. */
export interface JudgedStep {
  readonly judged: readonly Judged[];
  /** Keys of open faults whose watch judges a grid, on which this step does not lie. */
  readonly resting: ReadonlySet<string>;
}

/** Source to the watches on it. */
export type WatchesBySource = Readonly<Record<string, readonly ArmedWatch[]>>;

export interface Judge {
  /** Goes on with these; not while a tick runs. What a watch has learnt stays, unless another detector judges it now. */
  watch(watches: WatchesBySource): void;
  /** Loads what the watches of this source have learnt. */
  prepare(source: string): Promise<void>;
  /** Undefined where no watch had reason to look at this step, and none of the source has a fault open. */
  step(step: JudgeStep): JudgedStep | undefined;
  /** What was learnt and is not stored yet; stored() says that it is. */
  changed(): readonly Learnt[];
  all(): readonly Learnt[];
  stored(learnt: readonly Learnt[]): void;
  /** Drops what was learnt since it was stored. */
  forget(): void;
  watchOf(name: string): WatchSpec;
  rankOf(name: string): number;
}

export function createJudge(parts: {
  readonly store: Store;
  readonly facts: Pick<HostFacts, 'host' | 'timezone'>;
  readonly watches: WatchesBySource;
}): Judge {
  const { host, timezone } = parts.facts;
  const offsetAt = createOffsetClock(timezone);
  let byName = watchesByName(parts.watches);
  let posts = createPosts(parts.watches);
  const learnt = new Map<string, Map<string, unknown>>();
  const changed = new Set<string>();

  function watchOf(name: string): WatchSpec {
    return byName.get(name) ?? retiredWatch(name);
  }

  function judgeOne(post: Post, subject: Subject, step: JudgeStep, openKeys: ReadonlySet<string>): Judged {
    const { watch, runner } = post;
    const { key, name, label } = subject;
    const baselines = learnt.get(post.baselineName) ?? new Map<string, unknown>();
    const baseline = baselines.get(name);
    const { now, source, view } = step;
    const judgement = runner.judge({
      now,
      source,
      label,
      view,
      baseline,
      open: openKeys.has(key),
      budget: 1,
      offsetMs: offsetAt(now),
    });
    if (judgement.baseline !== baseline) remember(post.baselineName, baselines, name, judgement.baseline);
    const finding = judgement.finding && { ...judgement.finding, watch: watch.name };
    const stepMs = runner.onGrid ? runner.everyMs : undefined;
    return { watch, key, source, verdict: judgement.verdict, finding, stepMs };
  }

  function remember(name: string, baselines: Map<string, unknown>, label: string, baseline: unknown): void {
    baselines.delete(label);
    baselines.set(label, baseline);
    while (baselines.size > MAX_BASELINES) baselines.delete(baselines.keys().next().value ?? '');
    learnt.set(name, baselines);
    changed.add(name);
  }

  function forgetOthers(before: readonly Post[], now: readonly Post[]): void {
    const detectors = new Map(now.map(({ baselineName, watch }) => [baselineName, watch.detector]));
    for (const { baselineName: name, watch } of before) {
      const detector = detectors.get(name);
      // What is not stored yet is stored with the next commit.
      if (detector === undefined && !changed.has(name)) learnt.delete(name);
      if (detector === undefined || detector === watch.detector) continue;
      learnt.set(name, new Map());
      changed.add(name);
    }
  }

  return {
    watch(watches) {
      const before = [...posts.values()].flat();
      byName = watchesByName(watches);
      posts = createPosts(watches);
      forgetOthers(before, [...posts.values()].flat());
    },
    async prepare(source) {
      const names = (posts.get(source) ?? [])
        .map(({ baselineName }) => baselineName)
        .filter((name) => !learnt.has(name));
      if (names.length === 0) return;
      const blobs = await parts.store.read(host, names);
      names.forEach((name, i) => {
        learnt.set(name, decodeBaselines(blobs[i]));
      });
    },
    step(step) {
      const ours = posts.get(step.source) ?? [];
      const due = ours.filter((post) => isDue(post, step));
      const resting = restingKeys(ours, step);
      if (due.length === 0 && resting.size === 0) return undefined;
      const openKeys = new Set(step.faults.map(({ key }) => key));
      const judged = due.flatMap((post) => {
        const subjects = post.subjects.at(step.view, step.now, openOf(post, step));
        return subjects.map((subject) => judgeOne(post, subject, step, openKeys));
      });
      return { judged, resting };
    },
    changed: () => [...changed].map((name) => ({ name, baselines: learnt.get(name) ?? new Map() })),
    all: () => [...learnt].map(([name, baselines]) => ({ name, baselines })),
    stored(list) {
      for (const { name } of list) changed.delete(name);
    },
    forget() {
      learnt.clear();
      changed.clear();
    },
    watchOf,
    rankOf: (name) => byName.get(name)?.rank ?? 99,
  };
}

/** Stands in for a watch that left the configuration while a fault of it was open: its end is still told. */
function retiredWatch(name: string): WatchSpec {
  return {
    ...{ name, detector: '', options: {}, severity: 'warning', clearAfterMs: 60_000, rank: 99, title: name },
    why: 'This watch is no longer configured.',
    whatToDo: 'Nothing: its fault is closed.',
  };
}

function watchesByName(watches: WatchesBySource): ReadonlyMap<string, WatchSpec> {
  return new Map(Object.values(watches).flatMap((list) => list.map(({ watch }) => [watch.name, watch] as const)));
}

function createPosts(watches: WatchesBySource): ReadonlyMap<string, readonly Post[]> {
  return new Map(
    Object.entries(watches).map(([source, list]) => [source, list.map((armed) => createPost(armed, source))]),
  );
}

/** A watch on a source. */
interface Post extends ArmedWatch {
  readonly source: string;
  readonly baselineName: string;
  readonly subjects: Subjects;
}

function createPost(armed: ArmedWatch, source: string): Post {
  const { watch, runner } = armed;
  const subjects = createSubjects(watch, source, runner.inputs[0] ?? '');
  return { ...armed, source, baselineName: baselineName(source, watch.name), subjects };
}

/** On its grid; and, where it judges more than that, when its first input was observed in the step, or while a fault of it is open. */
function isDue(post: Post, step: JudgeStep): boolean {
  if (isOnGrid(post, step)) return true;
  if (post.runner.onGrid) return false;
  if (openOf(post, step).length > 0) return true;
  const input = post.runner.inputs[0];
  return input !== undefined && step.view.count(input, step.now - 1_000, step.now) > 0;
}

function isOnGrid({ runner }: Post, { now }: JudgeStep): boolean {
  return now % runner.everyMs === 0;
}

function restingKeys(posts: readonly Post[], step: JudgeStep): ReadonlySet<string> {
  if (step.faults.length === 0) return NOBODY;
  const resting = posts.filter((post) => post.runner.onGrid && !isOnGrid(post, step));
  return new Set(resting.flatMap((post) => openOf(post, step).map(({ key }) => key)));
}

const NOBODY: ReadonlySet<string> = new Set();

function openOf({ watch, source }: Post, { faults }: JudgeStep): readonly Fault[] {
  return faults.filter((fault) => fault.watch === watch.name && fault.source === source);
}
