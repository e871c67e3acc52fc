/** The steps of one tick: second by second over all sources, what began together is grouped the same way live and in replay. */
import { stepFaults } from '../core/decide/faults.ts';
import { stepTellings } from '../core/decide/tellings.ts';
import { encodeDecision, recordDecision } from '../core/detect/decision.ts';
import { nextDecisionName } from '../core/detect/decision-ring.ts';
import type { OffsetAt } from '../core/parse/zone-offset.ts';
import type { EvidenceView } from '../core/plugin.ts';
import type { Blob, HostFacts } from '../core/ports.ts';
import { unreadBytes } from '../core/reading/unread.ts';
import type { Notification, SourceState, Transition } from '../core/types.ts';
import { MACHINE_SOURCE } from './figures.ts';
import { createGathering, type Gathering } from './gathering.ts';
import { type HostState, lossesSince, withLosses, withNotifications } from './host-state.ts';
import type { Judge } from './judge.ts';
import { notificationsOf } from './telling.ts';

export const STEP_MS = 1_000;

/** Steps of one source in (from, to], not yet judged. */
export interface Span {
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly view: EvidenceView;
  readonly head: SourceState;
}

export interface StepsParts {
  readonly judge: Judge;
  readonly facts: HostFacts;
  readonly offsetAt: OffsetAt;
  readonly receivers: readonly string[];
  readonly falseAlarmsPerMonth: number;
  /** Local time of day at which the digest is told, ms; undefined: never. */
  readonly digestAtMs: number | undefined;
  /** No fault begins at steps before this. */
  readonly openFrom: number;
  /** Steps are judged so far apart: STEP_MS, but where only what is usual matters. */
  readonly strideMs: number;
  /** A mail is made with the view of its leader's source, which may have had no step in this tick. */
  readonly viewOf: (source: string) => EvidenceView | undefined;
  readonly headOf: (source: string) => SourceState | undefined;
}

export interface StepsDone {
  readonly state: HostState;
  readonly transitions: readonly Transition[];
  readonly notifications: readonly Notification[];
  readonly refused: number;
  /** What faults were decided on that began or fired. */
  readonly decisions: readonly Blob[];
}

export function judgeSpans(spans: readonly Span[], before: HostState, parts: StepsParts): StepsDone {
  const gathering = createGathering(parts);
  const start = Math.min(...spans.map(({ from }) => from));
  const end = Math.max(...spans.map(({ to }) => to));
  const state = spans.reduce(endSpan, before);
  let done: StepsDone = { state, transitions: [], notifications: [], refused: 0, decisions: [] };
  const { strideMs } = parts;
  for (let now = Math.floor(start / strideMs) * strideMs + strideMs; now <= end; now += strideMs) {
    for (const span of spans) {
      if (now > span.from && now <= span.to) done = judgeStep(span, now, done, { ...parts, gathering });
    }
    done = gathering.tell(done, now);
  }
  return done;
}

function endSpan(state: HostState, span: Span): HostState {
  const known = withLosses(state, span.source, span.head, span.to);
  return { ...known, judged: { ...known.judged, [span.source]: span.to } };
}

function judgeStep(span: Span, now: number, done: StepsDone, parts: StepsParts & { gathering: Gathering }): StepsDone {
  const { source, view } = span;
  const { judge, falseAlarmsPerMonth: perMonth } = parts;
  const { book, tests } = done.state;
  const said = judge.step({ source, now, view, faults: book.faults, tests, perMonth });
  if (said === undefined) return done;
  const { judged, resting, unwatched } = said;
  const followed = stepFaults(book, { now, judged, resting, unwatched, opening: now >= parts.openFrom });
  const decided = withDecisions({ ...done, state: { ...done.state, tests: said.tests } }, followed.transitions, parts);
  const told = stepTellings(followed.book, now, {
    rankOf: judge.rankOf,
    awaitsChecks: (since) => judge.awaitsChecks(parts.viewOf(MACHINE_SOURCE), since, now),
  });
  const state = parts.gathering.gather(
    { ...decided.state, book: told.book },
    { now, transitions: followed.transitions, tellings: told.tellings },
  );
  const after: StepsDone = {
    ...{ ...decided, state, refused: done.refused + followed.refused.length },
    transitions: [...done.transitions, ...followed.transitions],
  };
  if (told.tellings.length === 0) return after;
  const made = notificationsOf(told.tellings, tellingParts(after.state, span, parts));
  return {
    ...after,
    state: withNotifications({ ...state, threads: made.threads }, made.notifications),
    notifications: [...done.notifications, ...made.notifications],
  };
}

function tellingParts(state: HostState, span: Span, { judge, facts, receivers, viewOf, headOf }: StepsParts) {
  return {
    ...{ state, facts, watchOf: judge.watchOf, receivers },
    viewOf: (source: string) => viewOf(source) ?? span.view,
    machineView: viewOf(MACHINE_SOURCE),
    readingOf: (fault: Transition['fault']) => ({
      lost: lossesSince(state, fault),
      unreadBytes: unreadBytes(headOf(fault.source)?.files ?? []),
      hasLedger: headOf(fault.source)?.ledger !== undefined,
    }),
  };
}

/** With what faults were decided on that begin or fire at this step; of one that does both, the firing. */
function withDecisions(done: StepsDone, transitions: readonly Transition[], parts: StepsParts): StepsDone {
  const firing = new Set(transitions.filter(({ to }) => to === 'firing').map(({ fault }) => fault.id));
  let { decided } = done.state;
  const decisions: Blob[] = [];
  for (const { fault, to } of transitions) {
    const asked = parts.judge.askedOf(fault.key);
    if (to === 'resolved' || asked === undefined || (to === 'pending' && firing.has(fault.id))) continue;
    const what = { fault: fault.id, to, by: parts.facts.version, watch: asked.watch };
    const bytes = encodeDecision(recordDecision(what, asked.runner, asked.input));
    decisions.push({ name: nextDecisionName(decided, to), bytes });
    const kind = to === 'firing' ? 'fired' : 'begun';
    decided = { ...decided, [kind]: decided[kind] + 1 };
  }
  if (decisions.length === 0) return done;
  return { ...done, state: { ...done.state, decided }, decisions: [...done.decisions, ...decisions] };
}
