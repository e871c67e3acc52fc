/** One sentence about a fault: of a check what its cause says, of a state that it is so, of anything else its value against what is usual. */
import type { CauseSpec } from '../check.ts';
import type { WatchSpec } from '../plugin.ts';
import type { Fault, Finding, MailModel } from '../types.ts';
import { visible } from './sanitise.ts';
import { durationText } from './units.ts';
import { genericNoun, labelText, titleOf } from './wording.ts';

/** From linesman.yaml or a check; longer ones say no more. */
const TITLE_CHARS = 200;

/** In a mail about several one may be over already. Log text in it is harmless. */
export function titleOfFault(
  fault: Fault,
  transition: MailModel['transition'],
  watchOf: (name: string) => WatchSpec,
): string {
  const watch = watchOf(fault.watch);
  // What happened and does not last is never over.
  const isOver = !watch.isEvent && (transition === 'resolved' || fault.state === 'resolved');
  if (isOfCheck(watch.detector, fault.last) || watch.isState)
    return isOver ? endedTitle(fault, watch) : `${clauseOf(watch, fault.last)}.`;
  const finding = isOver ? fault.peak : fault.last;
  const { title, detector } = watch;
  return titleOf(title, { finding, detector }, isOver ? 'resolved' : transition, endOf(fault));
}

/** Of a check's finding; one of anything else has no cause. Its watch may have left the settings. */
export function isOfCheck(detector: string | undefined, { cause }: Pick<Finding, 'cause'>): boolean {
  return detector === 'check' || cause !== undefined;
}

/** What its watch says of the finding's cause; undefined where the settings know that cause no more. */
export function causeOf({ causes }: WatchSpec, { cause }: Pick<Finding, 'cause'>): CauseSpec | undefined {
  return cause !== undefined && causes && Object.hasOwn(causes, cause) ? causes[cause] : undefined;
}

/** 'Process worker is not running', without a full stop. */
export function clauseOf(watch: WatchSpec, finding: Pick<Finding, 'cause' | 'labels'>): string {
  if (watch.isState) return `${genericNoun(watch.title)}${labelText(finding.labels)}`;
  const title = causeOf(watch, finding)?.title ?? `${watch.title}: ${finding.cause ?? 'not well'}`;
  return visible(title, TITLE_CHARS).replace(/\.$/, '');
}

function endedTitle(fault: Fault, watch: WatchSpec): string {
  // Of what left the settings nothing but its name is known.
  const isKnown = watch.isState || causeOf(watch, fault.last);
  const clause = isKnown ? clauseOf(watch, fault.last) : visible(watch.title, TITLE_CHARS);
  const end = endOf(fault);
  if (end === 'well')
    return `${clause}: over after ${durationText((fault.wellSince ?? fault.first.since) - fault.first.since)}.`;
  return `${clause}: no longer ${end === 'unwatched' ? 'watched' : 'observed'}, so nobody knows whether it is well.`;
}

function endOf({ isUnwatched, wellSince }: Fault): 'well' | 'unobserved' | 'unwatched' {
  if (isUnwatched) return 'unwatched';
  return wellSince === undefined ? 'unobserved' : 'well';
}
