/** Gathers everything a mail says, at the transition; the result is stored and can be rendered any number of times. */
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { HostFacts } from '../ports.ts';
import type { Fault, MailModel, Severity } from '../types.ts';
import { checkReadingsOf } from './check-readings.ts';
import { allTotalOf, badTotalOf, contributorsOf, evidenceOf, explanationOf, varietiesOf } from './evidence.ts';
import { causeOf, clauseOf, isOfCheck, titleOfFault } from './fault-title.ts';
import { surroundingsOf } from './nearby.ts';
import { subjectOf } from './subject.ts';
import { timelineOf } from './timeline.ts';
import { whatToDoOf } from './what-to-do.ts';

/** Other faults named one by one; of the rest only the number is told. */
export const MAX_TOGETHER = 15;

export interface MailParts {
  readonly transition: MailModel['transition'];
  readonly leader: Fault;
  /** All of the group, leader first. */
  readonly faults: readonly Fault[];
  readonly watchOf: (name: string) => WatchSpec;
  readonly facts: HostFacts;
  readonly view: EvidenceView;
  readonly at: number;
  /** The one used before in this thread. */
  readonly subject?: string | undefined;
  readonly complete: boolean;
  readonly reading?: MailModel['reading'];
  /** Of the source machine, where changes and events lie as exemplars of CHANGE_SERIES and EVENT_SERIES by label kind. */
  readonly machineView?: EvidenceView | undefined;
  /** Of the source machine, pending or told elsewhere or over, that began within five minutes of the leader. */
  readonly nearbyFaults?: readonly Fault[] | undefined;
}

export function buildMailModel(parts: MailParts): MailModel {
  const { transition, leader, faults, facts, view, at } = parts;
  const watch = parts.watchOf(leader.watch);
  const severity = worstOf(faults, leader.severity);
  const since = leader.first.since;
  const span = { view, from: since, to: at };
  const evidence = evidenceOf(faults, span);
  const badTotal = badTotalOf(leader, watch, span);
  const allTotal = badTotal === undefined ? undefined : allTotalOf(leader, watch, span);
  const { host, timezone, version } = facts;
  const readings = checkReadingsOf(leader, watch, { view, at, transition });
  const around = surroundingsOf({ ...parts, timezone });
  const detector = watch.detector;
  const cause = causeOf(watch, leader.last);
  const overAt = transition === 'resolved' ? endOf(faults) : undefined;
  const explanation = explanationOf(leader, watch, { ...span, to: Math.min(at, overAt ?? at) });
  return {
    transition,
    severity,
    host,
    faultId: leader.id,
    subject:
      parts.subject ??
      subjectOf({
        ...{ severity, host, faultId: leader.id, noun: watch.title, finding: leader.last, detector },
        ...(isOfCheck(detector, leader.last) && { clause: clauseOf(watch, leader.last) }),
        isState: watch.isState,
      }),
    title: titleOfFault(leader, transition, parts.watchOf),
    watch: leader.watch,
    detector,
    ...(watch.isState && { isState: true }),
    source: leader.source,
    labels: leader.last.labels,
    since,
    at,
    ...(overAt !== undefined && { resolvedAt: overAt }),
    timezone,
    finding: leader.last,
    peak: leader.peak,
    ...(badTotal !== undefined && { badTotal }),
    ...(allTotal !== undefined && { allTotal }),
    why: cause?.why ?? watch.why,
    whatToDo: whatToDoOf(watch, leader.last),
    contributors: contributorsOf(leader, watch, span),
    ...(explanation && { explanation }),
    varieties: varietiesOf(leader, span),
    evidence,
    evidenceMore: evidence.length === 0 ? 0 : Math.max(0, linesToldOf(leader, badTotal) - evidence.length),
    together: togetherOf(
      faults.slice(1).filter(({ id }) => !around.named.has(id)),
      transition,
      parts.watchOf,
    ),
    ...(readings && { readings }),
    ...(around.nearby.length > 0 && { nearby: around.nearby }),
    ...(around.nearbyMore > 0 && { nearbyMore: around.nearbyMore }),
    ...(around.likelyCause && { likelyCause: around.likelyCause }),
    timeline: timelineOf(leader, watch, view, at),
    complete: parts.complete,
    ...(parts.reading && { reading: parts.reading }),
    version,
  };
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

function worstOf(faults: readonly Fault[], least: Severity): Severity {
  return faults.reduce((worst, { severity }) => {
    return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(worst) ? severity : worst;
  }, least);
}

/** When the last of them began to be well; undefined where one of them ended without having been seen well. */
function endOf(faults: readonly Fault[]): number | undefined {
  const ends = faults.map(({ wellSince }) => wellSince);
  return ends.reduce<number | undefined>(
    (latest, end) => (latest === undefined || end === undefined ? undefined : Math.max(latest, end)),
    0,
  );
}

/** Of one message among many, what was found of it. */
function linesToldOf({ last: { subject, unit, value } }: Fault, badTotal: number | undefined): number {
  return subject !== undefined && unit === 'count' ? value : (badTotal ?? 0);
}

function togetherOf(
  others: readonly Fault[],
  transition: MailModel['transition'],
  watchOf: MailParts['watchOf'],
): readonly string[] {
  const named = others.slice(0, MAX_TOGETHER).map((fault) => titleOfFault(fault, transition, watchOf));
  const more = others.length - named.length;
  return more > 0 ? [...named, `And ${more} more.`] : named;
}
