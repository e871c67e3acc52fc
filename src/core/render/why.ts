/** `linesman why` as a person reads it: what was asked, what it was held against, the verdict, and that it comes out again. */
import { CONFIRM_BAD, CONFIRM_OF } from '../decide/confirm.ts';
import type { DecidedAgain } from '../detect/decided-again.ts';
import type { Decision, DecisionCall } from '../detect/decision.ts';
import type { Judgement } from '../plugin.ts';
import { clauseOf, isOfCheck } from './fault-title.ts';
import { cut, visible, visibleJson } from './sanitise.ts';
import { shortId } from './subject.ts';
import { countText, durationText } from './units.ts';
import { timestamp } from './when.ts';
import { agreeingText, labelText, limitText, nowText, rankText, sureText, titleOf, usualText } from './wording.ts';

const TEXT_CHARS = 300;
/** Questions and parts of a baseline that are shown: --json has all. */
const ROWS_SHOWN = 40;
const VALUE_CHARS = 120;
const NAME_COLUMNS = 12;

/** '#7F3K', '7f3k' or the long id, as mails print them. */
export function isFaultId(asked: string, fault: string): boolean {
  const id = asked.replace(/^#/, '');
  return id === fault || id.toUpperCase() === shortId(fault);
}

/** `again`: how it came out, or why it cannot be decided again. */
export function whyText(decision: Decision, again: DecidedAgain | string, timezone: string): string {
  const { fault, to, by, watch, input } = decision;
  const { label } = input;
  const where = label === undefined ? '' : labelText({ [label.name]: label.value });
  const parts = [
    [
      `Fault #${shortId(fault)} (${text(fault)}) became ${to} at ${timestamp(input.now, timezone)}, decided by linesman ${text(by)}.`,
      `Watch ${text(watch.name)}${where}, detector ${text(watch.detector)}, source ${text(input.source)}, severity ${watch.severity}.`,
    ],
    ['THE VERDICT', ...verdictLines(decision, decision.said)],
    ...readingsPart(decision, timezone),
    ['WHAT IT ASKED', ...shown(decision.calls.map((call) => callLine(call, timezone)))],
    ...learntParts(decision, timezone),
    ['DECIDED AGAIN', ...againLines(decision, again)],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

export function whyJson(decision: Decision, again: DecidedAgain | string): string {
  const outcome = typeof again === 'string' ? { isSame: false, why: again } : again;
  const plain = (_key: string, value: unknown) => (value instanceof Float32Array ? [...value] : value);
  return visibleJson(JSON.stringify({ decision, again: outcome }, plain));
}

/** Of what is asked by reading: which readings made the fault, and how many of them it takes. */
function readingsPart({ readings = [], watch, to }: Decision, timezone: string): readonly (readonly string[])[] {
  if (readings.length === 0) return [];
  const { bad, of } = watch.confirm ?? { bad: CONFIRM_BAD, of: CONFIRM_OF };
  const wrong = readings.filter(({ isWrong }) => isWrong).length;
  const waits = to === 'pending' ? ' More of them were waited for.' : '';
  const said = readings.map(({ time, isWrong }) => `${clockOf(time, timezone)} ${isWrong ? 'wrong' : 'well'}`);
  const are = wrong === 1 ? 'was' : 'were';
  return [
    [
      'WHICH READINGS',
      ...said,
      `${wrong} of the last ${readings.length} ${are} wrong; ${bad} of ${of} make a fault.${waits}`,
    ],
  ];
}

/** A check learns nothing, and no false alarm by chance is to be paid for. */
function learntParts(decision: Decision, timezone: string): readonly (readonly string[])[] {
  const { baseline, budget } = decision.input;
  if (decision.watch.detector === 'check') return [['HOW IT IS SET', row('Options', options(decision))]];
  return [
    ['WHAT WAS LEARNT BEFORE', ...baselineLines(baseline, timezone)],
    ['WHAT IT MAY COST', row('Budget', budgetText(budget)), row('Options', options(decision))],
  ];
}

function verdictLines({ watch }: Decision, said: Omit<Judgement, 'baseline'>): readonly string[] {
  const { verdict, score, note, finding } = said;
  const rows: (readonly [string, string | undefined])[] = [
    ['Verdict', finding?.urgent ? `${verdict}, beyond doubt` : verdict],
    ['Note', note === undefined ? undefined : text(note)],
    ['Score', score === undefined ? undefined : countText(score)],
  ];
  if (finding && isOfCheck(watch.detector, finding)) {
    rows.push(['Cause', finding.cause && text(finding.cause)], ['Told', `${clauseOf(watch, finding)}.`]);
  } else if (finding) {
    const judged = { finding: { ...finding, watch: watch.name }, detector: watch.detector };
    rows.push(
      ['Told', watch.isState ? `${clauseOf(watch, finding)}.` : titleOf(watch.title, judged, 'firing')],
      ['Now', nowText(judged)],
      ['Usual', usualText(judged)],
      ['Limit', limitText(judged)],
      ['Rank', rankText(judged)],
      ['How sure', sureText(judged)],
      ['Windows', agreeingText(judged)],
    );
  }
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [row(name, value)]));
}

/** 'count http.5xx, 03:11:35 to 03:12:35 (1 min): 62'. */
function callLine({ ask, given, answer }: DecisionCall, timezone: string): string {
  const names = given.filter((one) => typeof one === 'string').map((one) => text(one));
  const numbers = given.filter((one): one is number => typeof one === 'number');
  const [from, to, ...rest] = numbers.filter(isTime);
  const others = numbers.filter((one) => !isTime(one));
  const range =
    from === undefined || to === undefined
      ? numbers.map((one) => (isTime(one) ? ` up to ${clockOf(one, timezone)}` : '')).join('')
      : `, ${clockOf(from, timezone)} to ${clockOf(to, timezone)} (${durationText(to - from)})`;
  const more = [...rest, ...others].map((one) => ` ${one}`).join('');
  return `${ask.padEnd(10)} ${names.join(' by ')}${range}${more}: ${shownValue(answer, timezone)}`;
}

function baselineLines(baseline: unknown, timezone: string): readonly string[] {
  if (typeof baseline !== 'object' || baseline === null) return ['Nothing yet.'];
  return shown(Object.entries(baseline).map(([name, value]) => row(text(name), shownValue(value, timezone))));
}

function againLines(decision: Decision, again: DecidedAgain | string): readonly string[] {
  if (typeof again === 'string') return [visible(again, TEXT_CHARS * 2)];
  if (again.isSame) return ['The same verdict.'];
  return ['NOT THE SAME. Now it is:', ...verdictLines(decision, again.said)];
}

function options({ watch }: Decision): string {
  const pairs = Object.entries(watch.options).filter(([, value]) => value !== undefined);
  return pairs.map(([name, value]) => `${text(name)} ${text(String(value))}`).join(', ');
}

function shown(lines: readonly string[]): readonly string[] {
  const more = lines.length - ROWS_SHOWN;
  return more > 0 ? [...lines.slice(0, ROWS_SHOWN), `and ${countText(more)} more; --json has them`] : lines;
}

function budgetText(budget: number): string {
  const alarms = Number(budget.toPrecision(2));
  return `${alarms} false ${alarms === 1 ? 'alarm' : 'alarms'} in 30 days, its share of falseAlarmsPerMonth`;
}

function row(name: string, value: string): string {
  return `${name.padEnd(NAME_COLUMNS - 1)} ${value}`;
}

function shownValue(value: unknown, timezone: string): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'number') return isTime(value) ? clockOf(value, timezone) : String(Number(value.toPrecision(6)));
  if (value instanceof Float32Array || (Array.isArray(value) && value.length > 8)) return `${value.length} values`;
  return cut(visibleJson(JSON.stringify(value) ?? 'nothing'), VALUE_CHARS);
}

/** From 2001 to 2286, as times of ms are written: no count of a window is as large. */
function isTime(value: number): boolean {
  return Number.isInteger(value) && value >= 1e12 && value < 1e13;
}

function clockOf(time: number, timezone: string): string {
  return timestamp(time, timezone).slice(0, 19);
}

function text(value: string): string {
  return visible(value, TEXT_CHARS);
}
