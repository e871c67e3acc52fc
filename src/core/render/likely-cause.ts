/** What a mail says of the fault that probably explains its own: as likely, with its times, for a person to judge. */
import type { EvidenceView } from '../plugin.ts';
import type { Fault, LikelyCause } from '../types.ts';
import { checkReadingsOf } from './check-readings.ts';
import { isSymptom, type Suspects } from './explainers.ts';
import { titleOfFault } from './fault-title.ts';
import { newestLines } from './newest-lines.ts';
import { logText } from './sanitise.ts';
import { durationText } from './units.ts';
import { whatToDoOf } from './what-to-do.ts';
import { clock } from './when.ts';

/** view: of the machine. */
export function likelyCauseOf(fault: Fault, parts: Suspects & LikelyParts): LikelyCause {
  const { leader, watchOf, transition, timezone, at, view } = parts;
  const watch = watchOf(fault.watch);
  const { since } = fault.first;
  const until = fault.state === 'resolved' ? (fault.wellSince ?? fault.resolvedAt) : undefined;
  const clause = titleOfFault({ ...fault, state: 'firing' }, 'firing', watchOf).replace(/\.$/, '');
  const [seen] = view ? newestLines(view, fault.last.series, { from: since, to: until ?? at }) : [];
  const from = clock(since, timezone);
  const overAt = until === undefined ? undefined : clock(until, timezone);
  const when = whenText(from, watch.isEvent ? from : overAt);
  return {
    text: `${clause}${when}, ${offsetText(since - leader.first.since, 'this began')}${lastWellText(fault, parts)}.${doubtText(fault)}`,
    ...(seen !== undefined && { seen: logText(seen) }),
    ...(isSymptom(fault) && { isSymptom: true }),
    ...(transition !== 'resolved' && { whatToDo: whatToDoOf(watch, fault.last) }),
  };
}

/** Of an event, which does not last, both are the same. */
function whenText(from: string, until: string | undefined): string {
  if (until === undefined) return `, since ${from}`;
  return until === from ? `, at ${from}` : `: from ${from} to ${until}`;
}

export interface LikelyParts {
  readonly timezone: string;
  readonly at: number;
  readonly view?: EvidenceView | undefined;
}

/** A check is asked now and then: what it looks for may have been gone for that long. */
function lastWellText(fault: Fault, { watchOf, view, at, transition, timezone }: Suspects & LikelyParts): string {
  const readings = view && checkReadingsOf(fault, watchOf(fault.watch), { view, at, transition });
  return readings?.lastWell === undefined ? '' : `; at ${clock(readings.lastWell, timezone)} it was still well`;
}

function doubtText({ state }: Fault): string {
  return state === 'pending' ? ' Not confirmed yet.' : '';
}

/** '40 s before this began'. */
export function offsetText(ms: number, what = ''): string {
  const than = what === '' ? '' : ` ${what}`;
  if (Math.abs(ms) < 1_000) return what === '' ? 'just then' : `just as ${what}`;
  return `${durationText(Math.abs(ms))} ${ms < 0 ? 'before' : 'after'}${than}`;
}
