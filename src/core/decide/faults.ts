/** Follows faults from the first finding to the end: pending, firing, resolved. */
import { stableId } from '../hash.ts';
import type { WatchSpec } from '../plugin.ts';
import type { Finding, Transition, Verdict } from '../types.ts';
import { type FaultBook, type FollowedFault, MAX_LATELY, MAX_OPEN_FAULTS } from './book.ts';
import { clearReason, countWell, UNOBSERVED_LABEL_MS, unobservedMsOf, unobservedReason } from './clear.ts';
import { confirmedBy, countHit, givenUpAfterMs, isRefuted } from './confirm.ts';
import { clearAfterFires, countFires, withRecent } from './flapping.ts';
import { withEnded } from './members.ts';
import { wellWatches, withWellParents } from './parents.ts';
import { worseFinding, worseSeverity } from './peak.ts';

/** What a watch said of one dedup key at this step. */
export interface Judged {
  readonly watch: WatchSpec;
  /** Dedup key: watch, source, labels. */
  readonly key: string;
  readonly source: string;
  readonly verdict: Verdict;
  readonly finding?: Finding | undefined;
  /** Length of the step judged, ms, where the watch judges a grid of its own. */
  readonly stepMs?: number | undefined;
  /** Time between two readings, ms, where the watch is asked by reading. */
  readonly readingMs?: number | undefined;
  /** False alarms in 30 days that this test may give, where it shares in what is accepted. */
  readonly budget?: number | undefined;
}

export interface FaultStep {
  /** End of the step judged. */
  readonly now: number;
  /** Verdicts of one source. A key that is missing counts as unclear. */
  readonly judged: readonly Judged[];
  /** Keys of faults whose watch was not asked at this step: they stay as they are, unless their readings stay away. */
  readonly resting?: ReadonlySet<string> | undefined;
  /** Keys of faults that nothing judges any more, since their watch or source left the settings: they end now. */
  readonly unwatched?: ReadonlySet<string> | undefined;
  /** False: open faults are followed, none begins. */
  readonly opening: boolean;
}

export interface FaultsStepped {
  /** The same object when nothing changed. */
  readonly book: FaultBook;
  readonly transitions: readonly Transition[];
  /** Keys whose fault could not begin because MAX_OPEN_FAULTS are open. They begin when there is room, if still bad. */
  readonly refused: readonly string[];
}

/** One step of every fault of one source. */
export function stepFaults(book: FaultBook, step: FaultStep): FaultsStepped {
  const bad = step.opening ? step.judged.filter((one) => one.verdict === 'bad' && one.finding !== undefined) : [];
  if (book.faults.length === 0 && bad.length === 0) return { book, transitions: [], refused: [] };

  const openKeys = new Set(book.faults.map(({ key }) => key));
  const followed = followAll(book, step);
  const began = beginAll(followed.book, { ...step, judged: bad.filter(({ key }) => !openKeys.has(key)) });
  return { ...began, transitions: [...followed.transitions, ...began.transitions] };
}

function followAll(before: FaultBook, step: FaultStep): Omit<FaultsStepped, 'refused'> {
  const judgedByKey = new Map(step.judged.map((one) => [one.key, one]));
  const sources = new Set(step.judged.map(({ source }) => source));
  const well = wellWatches(step.judged);
  const transitions: Transition[] = [];
  const faults: FollowedFault[] = [];
  let book = before;
  let changed = false;

  function nextOf(fault: FollowedFault): FollowedFault {
    if (step.unwatched?.has(fault.key)) return endUnwatched(fault, step.now);
    if (step.resting?.has(fault.key)) return rest(fault, step.now);
    if (!sources.has(fault.source)) return expire(fault, step.now);
    return follow(fault, judgedByKey.get(fault.key), step.now, book);
  }

  for (const fault of before.faults) {
    const next = withWellParents(nextOf(fault), well);
    changed ||= next !== fault;
    if (next.state !== fault.state) transitions.push(toTransition(next, step.now));
    if (next.state === 'resolved') book = withoutFault(book, next, step.now);
    else faults.push(next);
  }
  return { book: changed ? { ...book, faults } : before, transitions };
}

function follow(before: FollowedFault, judged: Judged | undefined, now: number, book: FaultBook): FollowedFault {
  const fault = observe(before, judged, now);
  if (fault.state === 'pending') {
    if (judged?.finding?.urgent) return fire(fault, now, 'urgent', book);
    const reason = confirmedBy(fault);
    if (reason !== undefined) return fire(fault, now, reason, book);
    return isRefuted(fault) ? resolve(fault, now, 'not confirmed') : fault;
  }
  const isTotal = judged !== undefined && judged.watch.by === undefined;
  const reason = clearReason(fault, now, isTotal ? unobservedMsOf(fault) : UNOBSERVED_LABEL_MS);
  return reason === undefined ? fault : resolve(fault, now, reason);
}

/** The fault with this step's verdict taken in, in whatever state it is. */
function observe(fault: FollowedFault, judged: Judged | undefined, now: number): FollowedFault {
  const verdict = judged?.verdict ?? 'unclear';
  const { wellSince: _, ...rest } = fault;
  const finding = verdict === 'bad' ? judged?.finding : undefined;
  const seen = finding && {
    ...{ last: finding, peak: worseFinding(fault.peak, finding) },
    severity: worseSeverity(fault.severity, finding.severity ?? fault.severity),
  };
  return {
    ...rest,
    ...countHit(fault, now, verdict),
    ...countWell(fault, now, { verdict, stepMs: judged?.stepMs }),
    ...seen,
  };
}

/** Well so far or not: nobody will see the rest. */
function endUnwatched({ wellSince: _, ...fault }: FollowedFault, now: number): FollowedFault {
  return { ...resolve(fault, now, 'no longer watched'), isUnwatched: true };
}

/** Between two steps of its grid nothing happens to it; a reading that is long overdue will not come any more. */
function rest(fault: FollowedFault, now: number): FollowedFault {
  if (fault.readingMs === undefined) return fault;
  if (fault.state === 'pending')
    return now - fault.countedAt < givenUpAfterMs(fault) ? fault : resolve(fault, now, 'not confirmed');
  const reason = clearReason(fault, now, unobservedMsOf(fault));
  return reason === undefined ? fault : resolve(fault, now, reason);
}

/** A fault of another source: only if nobody judged it for a long time, as when nothing is read of its source. */
function expire(fault: FollowedFault, now: number): FollowedFault {
  const unobservedMs = unobservedMsOf(fault);
  if (now - fault.judgedAt < unobservedMs) return fault;
  return resolve(fault, now, unobservedReason(unobservedMs));
}

function beginAll(book: FaultBook, step: FaultStep): FaultsStepped {
  const transitions: Transition[] = [];
  const refused: string[] = [];
  const faults = [...book.faults];
  for (const { watch, key, finding, budget, readingMs } of step.judged) {
    if (finding === undefined) continue;
    if (faults.length >= MAX_OPEN_FAULTS) {
      refused.push(key);
      continue;
    }
    const pending = {
      ...begin(watch, key, finding, step.now),
      ...(budget !== undefined && { budget }),
      ...(readingMs !== undefined && { readingMs }),
    };
    const reason = finding.urgent ? 'urgent' : confirmedBy(pending);
    const fault = reason === undefined ? pending : fire(pending, step.now, reason, book);
    transitions.push(toTransition(pending, step.now));
    if (fault !== pending) transitions.push(toTransition(fault, step.now));
    faults.push(fault);
  }
  return { book: faults.length === book.faults.length ? book : { ...book, faults }, transitions, refused };
}

function begin(watch: WatchSpec, key: string, finding: Finding, now: number): FollowedFault {
  return {
    id: stableId(key, finding.time),
    key,
    watch: watch.name,
    source: finding.source,
    severity: finding.severity ?? watch.severity,
    state: 'pending',
    firstAt: finding.time,
    hits: 1,
    clearAfterMs: watch.clearAfterMs,
    first: finding,
    peak: finding,
    last: finding,
    countedAt: now,
    judgedAt: now,
    observedAt: now,
    wellMs: 0,
    fires: 0,
    reason: 'first finding',
    ...(watch.confirm && { confirm: watch.confirm }),
    ...(watch.parents && { parents: watch.parents }),
  };
}

function fire(fault: FollowedFault, now: number, reason: string, book: FaultBook): FollowedFault {
  const fires = countFires(book.recent, fault.key, now);
  const clearAfterMs = clearAfterFires(fault.clearAfterMs, fires);
  return { ...fault, state: 'firing', firedAt: now, fires, clearAfterMs, reason };
}

function resolve(fault: FollowedFault, now: number, reason: string): FollowedFault {
  return { ...fault, state: 'resolved', resolvedAt: now, reason };
}

/** What stays of a fault that ended: its key for flapping, and itself in its group if others there still fire. */
function withoutFault(book: FaultBook, fault: FollowedFault, now: number): FaultBook {
  if (fault.firedAt === undefined) return book;
  const groups = book.groups.map((group) => (group.id === fault.group ? withEnded(group, fault) : group));
  const lately = [...(book.lately ?? []), fault].slice(-MAX_LATELY);
  return { ...book, groups, recent: withRecent(book, fault, now), lately };
}

function toTransition(fault: FollowedFault, at: number): Transition {
  return { fault, to: fault.state, at, reason: fault.reason };
}
