/** One evaluation of everything: judges every step that has closed, follows the faults, decides what is told. */
import { stepFaults } from '../core/decide/faults.ts';
import { stepTellings } from '../core/decide/tellings.ts';
import type { EvidenceView } from '../core/plugin.ts';
import type { HostFacts, Store } from '../core/ports.ts';
import { unreadBytes } from '../core/reading/unread.ts';
import type { Notification, SourceState, Transition } from '../core/types.ts';
import { encodeHead } from '../core/window/head.ts';
import { encodeBaselines, type HostState, loadHost, lossesSince, withLosses, withNotifications } from './host-state.ts';
import { createJudge, type Learnt, type WatchesBySource } from './judge.ts';
import { createPageCache } from './pages.ts';
import { notificationsOf } from './telling.ts';

/** Steps one tick judges at most, so that a tick ends; the next one goes on. */
export const MAX_STEPS_PER_TICK = 20_000;
/** A quiet host's state is written this often: what was judged since is judged again after a crash, with the same result. */
const QUIET_COMMIT_MS = 10_000;
const STEP_MS = 1_000;
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
}

export interface TickParts extends TickOrders {
  readonly store: Store;
  readonly facts: HostFacts;
  readonly newCommitId: () => string;
}

export interface Ticker {
  /** From the next tick on; what is open goes on, and what was learnt stays. */
  order(orders: TickOrders): void;
  tick(input: TickInput): Promise<TickResult>;
  /** As of the last tick. */
  state(): HostState | undefined;
  /** Times that the store was found empty and written anew. */
  lost(): number;
}

export function createTicker(parts: TickParts): Ticker {
  const { store, facts } = parts;
  const pages = createPageCache(store, facts.host);
  let { receivers, watches } = parts;
  let ordered: TickOrders | undefined;
  const judge = createJudge({ store, facts, watches });
  let loaded: { id: string; state: HostState } | undefined;
  let written: HostState | undefined;
  let lost = 0;
  /** A mail is made with the view of its leader's source, which may have had no step in this tick. */
  const views = new Map<string, EvidenceView>();
  const heads = new Map<string, SourceState>();
  /** Source to the `complete` up to which all its steps are judged: until it grows there is nothing to ask for. */
  const done = new Map<string, number>();

  /** A tick under way has read what the watches of its beginning have learnt. */
  function takeOrders(): void {
    if (!ordered) return;
    ({ receivers, watches } = ordered);
    ordered = undefined;
    judge.watch(watches);
  }

  async function tick(input: TickInput): Promise<TickResult> {
    takeOrders();
    loaded ??= await loadHost(store, facts.host);
    written ??= loaded.state;
    const outbox = loaded.state.outbox.filter(({ id }) => !input.delivered(id));
    const before = outbox.length === loaded.state.outbox.length ? loaded.state : { ...loaded.state, outbox };
    // Side by side: over a long way to the store a tick takes as long as one source, however many there are.
    const asked = Object.keys(watches).sort();
    const closed = await Promise.all(asked.map(async (source) => await closedSpan(source, input, before)));
    const spans = closed.filter((span) => span !== undefined);
    const judged = judgeSpans(spans, before, input.openFrom ?? 0);
    const conflict = await commit(judged.state);
    if (conflict) return { transitions: [], notifications: [], steps: 0, refused: 0, conflict };
    const steps = spans.reduce((sum, { from, to }) => sum + (to - from) / STEP_MS, 0);
    const { transitions, notifications, refused } = judged;
    return { transitions, notifications, refused, steps, conflict };
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

  /** Second by second over all sources, so that what began together is grouped the same way live and in replay. */
  function judgeSpans(spans: readonly Span[], before: HostState, openFrom: number): Judged {
    const start = Math.min(...spans.map(({ from }) => from));
    const end = Math.max(...spans.map(({ to }) => to));
    let done: Judged = { state: spans.reduce(endSpan, before), transitions: [], notifications: [], refused: 0 };
    for (let now = start + STEP_MS; now <= end; now += STEP_MS) {
      for (const span of spans) {
        if (now > span.from && now <= span.to) done = judgeStep(span, now, done, now >= openFrom);
      }
    }
    return done;
  }

  function judgeStep(span: Span, now: number, done: Judged, opening: boolean): Judged {
    const { state } = done;
    const said = judge.step({ source: span.source, now, view: span.view, faults: state.book.faults });
    if (said === undefined) return done;
    const followed = stepFaults(state.book, { now, ...said, opening });
    const told = stepTellings(followed.book, now, judge.rankOf);
    const transitions = [...done.transitions, ...followed.transitions];
    const refused = done.refused + followed.refused.length;
    if (told.tellings.length === 0) return { ...done, state: { ...state, book: told.book }, transitions, refused };
    const made = notificationsOf(told.tellings, {
      ...{ state, facts, watchOf: judge.watchOf, receivers },
      viewOf: (source) => views.get(source) ?? span.view,
      readingOf: (fault) => ({
        lost: lossesSince(state, fault),
        unreadBytes: unreadBytes(heads.get(fault.source)?.files ?? []),
        hasLedger: heads.get(fault.source)?.ledger !== undefined,
      }),
    });
    return {
      state: withNotifications({ ...state, book: told.book, threads: made.threads }, made.notifications),
      transitions,
      refused,
      notifications: [...done.notifications, ...made.notifications],
    };
  }

  async function commit(state: HostState): Promise<boolean> {
    if (!worthWriting(state)) {
      loaded = { id: loaded?.id ?? '', state };
      return false;
    }
    const changed = judge.changed();
    if (await write(state, loaded?.id ?? '', changed)) return false;
    const [head] = await store.read(facts.host, ['head']);
    // The store lost everything while we knew more: what is open, waiting and learnt is written anew from memory.
    if (!head && loaded && loaded.id !== '' && (await write(state, '', judge.all()))) {
      lost += 1;
      return false;
    }
    loaded = undefined;
    written = undefined;
    done.clear();
    judge.forget();
    return true;
  }

  async function write(state: HostState, parent: string, learnt: readonly Learnt[]): Promise<boolean> {
    const id = parts.newCommitId();
    const blobs = learnt.map(({ name, baselines }) => encodeBaselines(name, baselines));
    const result = await store.commit({ chain: facts.host, parent, id, head: encodeHead(id, state), blobs });
    if (result === 'conflict') return false;
    judge.stored(learnt);
    loaded = { id, state };
    written = state;
    return true;
  }

  function worthWriting(state: HostState): boolean {
    if (written === undefined || state.book !== written.book || state.outbox.length !== written.outbox.length)
      return true;
    return Object.entries(state.judged).some(
      ([source, time]) => time - (written?.judged[source] ?? 0) >= QUIET_COMMIT_MS,
    );
  }

  function order(orders: TickOrders): void {
    ordered = orders;
  }

  return { order, tick, state: () => loaded?.state, lost: () => lost };
}

/** Steps of one source in (from, to], not yet judged. */
interface Span {
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly view: EvidenceView;
  readonly head: SourceState;
}

interface Judged {
  readonly state: HostState;
  readonly transitions: readonly Transition[];
  readonly notifications: readonly Notification[];
  readonly refused: number;
}

function endSpan(state: HostState, span: Span): HostState {
  const known = withLosses(state, span.source, span.head, span.to);
  return { ...known, judged: { ...known.judged, [span.source]: span.to } };
}
