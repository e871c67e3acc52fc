/** The story of a replay or of a night: one line a transition, the same bytes for the same decisions. */
import type { Finding, Notification, Transition } from '../types.ts';
import { offsetText } from './likely-cause.ts';
import { EVIDENCE_CHARS, visible, visibleJson } from './sanitise.ts';

/** Lines of evidence shown under a mail: enough to see what a person would be told. */
export const STORY_EVIDENCE = 3;

/** `2026-11-25T03:12:05Z firing   http.5xx.burst nginx 12.4% usual 0.50% 31 of 250 (urgent)` */
export function storyLine({ fault, to, at, reason }: Transition): string {
  const { labels } = fault.first;
  const where = Object.keys(labels)
    .sort()
    .map((label) => `${label}=${visible(labels[label] ?? '', 100)}`);
  return [
    instant(at),
    to.padEnd(8),
    fault.watch,
    fault.source,
    ...where,
    figures(to === 'resolved' ? fault.peak : fault.last),
    `(${reason})`,
  ].join(' ');
}

/** As JSON, for other programs. */
export function storyJson({ fault, to, at, reason }: Transition): string {
  const { id, watch, source, severity, firstAt, firedAt, resolvedAt, first, peak, last } = fault;
  return json({
    ...{ time: instant(at), transition: to, reason, fault: id, watch, source, labels: first.labels, severity },
    ...{
      firstAt: instant(firstAt),
      firedAt: firedAt && instant(firedAt),
      resolvedAt: resolvedAt && instant(resolvedAt),
    },
    finding: to === 'resolved' ? peak : last,
  });
}

/** What the mail says in short, indented: subject, likely cause, first lines of evidence, what was nearby; harmless to print. */
export function mailLines({ model, digest }: Notification): readonly string[] {
  const { likelyCause, nearby = [], since } = model;
  const name = likelyCause?.isSymptom ? 'seen too' : 'likely';
  const likely = likelyCause ? [`    ${name}: ${visible(likelyCause.text, EVIDENCE_CHARS)}`] : [];
  const evidence = model.evidence.slice(0, STORY_EVIDENCE).map((line) => `    | ${visible(line, EVIDENCE_CHARS)}`);
  const around = nearby.map(({ time, text }) => `    ${offsetText(time - since)}: ${visible(text, EVIDENCE_CHARS)}`);
  const subject = visible(model.subject, EVIDENCE_CHARS);
  return [`  mail ${digest ? 'digest' : model.transition} "${subject}"`, ...likely, ...evidence, ...around];
}

/** A mail as JSON, for other programs; evidence as it stood in the log. */
export function mailJson({ id, root, receiver, at, model, digest }: Notification): string {
  const { transition, subject, severity, faultId, watch, source, labels, evidence, likelyCause, nearby } = model;
  return json({
    ...{ time: instant(at), mail: digest ? 'digest' : transition, id, root, receiver, subject, fault: faultId },
    ...{ watch, source, labels, severity, evidence, likelyCause, nearby },
  });
}

function json(value: object): string {
  return visibleJson(JSON.stringify(value));
}

function instant(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

function figures(finding: Finding): string {
  // Of a check there is no number: it is so or not.
  if (finding.cause !== undefined) return visible(finding.cause, 40);
  const counts = finding.whole === undefined ? '' : ` ${finding.part} of ${finding.whole}`;
  if (finding.unit === 'share') return `${percent(finding.value)} usual ${percent(finding.expected)}${counts}`;
  if (finding.unit === 'seconds') return `${secondsText(finding.value)} s`;
  if (finding.unit === 'percent') return `${finding.value.toFixed(1)}%`;
  return `${finding.value.toFixed(0)}${counts}`;
}

/** Of response times the part of a second is what matters. */
function secondsText(seconds: number): string {
  return seconds < 10 && !Number.isInteger(seconds) ? seconds.toFixed(3) : seconds.toFixed(0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
