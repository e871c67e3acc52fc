/** The sentences about one finding. What was judged decides the words: a share, a level, a fixed limit, or silence. */
import type { Finding, MailModel } from '../types.ts';
import { chanceText, NO_SCORE } from './chance.ts';
import { logText } from './sanitise.ts';
import { countText, durationText, valueText } from './units.ts';

/** Detector whose value is how long nothing came. */
export const SILENCE_DETECTOR = 'absence';

/** Its scores follow series with heavy tails, in which a score of 8 comes every few months, not once in 190 years: a scale, no chance. */
const SCALED_DETECTOR = 'level';

const NOTHING = 'nothing ';
/** Series carry one or two. */
const LABELS_MAX = 4;
/** Of log text in a sentence. */
const SUBJECT_CHARS = 120;

const HOUR_MS = 3_600_000;
/** What one window alone would make more often than this was told since several said so: its chance is not that of the mail. */
const SURE_LEAST_MS = 30 * 24 * HOUR_MS;
/** The highest of less is no news. */
const RECORD_LEAST_MS = 3 * HOUR_MS;

/** What the words need besides the finding. */
export interface Judged {
  readonly finding: Finding;
  readonly detector?: string | undefined;
}

export function isSilence({ detector }: Judged): boolean {
  return detector === SILENCE_DETECTOR;
}

/** It is bad since there is less of it than usual, or than a limit. */
export function isTooLittle(judged: Judged): boolean {
  const { value, limit } = judged.finding;
  return value < limit && !isSilence(judged) && specialAgainst(judged) === undefined;
}

/** One sentence: what is wrong, or that it is over. Log text in it is harmless already. */
export function titleOf(
  noun: string,
  judged: Judged,
  transition: MailModel['transition'],
  end: 'well' | 'unobserved' | 'unwatched' = 'well',
): string {
  const labels = labelText(judged.finding.labels);
  const what = `${labels === '' ? noun : genericNoun(noun)}${labels}`;
  if (transition !== 'resolved')
    return `${said(what, [`${subjectText(judged)}${shortValueText(judged)}`, againstText(judged)].filter(Boolean).join(', '), ': ')}.`;
  const worst = `at worst ${shortValueText(judged)}`;
  if (end !== 'well')
    return `${what}: no longer ${end === 'unwatched' ? 'watched' : 'observed'}, so nobody knows whether it is well; ${worst}.`;
  return isSilence(judged) ? `${what}: over after ${worstText(judged)}.` : `${what}: back to normal; ${worst}.`;
}

/** A noun that denies already, as 'No requests', goes on with 'for 4 min' instead of 'nothing for 4 min'. */
export function said(noun: string, value: string, joint: string): string {
  return noun.startsWith('No ') && value.startsWith(NOTHING)
    ? `${noun} ${value.slice(NOTHING.length)}`
    : `${noun}${joint}${value}`;
}

/** 'HTTP 5xx responses of one virtual host' without its last words, where the one is named. */
export function genericNoun(noun: string): string {
  return noun.replace(/ of one [^.]{1,40}$/, '');
}

/** '“Connection to <*> refused”, ': what it is about, where that is not the series alone. Log text, made harmless. */
function subjectText({ finding: { subject } }: Judged): string {
  if (subject === undefined || subject === '') return '';
  return `“${logText(subject, SUBJECT_CHARS).replaceAll(/["“”]/g, "'")}”, `;
}

/** '12.4% (62 of 500 in 60 s)', 'nothing for 4 min 10 s', '93.4%'. */
export function nowText(judged: Judged): string {
  const { value, unit, part, whole, windowMs } = judged.finding;
  const amount = valueText(value, unit);
  if (isSilence(judged)) return `${NOTHING}for ${amount}`;
  if (part !== undefined && whole !== undefined) {
    return `${amount} (${countText(part)} of ${countText(whole)}${inWindow(windowMs)})`;
  }
  if (isNumberOfEvents(judged.finding)) return `${amount}${inWindow(windowMs)}`;
  return windowMs >= 60_000 ? `${amount} over ${durationText(windowMs)}` : amount;
}

/** 'usually 0.3%', 'above the limit of 90%', 'usually not longer than 12 s'. */
export function againstText(judged: Judged): string | undefined {
  const { value, expected, limit, unit } = judged.finding;
  const special = specialAgainst(judged);
  if (special !== undefined) return special;
  if (isFixedLimit(judged.finding)) {
    if (isSilence(judged)) return `longer than the limit of ${valueText(limit, unit)}`;
    // Of what is told at once the first is one too many.
    if (value >= limit && limit <= 1 && isNumberOfEvents(judged.finding)) return undefined;
    return `${sideOf(value, limit)} the limit of ${valueText(limit, unit)}`;
  }
  if (!isSilence(judged)) return `usually ${valueText(expected, unit)}`;
  // Gaps of the night are longer than what is told by day: they say nothing of it.
  return expected < value ? `usually not longer than ${valueText(expected, unit)}` : undefined;
}

/** Of what has no usual value and no limit: it fills up, it is another one, it is new. */
function specialAgainst({ finding, detector }: Judged): string | undefined {
  const { fullAt, time, expected, unit } = finding;
  if (fullAt !== undefined) return fullText(fullAt - time);
  if (detector === 'change') return `before ${valueText(expected, unit)}`;
  return isNew({ finding, detector }) ? 'never seen before' : undefined;
}

/** A kind of message that never came; one that comes more often than it did has a usual number, and a chance. */
export function isNew({ finding, detector }: Judged): boolean {
  return detector === 'template' && isFixedLimit(finding);
}

/** 'full in 5 h at this rate'. */
function fullText(leftMs: number): string {
  return leftMs <= 0 ? 'full' : `full in about ${durationText(roughly(leftMs))} at this rate`;
}

/** Nobody knows the minute of what is hours ahead. */
function roughly(ms: number): number {
  const step = ms >= 3 * HOUR_MS ? HOUR_MS : 5 * 60_000;
  return Math.max(step, Math.round(ms / step) * step);
}

/** The value alone, as it stands in a subject: 'nothing for 4 min 10 s', '12.4%', '42 in 60 s'. */
export function shortValueText(judged: Judged): string {
  const { value, unit, windowMs } = judged.finding;
  if (isSilence(judged)) return nowText(judged);
  return `${valueText(value, unit)}${isNumberOfEvents(judged.finding) ? inWindow(windowMs) : ''}`;
}

/** What the value is held against, as it stands in a subject: '(usual 0.3%)' or '(limit 90%)'. Silence speaks for itself. */
export function shortAgainstText(judged: Judged): string {
  const { score, limit, expected, unit } = judged.finding;
  if (isSilence(judged)) return '';
  const special = specialAgainst(judged);
  if (special !== undefined) return `(${special})`;
  return score >= NO_SCORE ? `(limit ${valueText(limit, unit)})` : `(usual ${valueText(expected, unit)})`;
}

export function usualText(judged: Judged): string | undefined {
  const { value, expected, unit, usual } = judged.finding;
  if (specialAgainst(judged) !== undefined || isFixedLimit(judged.finding)) return undefined;
  if (isSilence(judged) && expected >= value) return undefined;
  const range = usual === undefined ? '' : rangeText(usual, unit);
  return `${isSilence(judged) ? 'not longer than ' : ''}${valueText(expected, unit)}${range}`;
}

/** ', at this time from 0.2 s to 0.5 s'; nothing where it is one value. */
function rangeText({ low, high }: NonNullable<Finding['usual']>, unit: Finding['unit']): string {
  const [from, to] = [valueText(low, unit), valueText(high, unit)];
  return from === to ? '' : `, at this time from ${from} to ${to}`;
}

/** 'the highest in 14 days; next 42'. */
export function rankText({ finding }: Judged): string | undefined {
  const { record, time, unit } = finding;
  if (record === undefined || time - record.since < RECORD_LEAST_MS) return undefined;
  const side = record.side === 'high' ? 'highest' : 'lowest';
  return `the ${side} in ${durationText(time - record.since)}; next ${valueText(record.next, unit)}`;
}

/** 'the last 10 s, 1 min and 5 min say the same', where there are several. */
export function agreeingText({ finding: { agreeing = [] } }: Judged): string | undefined {
  if (agreeing.length < 2) return undefined;
  const texts = agreeing.map((ms) => durationText(ms));
  return `the last ${texts.slice(0, -1).join(', ')} and ${texts.at(-1)} say the same`;
}

/** 'told from 2.1% up': the limit itself counts as bad. Nothing where there is none. */
export function limitText(judged: Judged): string | undefined {
  if (specialAgainst(judged) !== undefined) return undefined;
  const { value, limit, unit } = judged.finding;
  const from = `told from ${valueText(limit, unit)}`;
  if (isSilence(judged)) return `${from} on`;
  return value < limit ? `${from} down` : `${from} up`;
}

/** Silence is looked at at any time; everything else in windows. A fixed limit and what is certain have no chance in them. */
export function sureText(judged: Judged): string | undefined {
  const { score, windowMs } = judged.finding;
  if (specialAgainst(judged) !== undefined || isFixedLimit(judged.finding)) return undefined;
  if (judged.detector === SCALED_DETECTOR) return undefined;
  if (windowMs > 0 && 10 ** score * windowMs < SURE_LEAST_MS) return undefined;
  return chanceText(score, isSilence(judged) ? 0 : windowMs);
}

/** The worst value, with what it was counted from. */
export function worstText(judged: Judged): string {
  return isSilence(judged) ? `${valueText(judged.finding.value, 'seconds')} of silence` : nowText(judged);
}

/** ' (vhost shop.example[.]com)', or nothing. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort().slice(0, LABELS_MAX);
  if (names.length === 0) return '';
  return ` (${names.map((name) => `${logText(name, 40)} ${logText(labels[name] ?? '', 100)}`).join(', ')})`;
}

/** A mean over the window, as of a load, is hardly ever whole. */
function isNumberOfEvents({ unit, value }: Finding): boolean {
  return unit === 'count' && Number.isInteger(value);
}

function isFixedLimit({ score }: Finding): boolean {
  return score >= NO_SCORE;
}

function sideOf(value: number, limit: number): string {
  if (value === limit) return 'at';
  return value > limit ? 'above' : 'below';
}

function inWindow(windowMs: number): string {
  return windowMs > 0 ? ` in ${durationText(windowMs)}` : '';
}
