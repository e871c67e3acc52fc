/** Runs the watches of a source over one closed step, with what each has learnt. */
import type { FollowedFault } from '../core/decide/book.ts';
import type { Judged } from '../core/decide/faults.ts';
import { QUIET_RANK } from '../core/decide/leading.ts';
import {
  deliveryOf,
  hourOf,
  roundedLabels,
  type Shares,
  sharesFor,
  type Tests,
  withTested,
} from '../core/detect/budget.ts';
import type { OffsetAt } from '../core/parse/zone-offset.ts';
import type { EvidenceView, JudgeInput, Judgement, WatchSpec } from '../core/plugin.ts';
import type { Blob, Store } from '../core/ports.ts';
import { MACHINE_SOURCE } from './figures.ts';
import { createLearnt, type Learnt } from './learnt.ts';
import {
  type ArmedWatch,
  baselineNamesOf,
  createPosts,
  isAwaited,
  isDue,
  openOf,
  type Post,
  restingKeys,
  retiredWatch,
  spendingOf,
  unwatchedKeys,
  type WatchesBySource,
  watchesByName,
} from './posts.ts';
import type { Subject } from './subjects.ts';

/** The longest window. */
const SEEN_WITHIN_MS = 30 * 60_000;

export interface JudgeStep {
  readonly source: string;
  /** End of the step. */
  readonly now: number;
  readonly view: EvidenceView;
  /** Open faults of all sources. */
  readonly faults: readonly FollowedFault[];
  /** What had something to judge before it. */
  readonly tests: Tests;
  /** False alarms in 30 days, for all tests. */
  readonly perMonth: number;
}

/** What the watches of a source said of a step. */
export interface JudgedStep {
  readonly judged: readonly Judged[];
  /** Keys of open faults whose watch has nothing to say at this step. */
  readonly resting: ReadonlySet<string>;
  /** Keys of open faults of whatever source whose watch is gone. */
  readonly unwatched: ReadonlySet<string>;
  /** With what had something to judge at this step. */
  readonly tests: Tests;
}

/** What a watch was told that called a step bad. */
export interface Asked extends ArmedWatch {
  readonly input: JudgeInput;
}

export interface Judge {
  /** Goes on with these; not while a tick runs. What a watch has learnt stays, unless another detector judges it now. */
  watch(watches: WatchesBySource): void;
  /** Loads what the watches of this source have learnt. */
  prepare(source: string): Promise<void>;
  /** Goes on with what was learnt of this source elsewhere. */
  take(source: string, learnt: readonly Blob[]): void;
  /** Undefined where no watch had reason to look at this step, and no fault is to be followed. */
  step(step: JudgeStep): JudgedStep | undefined;
  /** What was said to the watch that called this key bad at the last step. */
  askedOf(key: string): Asked | undefined;
  /** What it judges with, of all watches. */
  readonly learnt: Pick<Learnt, 'changed' | 'all' | 'stored' | 'forget' | 'size'>;
  /** Of all watches, in order; the same list until there are others. */
  baselineNames(): readonly string[];
  /** Whether a check that is asked often was not asked since. `view`: of the machine. */
  awaitsChecks(view: EvidenceView | undefined, since: number, now: number): boolean;
  watchOf(name: string): WatchSpec;
  /** As groups want it. */
  rankOf(name: string): number;
}

export function createJudge(parts: {
  readonly store: Store;
  readonly host: string;
  readonly offsetAt: OffsetAt;
  readonly watches: WatchesBySource;
}): Judge {
  const { offsetAt } = parts;
  let byName = watchesByName(parts.watches);
  let posts = createPosts(parts.watches);
  let spending = spendingOf(parts.watches);
  let names = baselineNamesOf(posts);
  const asked = new Map<string, Asked>();
  const learnt = createLearnt(parts.store, parts.host);
  /** What a watch had learnt before its last judgement, which nobody looks at any more. */
  const spares = new Map<Post, unknown>();
  /** Source to what its tests may give, as worked out last. */
  const sharing = new Map<string, Pick<JudgeStep, 'tests' | 'perMonth'> & { hour: number; shares: Shares }>();

  function watchOf(name: string): WatchSpec {
    return byName.get(name) ?? retiredWatch(name);
  }

  /** They change with the tests, and with the hour. */
  function sharesAt({ source, now, tests, perMonth }: JudgeStep): Shares {
    const hour = hourOf(now);
    const known = sharing.get(source);
    if (known?.tests === tests && known.hour === hour && known.perMonth === perMonth) return known.shares;
    const shares = sharesFor(source, { now, perMonth, tests, all: spending });
    sharing.set(source, { tests, hour, perMonth, shares });
    return shares;
  }

  /** Its watch said something of `subjects` at this step. */
  function judgePost(post: Post, step: JudgeStep, shares: Shares): readonly Judged[] {
    const open = openOf(post, step);
    const subjects = post.subjects.at(step.view, step.now, open);
    const share = shares[deliveryOf(post.watch)] / roundedLabels(subjects.length);
    return subjects.map((subject) => {
      const fault = step.faults.find(({ key }) => key === subject.key);
      // An open fault keeps the limit under which it began, whatever tests come or go.
      return judgeOne(post, subject, { ...step, open: fault !== undefined, budget: fault?.budget ?? share });
    });
  }

  function judgeOne(
    post: Post,
    { key, name, label }: Subject,
    { now, source, view, open, budget }: Pick<JudgeInput, 'now' | 'source' | 'view' | 'open' | 'budget'>,
  ): Judged {
    const { watch, runner } = post;
    const baseline = learnt.of(post, name);
    const spare = spares.get(post);
    const input = { now, source, label, view, baseline, spare, open, budget, offsetMs: offsetAt(now) };
    const judgement = runner.judge(input);
    const isBad = judgement.verdict === 'bad';
    if (judgement.baseline !== baseline) {
      learnt.learn(post, name, judgement.baseline);
      // What a decision is written down from is still looked at.
      spares.set(post, isBad ? undefined : baseline);
    }
    if (isBad) asked.set(key, { watch, runner, input: { ...input, spare: undefined } });
    return {
      ...{ watch, key, source, verdict: judgement.verdict, finding: findingOf(judgement, watch) },
      stepMs: runner.onGrid ? runner.everyMs : undefined,
      ...(runner.byReading && { readingMs: runner.everyMs }),
      ...(runner.spends && { budget }),
    };
  }

  /** A watch with the number of labels that it had something to judge of; some call it well where nothing ever comes. */
  function testedBy(
    { watch, runner }: Post,
    judged: readonly Judged[],
    { view, now }: JudgeStep,
  ): readonly (readonly [string, number])[] {
    if (!runner.spends || judged.every(({ verdict }) => verdict === 'unclear')) return [];
    const [first = ''] = runner.inputs;
    const isSeen = view.count(first, now - SEEN_WITHIN_MS, now) > 0;
    return isSeen ? [[watch.name, roundedLabels(judged.length)]] : [];
  }

  return {
    watch(watches) {
      const before = [...posts.values()].flat();
      byName = watchesByName(watches);
      posts = createPosts(watches);
      spending = spendingOf(watches);
      names = baselineNamesOf(posts);
      spares.clear();
      sharing.clear();
      learnt.keep(before, [...posts.values()].flat());
    },
    prepare: async (source) => await learnt.load(posts.get(source) ?? []),
    take: (source, blobs) => learnt.take(posts.get(source) ?? [], blobs),
    step(step) {
      const ours = posts.get(step.source) ?? [];
      const due = ours.filter((post) => isDue(post, step));
      const resting = restingKeys(ours, step);
      const unwatched = unwatchedKeys(posts, step.faults);
      if (due.length === 0 && resting.size === 0 && unwatched.size === 0) return undefined;
      asked.clear();
      const { source, now, tests } = step;
      const shares = sharesAt(step);
      const said = due.map((post) => [post, judgePost(post, step, shares)] as const);
      const labels = new Map(said.flatMap(([post, judged]) => testedBy(post, judged, step)));
      const armed = ours.map(({ watch }) => watch.name);
      return {
        judged: said.flatMap(([, judged]) => judged),
        ...{ resting, unwatched },
        tests: withTested(tests, source, { now, labels, armed }),
      };
    },
    askedOf: (key) => asked.get(key),
    learnt,
    baselineNames: () => names,
    awaitsChecks: (view, since, now) =>
      view !== undefined && (posts.get(MACHINE_SOURCE) ?? []).some((post) => isAwaited(post, { view, since, now })),
    watchOf,
    rankOf(name) {
      const { rank, delivery } = watchOf(name);
      return delivery === 'digest' ? QUIET_RANK + rank : rank;
    },
  };
}

/** As severe as its watch says of its cause. */
function findingOf({ finding }: Judgement, { name, causes }: WatchSpec): Judged['finding'] {
  if (finding === undefined) return undefined;
  const { cause } = finding;
  const severity = cause === undefined ? undefined : causes?.[cause]?.severity;
  return { ...finding, watch: name, ...(severity !== undefined && { severity }) };
}
