/** One evaluation of everything: judges every step that has closed, follows the faults, decides what is told. */
import { FALSE_ALARMS_PER_MONTH, type Tests } from '../core/detect/budget.ts';
import { createOffsetClock } from '../core/parse/zone-offset.ts';
import type { EvidenceView } from '../core/plugin.ts';
import type { Blob, HostFacts, Store } from '../core/ports.ts';
import type { LearntFrom } from '../core/reading/learnt-from.ts';
import type { Notification, SourceState, Transition } from '../core/types.ts';
import { encodeHead } from '../core/window/head.ts';
import { type HostState, loadHost } from './host-state.ts';
import { createJudge } from './judge.ts';
import type { LearntSize } from './learnt.ts';
import { createPageCache } from './pages.ts';
import type { WatchesBySource } from './posts.ts';
import { createRemovedWatches } from './removed-watches.ts';
import { judgeSpans, type Span, STEP_MS } from './steps.ts';

/** Steps one tick judges at most, so that a tick ends; the next one goes on. */
export const MAX_STEPS_PER_TICK = 20_000;
/** A quiet host's state is written this often: what was judged since is judged again after a crash, with the same result. */
const QUIET_COMMIT_MS = 10_000;
/** After a pause longer than this only its last day is judged: what was before is known to be over. */
const PAUSE_MAX_MS = 7 * 86_400_000;
const PAUSE_JUDGED_MS = 86_400_000;

export interface TickInput {
  /** Source to the time before which all its lines have been taken. */
  readonly complete: Readonly<Record<string, number>>;
  /** No fault begins at steps before this, or none at all with Infinity: they are only learnt from or followed. */
  readonly openFrom?: number;
  readonly delivered: (notificationId: string) => boolean;
}

export interface TickResult {
  readonly transitions: readonly Transition[];
  readonly notifications: readonly Notification[];
  readonly steps: number;
  /** Faults that could not begin, because too many are open. */
  readonly refused: number;
  /** Somebody else judged meanwhile; nothing was done. */
  readonly conflict: boolean;
}

/** What is judged, and who is told. */
export interface TickOrders {
  readonly receivers: readonly string[];
  /** The sources stay the same while it runs. */
  readonly watches: WatchesBySource;
  /** Shared by all tests of chance; absent: the default. */
  readonly falseAlarmsPerMonth?: number | undefined;
  /** Local time of day of the digest, ms since midnight; absent: there is none. */
  readonly digestAtMs?: number | undefined;
}

export interface TickParts extends TickOrders {
  readonly store: Store;
  readonly facts: HostFacts;
  readonly newCommitId: () => string;
  /** What is new is written this often, where no fault or mail is; absent: every ten seconds. */
  readonly quietCommitMs?: number | undefined;
  /** Steps are judged so far apart; absent: each. */
  readonly strideMs?: number | undefined;
}

export interface Ticker {
  /** From the next tick on; nothing of a source that was judged before. */
  take(source: string, learning: Learning): void;
  /** From the next tick on; what is open goes on, and what was learnt stays. */
  order(orders: TickOrders): void;
  tick(input: TickInput): Promise<TickResult>;
  /** As of the last tick. */
  state(): HostState | undefined;
  /** Times that the store was found empty and written anew. */
  lost(): number;
  learntSize(): LearntSize;
  /** What it judges with, stored or not. */
  learnt(): readonly Blob[];
}

/** What was learnt of a source before it is judged. */
export interface Learning {
  readonly baselines: readonly Blob[];
  /** What had something to judge. */
  readonly tests: Tests[string];
  readonly from: LearntFrom;
}

export function createTicker(parts: TickParts): Ticker {
  const { store, facts } = parts;
  const pages = createPageCache(store, facts.host);
  const offsetAt = createOffsetClock(facts.timezone);
  let orders: TickOrders = parts;
  let ordered: TickOrders | undefined;
  const judge = createJudge({ store, host: facts.host, offsetAt, watches: parts.watches });
  const removed = createRemovedWatches(store, facts.host);
  let loaded: { id: string; state: HostState } | undefined;
  let written: HostState | undefined;
  let lost = 0;
  /** A mail is made with the view of its leader's source, which may have had no step in this tick. */
  const views = new Map<string, EvidenceView>();
  const heads = new Map<string, SourceState>();
  /** Source to the `complete` up to which all its steps are judged: until it grows there is nothing to ask for. */
  const done = new Map<string, number>();
  /** Source to what was learnt of it, until it is stored. */
  const offered = new Map<string, Learning>();

  /** A tick under way has read what the watches of its beginning have learnt. */
  function takeOrders(): void {
    if (!ordered) return;
    orders = ordered;
    ordered = undefined;
    judge.watch(orders.watches);
  }

  async function tick(input: TickInput): Promise<TickResult> {
    takeOrders();
    loaded ??= await loadHost(store, facts.host);
    written ??= loaded.state;
    await removed.load();
    const outbox = loaded.state.outbox.filter(({ id }) => !input.delivered(id));
    const known = outbox.length === loaded.state.outbox.length ? loaded.state : { ...loaded.state, outbox };
    const before = withOffered(known);
    // Side by side: over a long way to the store a tick takes as long as one source, however many there are.
    const asked = Object.keys(orders.watches).sort();
    const closed = await Promise.all(asked.map(async (source) => await closedSpan(source, input, before)));
    const spans = closed.filter((span) => span !== undefined);
    const judged = judgeSpans(spans, before, {
      ...{ judge, facts, offsetAt, receivers: orders.receivers, openFrom: input.openFrom ?? 0 },
      strideMs: parts.strideMs ?? STEP_MS,
      falseAlarmsPerMonth: orders.falseAlarmsPerMonth ?? FALSE_ALARMS_PER_MONTH,
      digestAtMs: orders.digestAtMs,
      viewOf: (source) => views.get(source),
      headOf: (source) => heads.get(source),
    });
    const conflict = await commit(judged.state, judged.decisions);
    if (conflict) return { transitions: [], notifications: [], steps: 0, refused: 0, conflict };
    const steps = spans.reduce((sum, { from, to }) => sum + (to - from) / STEP_MS, 0);
    const { transitions, notifications, refused } = judged;
    return { transitions, notifications, refused, steps, conflict };
  }

  function withOffered(known: HostState): HostState {
    let state = known;
    for (const [source, { baselines, tests, from }] of offered) {
      // It is judged already: by this one once it is stored, or by another that took over.
      if (isBegun(state, source)) offered.delete(source);
      else {
        judge.take(source, baselines);
        const learnt = { ...state.learnt, [source]: from };
        state = { ...state, learnt, tests: { ...state.tests, [source]: tests ?? {} } };
      }
    }
    return state;
  }

  /** The steps of a source that closed since it was judged last, with what is needed to judge them. */
  async function closedSpan(source: string, input: TickInput, state: HostState): Promise<Span | undefined> {
    const complete = input.complete[source];
    if (complete === undefined || done.get(source) === complete) return undefined;
    const head = await pages.head(source);
    if (head?.watermark === undefined) return undefined;
    const closed = Math.floor((complete - head.latenessMs) / STEP_MS) * STEP_MS;
    const judged = state.judged[source] ?? (await pages.firstSecond(source, head.watermark));
    const from = closed - judged > PAUSE_MAX_MS ? closed - PAUSE_JUDGED_MS : judged;
    const to = Math.min(closed, from + MAX_STEPS_PER_TICK * STEP_MS);
    if (to === closed || to <= from) done.set(source, complete);
    if (to <= from) return undefined;
    const viewed = pages.view(source, from, Math.min(to, head.watermark + STEP_MS));
    const [view] = await Promise.all([viewed, judge.prepare(source)]);
    views.set(source, view);
    heads.set(source, head);
    return { source, from, to, view, head };
  }

  async function commit(state: HostState, decisions: readonly Blob[]): Promise<boolean> {
    if (!worthWriting(state)) {
      loaded = { id: loaded?.id ?? '', state };
      return false;
    }
    if (await write(state, loaded?.id ?? '', { learnt: judge.learnt.changed(), decisions })) return false;
    const [head] = await store.read(facts.host, ['head']);
    // The store lost everything while we knew more: what is open, waiting and learnt is written anew from memory.
    if (!head && loaded && loaded.id !== '' && (await write(state, '', { learnt: judge.learnt.all(), decisions }))) {
      lost += 1;
      return false;
    }
    loaded = undefined;
    written = undefined;
    done.clear();
    judge.learnt.forget();
    removed.forget();
    return true;
  }

  async function write(state: HostState, parent: string, { learnt, decisions }: Written): Promise<boolean> {
    const id = parts.newCommitId();
    const newest = Math.max(0, ...Object.values(state.judged));
    const gone = removed.changed(judge.baselineNames(), newest, parent === '');
    const blobs = [...learnt, ...decisions, ...gone.blobs];
    const head = encodeHead(id, state);
    const result = await store.commit({ chain: facts.host, parent, id, head, blobs, removed: gone.removed });
    if (result === 'conflict') return false;
    judge.learnt.stored(learnt);
    removed.stored();
    loaded = { id, state };
    written = state;
    return true;
  }

  function worthWriting(state: HostState): boolean {
    if (written === undefined || state.book !== written.book || state.outbox !== written.outbox) return true;
    if (state.learnt !== written.learnt) return true;
    return Object.entries(state.judged).some(
      ([source, time]) => time - (written?.judged[source] ?? 0) >= (parts.quietCommitMs ?? QUIET_COMMIT_MS),
    );
  }

  function order(next: TickOrders): void {
    ordered = next;
  }

  return {
    ...{ order, tick, learntSize: judge.learnt.size, learnt: judge.learnt.all },
    take: (source, learning) => void offered.set(source, learning),
    state: () => loaded?.state,
    lost: () => lost,
  };
}

/** Whether a source was judged, or learnt to be. */
export function isBegun({ judged, learnt }: HostState, source: string): boolean {
  return judged[source] !== undefined || learnt[source] !== undefined;
}

/** What a commit has besides the state. */
interface Written {
  readonly learnt: readonly Blob[];
  readonly decisions: readonly Blob[];
}
