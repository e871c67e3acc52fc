/** What a mail says, in its order, as harmless text: the text part and the HTML part only lay it out. */
import { lossText } from '../reading/losses.ts';
import type { Contributor, MailModel } from '../types.ts';
import { EVIDENCE_LINES } from './evidence.ts';
import { explainedText, fieldName, percent, varietiesText } from './explained-by.ts';
import { MAX_TOGETHER } from './model.ts';
import { cut, logText, visible } from './sanitise.ts';
import { shortId } from './subject.ts';
import { countText, durationText, valueText } from './units.ts';
import { clock, timestamp } from './when.ts';
import {
  agreeingText,
  isNew,
  isTooLittle,
  labelText,
  limitText,
  nowText,
  rankText,
  sureText,
  usualText,
  worstText,
} from './wording.ts';

/** Where more is said than anybody writes into a watch, it is cut: mail clients hide the end of big mails. */
const PROSE_CHARS = 1_500;
const SENTENCE_CHARS = 300;
const KEY_CHARS = 100;
const MAX_CONTRIBUTORS = 9;
/** The source that nobody writes lines to. */
const MACHINE = 'machine';
/** A later sending is remarked upon beyond this. */
const LATE_MS = 2 * 60_000;

export interface Sections {
  /** 'FIRING since 2026-11-25 03:12:05 UTC on web-1'. */
  readonly state: string;
  readonly title: string;
  readonly late?: string | undefined;
  readonly facts: readonly (readonly [name: string, text: string])[];
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
  /** '… and 4,613 more', or nothing. */
  readonly evidenceMore: string;
  readonly together: readonly string[];
  readonly why: string;
  readonly whatToDo: string;
  readonly smallPrint: readonly string[];
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
    late: lateOf(model, deliveredAt),
    facts: factsOf(model),
    explained: explainedText(model) ?? '',
    behindTitle:
      isTooLittle(model) && model.finding.value < model.finding.expected ? 'Who still came' : 'Who is behind it',
    behind: behindOf(model),
    behindNote: behindNoteOf(model),
    evidenceTitle: model.source === MACHINE ? 'What linesman saw' : 'Lines from the log',
    evidence: model.evidence.slice(0, EVIDENCE_LINES).map((line) => logText(line)),
    evidenceMore:
      model.evidenceMore > 0 && model.source !== MACHINE ? `… and ${countText(model.evidenceMore)} more` : '',
    together: model.together.slice(0, MAX_TOGETHER + 1).map((sentence) => visible(sentence, SENTENCE_CHARS)),
    why: isOver ? '' : prose(model.why),
    whatToDo: isOver ? '' : prose(model.whatToDo),
    smallPrint: smallPrintOf(model),
  };
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

function factsOf(model: MailModel): Sections['facts'] {
  const { transition, finding, peak, since, resolvedAt, timezone, detector } = model;
  const isOver = transition === 'resolved';
  // Without a window and a number there is nothing to compare: it is so, or it is over.
  if (finding.windowMs === 0 && finding.unit === 'count' && detector !== 'change') return [];
  const now = { finding, detector };
  const worst = { finding: peak, detector };
  const hasWorst = isOver || valueText(peak.value, peak.unit) !== valueText(finding.value, finding.unit);
  const rows: readonly (readonly [string, string | undefined])[] = [
    // Of what is new the title says all.
    ['Now', isOver || isNew(now) ? undefined : nowText(now)],
    ['At worst', hasWorst ? `${worstText(worst)}, ${atText(peak.time, model)}` : undefined],
    // Of the worst where that is told: a longer window has more events.
    ['Usual', usualText(isOver ? worst : now)],
    ['Limit', isOver ? undefined : limitText(now)],
    ['Rank', rankText(isOver ? worst : now)],
    ['Full', fullAtOf(model)],
    ['How sure', isOver ? undefined : sureText(now)],
    ['', isOver ? undefined : agreeingText(now)],
    ['Before', finding.isRepeat ? 'as odd in an earlier fault: it is unusual for normal days only' : undefined],
    ['Began', isOver ? timestamp(since, timezone) : undefined],
    ['Well since', isOver && resolvedAt !== undefined ? timestamp(resolvedAt, timezone) : undefined],
    ['In all', totalText(model)],
    ['Counted', model.complete ? undefined : `NOT everything: ${lostText(model)}, so the numbers may be too small`],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

/** 'at 03:12:05', with the day where it is not that on which it began. */
function atText(time: number, { since, timezone }: MailModel): string {
  const [at, began] = [timestamp(time, timezone), timestamp(since, timezone)];
  return `at ${at.slice(0, 10) === began.slice(0, 10) ? clock(time, timezone) : at}`;
}

/** '62 bad of 500 since 03:12:05, from about 41 clients'; nothing where it is what stands under Now. */
function totalText(model: MailModel): string | undefined {
  const { badTotal, allTotal, since, timezone, finding, transition } = model;
  if (badTotal === undefined) return undefined;
  const varieties = varietiesText(model);
  const isSaid = transition !== 'resolved' && finding.whole === undefined && badTotal === finding.value;
  if (isSaid && varieties === '') return undefined;
  const bad = finding.whole === undefined ? '' : ' bad';
  const all = allTotal === undefined || allTotal < badTotal ? '' : ` of ${countText(allTotal)}`;
  return `${countText(badTotal)}${bad}${all} since ${clock(since, timezone)}${varieties}`;
}

function fullAtOf({ transition, finding, timezone }: MailModel): string | undefined {
  if (finding.fullAt === undefined || transition === 'resolved') return undefined;
  return `about ${timestamp(finding.fullAt, timezone).replace(/:\d\d /, ' ')}`;
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
function prose(text: string): string {
  const lines = text.trim().split('\n').slice(0, 40);
  return cut(lines.map((line) => visible(line.trimEnd(), PROSE_CHARS)).join('\n'), PROSE_CHARS);
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

function lostText({ reading }: MailModel): string {
  return (reading && lossText(reading.lost)) || 'lines were lost on the way';
}
