/** The sentences about one finding. What was judged decides the words: a share, a level, a fixed limit, or silence. */
import type { Finding, MailModel } from '../types.ts';
import { chanceText, NO_SCORE } from './chance.ts';
import { logText } from './sanitise.ts';
import { countText, durationText, valueText } from './units.ts';

/** Detector whose value is how long nothing came. */
export const SILENCE_DETECTOR = 'absence';

/** Series carry one or two. */
const LABELS_MAX = 4;

/** What the words need besides the finding. */
export interface Judged {
  readonly finding: Finding;
  readonly detector?: string | undefined;
}

export function isSilence({ detector }: Judged): boolean {
  return detector === SILENCE_DETECTOR;
}

/** One sentence: what is wrong, or that it is over. Log text in it is harmless already. */
export function titleOf(
  noun: string,
  judged: Judged,
  transition: MailModel['transition'],
  isSeenWell: boolean,
): string {
  const what = `${noun}${labelText(judged.finding.labels)}`;
  if (transition !== 'resolved') return `${what}: ${shortValueText(judged)}, ${againstText(judged)}.`;
  const worst = `at worst ${shortValueText(judged)}`;
  if (!isSeenWell) return `${what}: no longer observed, so nobody knows whether it is well; ${worst}.`;
  return isSilence(judged) ? `${what}: coming again after ${worstText(judged)}.` : `${what}: back to normal; ${worst}.`;
}

/** '12.4% (62 of 500 in 60 s)', 'nothing for 4 min 10 s', '93.4%'. */
export function nowText(judged: Judged): string {
  const { value, unit, part, whole, windowMs } = judged.finding;
  const amount = valueText(value, unit);
  if (isSilence(judged)) return `nothing for ${amount}`;
  if (part !== undefined && whole !== undefined) {
    return `${amount} (${countText(part)} of ${countText(whole)}${inWindow(windowMs)})`;
  }
  if (isNumberOfEvents(judged.finding)) return `${amount}${inWindow(windowMs)}`;
  return windowMs >= 60_000 ? `${amount} over ${durationText(windowMs)}` : amount;
}

/** 'usually 0.3%', 'above the limit of 90%', 'usually not longer than 12 s'. */
export function againstText(judged: Judged): string {
  const { value, expected, limit, unit } = judged.finding;
  if (isFixedLimit(judged.finding)) {
    if (isSilence(judged)) return `longer than the limit of ${valueText(limit, unit)}`;
    return `${sideOf(value, limit)} the limit of ${valueText(limit, unit)}`;
  }
  return `usually ${isSilence(judged) ? 'not longer than ' : ''}${valueText(expected, unit)}`;
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
  return score >= NO_SCORE ? `(limit ${valueText(limit, unit)})` : `(usual ${valueText(expected, unit)})`;
}

export function usualText(judged: Judged): string | undefined {
  const { expected, unit } = judged.finding;
  if (isFixedLimit(judged.finding)) return undefined;
  return `${isSilence(judged) ? 'not longer than ' : ''}${valueText(expected, unit)}`;
}

export function limitText(judged: Judged): string {
  const { value, limit, unit } = judged.finding;
  if (isSilence(judged)) return `told when longer than ${valueText(limit, unit)}`;
  return `told when ${sideOf(value, limit)} ${valueText(limit, unit)}`;
}

export function sureText({ finding }: Judged): string {
  return chanceText(finding.score, finding.windowMs > 0 ? durationText(finding.windowMs) : '');
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
