/** What a mail says, in its order, as harmless text: the text part and the HTML part only lay it out. */
import type { Contributor, LikelyCause, MailModel } from '../types.ts';
import { EVIDENCE_LINES } from './evidence.ts';
import { explainedText, fieldName, percent } from './explained-by.ts';
import { MACHINE } from './explainers.ts';
import { type Facts, factsOf, lostText } from './facts.ts';
import { isOfCheck } from './fault-title.ts';
import { offsetText } from './likely-cause.ts';
import { MAX_TOGETHER } from './model.ts';
import { MAX_NEARBY } from './nearby.ts';
import { cut, logText, visible } from './sanitise.ts';
import { shortId } from './subject.ts';
import { countText, durationText, valueText } from './units.ts';
import { clock, timestamp } from './when.ts';
import { isTooLittle, labelText } from './wording.ts';

/** Where more is said than anybody writes into a watch, it is cut: mail clients hide the end of big mails. */
const PROSE_CHARS = 1_500;
const SENTENCE_CHARS = 300;
/** Of what is not the fault itself less is enough. */
const OTHERS_CHARS = 200;
const LIKELY_PROSE_CHARS = 600;
const KEY_CHARS = 100;
const MAX_CONTRIBUTORS = 9;
/** A later sending is remarked upon beyond this. */
const LATE_MS = 2 * 60_000;

export interface Sections {
  /** 'FIRING since 2026-11-25 03:12:05 UTC on web-1'. */
  readonly state: string;
  readonly title: string;
  /** What probably explains it: the first to be read below the title. */
  readonly likely?: LikelyCause | undefined;
  readonly likelyTitle: 'Likely cause' | 'Seen by a check too';
  readonly late?: string | undefined;
  readonly facts: Facts;
  /** One sentence: who explains it, or that it is spread as usual; nothing where neither can be said. */
  readonly explained: string;
  /** Of what does not come nobody knows whose it is. */
  readonly behindTitle: 'Who is behind it' | 'Who still came';
  readonly behind: readonly Behind[];
  /** 'Counted over every vhost, not this one alone.' where the fault is of one of them. */
  readonly behindNote: string;
  /** Of the machine's figures the evidence is what linesman itself says. */
  readonly evidenceTitle: 'Lines from the log' | 'What linesman saw';
  readonly evidence: readonly string[];
  /** It stands before the facts: of a check they are less than what was seen. */
  readonly isSeenFirst: boolean;
  /** '… and 4,613 more', or nothing. */
  readonly evidenceMore: string;
  readonly together: readonly string[];
  readonly nearby: readonly Nearby[];
  /** '… and 12 more', or nothing. */
  readonly nearbyMore: string;
  readonly why: string;
  readonly whatToDo: string;
  readonly smallPrint: readonly string[];
}

export interface Nearby {
  /** '03:11:25, 40 s before'. */
  readonly when: string;
  readonly text: string;
  readonly isOver: boolean;
}

export interface Behind {
  readonly by: string;
  readonly key: string;
  /** '96% of the bad ones, 25% of all'. */
  readonly numbers: string;
  /** It has far more of the bad than of all. */
  readonly standsOut: boolean;
}

export function sectionsOf(model: MailModel, deliveredAt: number): Sections {
  // Seen to be well: what it means and what to do stand in the mail that it answers.
  const isOver = model.transition === 'resolved' && model.resolvedAt !== undefined;
  return {
    state: stateOf(model),
    title: visible(model.title, SENTENCE_CHARS),
    likely: likelyOf(model),
    likelyTitle: model.likelyCause?.isSymptom ? 'Seen by a check too' : 'Likely cause',
    late: lateOf(model, deliveredAt),
    facts: factsOf(model),
    explained: explainedText(model) ?? '',
    behindTitle:
      isTooLittle(model) && model.finding.value < model.finding.expected ? 'Who still came' : 'Who is behind it',
    behind: behindOf(model),
    behindNote: behindNoteOf(model),
    evidenceTitle: model.source === MACHINE ? 'What linesman saw' : 'Lines from the log',
    evidence: model.evidence.slice(0, EVIDENCE_LINES).map((line) => logText(line)),
    isSeenFirst: isOfCheck(model.detector, model.finding) || model.isState === true,
    evidenceMore:
      model.evidenceMore > 0 && model.source !== MACHINE ? `… and ${countText(model.evidenceMore)} more` : '',
    together: model.together.slice(0, MAX_TOGETHER + 1).map((sentence) => visible(sentence, OTHERS_CHARS)),
    nearby: nearbyOf(model),
    nearbyMore: (model.nearbyMore ?? 0) > 0 ? `… and ${countText(model.nearbyMore ?? 0)} more` : '',
    why: isOver ? '' : prose(model.why),
    whatToDo: isOver ? '' : prose(model.whatToDo),
    smallPrint: smallPrintOf(model),
  };
}

function likelyOf({ likelyCause }: MailModel): LikelyCause | undefined {
  if (likelyCause === undefined) return undefined;
  const { text, seen, whatToDo } = likelyCause;
  return {
    text: visible(text, SENTENCE_CHARS),
    ...(seen !== undefined && { seen: logText(seen) }),
    ...(whatToDo !== undefined && { whatToDo: prose(whatToDo, LIKELY_PROSE_CHARS) }),
  };
}

function nearbyOf({ nearby = [], since, timezone }: MailModel): readonly Nearby[] {
  return nearby.slice(0, MAX_NEARBY).map(({ time, text, isOver = false }) => ({
    when: `${timeOf(time, since, timezone)}, ${offsetText(time - since)}`,
    text: visible(text, OTHERS_CHARS),
    isOver,
  }));
}

/** The day is said of what began on another one. */
function timeOf(time: number, since: number, timezone: string): string {
  const [then, began] = [timestamp(time, timezone), timestamp(since, timezone)];
  return then.slice(0, 10) === began.slice(0, 10) ? clock(time, timezone) : then.slice(0, 16);
}

function stateOf({ transition, severity, since, resolvedAt, at, timezone, host }: MailModel): string {
  const where = `on ${visible(host, KEY_CHARS)}`;
  const from = `since ${timestamp(since, timezone)} ${where}`;
  if (transition === 'firing') return `FIRING ${from}`;
  if (transition === 'update') return `NOW ${severity.toUpperCase()}, firing ${from}`;
  if (resolvedAt === undefined) return `ENDED after ${durationText(at - since)} ${where}`;
  return `RESOLVED after ${durationText(resolvedAt - since)} ${where}`;
}

function lateOf({ at, timezone }: MailModel, deliveredAt: number): string | undefined {
  if (deliveredAt - at <= LATE_MS) return undefined;
  return `Delivered ${durationText(deliveredAt - at)} late: this is how things were at ${timestamp(at, timezone)}.`;
}

/** Where one sentence explains it, nothing more; else fields with a key that stands out or that all are not known of, and that are not alike. */
function behindOf({ contributors, explanation }: MailModel): readonly Behind[] {
  if (explanation?.kind === 'keys') return [];
  const alike = explanation?.fields ?? [];
  const telling = new Set(tellingOf(contributors).filter((by) => !alike.includes(by)));
  return contributors
    .filter(({ by, badTotal }) => telling.has(by) && badTotal > 0)
    .slice(0, MAX_CONTRIBUTORS)
    .map((one) => ({
      by: visible(fieldName(one.by), KEY_CHARS),
      key: logText(one.key, KEY_CHARS),
      numbers: numbersOf(one),
      standsOut: standsOut(one),
    }));
}

/** A field in which nearly everything goes to one key explains nothing. */
function tellingOf(contributors: readonly Contributor[]): readonly string[] {
  const dull = new Set(contributors.filter((one) => shareOfAll(one) > 0.95).map(({ by }) => by));
  return contributors.filter((one) => !dull.has(one.by) && (one.allTotal === 0 || standsOut(one))).map(({ by }) => by);
}

function standsOut(one: Contributor): boolean {
  return one.allTotal > 0 && one.bad / one.badTotal - shareOfAll(one) >= 0.25;
}

/** Heavy hitters are kept of whole series, not of one label's part. */
function behindNoteOf({ labels }: MailModel): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return '';
  return `Counted over every ${visible(names.join(' and '), KEY_CHARS)}, not this one alone.`;
}

function numbersOf(one: Contributor): string {
  const share = percent(one.bad / one.badTotal);
  return one.allTotal > 0 ? `${share} of the bad ones, ${percent(shareOfAll(one))} of all` : `${share} of all`;
}

function shareOfAll({ all, allTotal }: Contributor): number {
  return allTotal > 0 ? all / allTotal : 0;
}

/** From a pattern file or linesman.yaml: its line ends are its author's. */
function prose(text: string, chars = PROSE_CHARS): string {
  const lines = text.trim().split('\n').slice(0, 40);
  return cut(lines.map((line) => visible(line.trimEnd(), chars)).join('\n'), chars);
}

function smallPrintOf(model: MailModel): readonly string[] {
  const { watch, source, labels, faultId, severity, at, timezone, version } = model;
  return [
    `Watch ${visible(watch, KEY_CHARS)}${labelText(labels)}, source ${visible(source, KEY_CHARS)}, severity ${severity}.`,
    `Fault #${shortId(faultId)} (${visible(faultId, KEY_CHARS)}), as of ${timestamp(at, timezone)}.`,
    `How it was decided: \`linesman why ${shortId(faultId)}\`.`,
    ...windowText(model),
    `Sent by linesman ${visible(version, 40)}. Text from logs is shown with its links taken out.`,
  ];
}

/** Whether everything that was there is in the numbers; nothing where nothing is read, as of the machine's figures. */
function windowText(model: MailModel): readonly string[] {
  if (!model.complete) return [`Window not complete: ${lostText(model)}.`];
  if (!model.reading) return [];
  const { unreadBytes } = model.reading;
  if (unreadBytes === 0) return ['Window complete: every byte that was there was read.'];
  return [`Window complete: nothing was lost. ${valueText(unreadBytes, 'bytes')} of the log were not read yet.`];
}
