/** What a person reads of a judged series: a line an alarm, and what it comes to. */
import type { JudgedValue } from '../detect/judge-series.ts';
import type { LabelScore } from '../detect/label-score.ts';
import { countText, durationText } from './units.ts';
import { timestamp } from './when.ts';

const MONTH_MS = 30 * 86_400_000;

/** '2014-04-11 00:00:00 UTC  87.9, usually 18 to 62; score 12.4; the highest since 2014-04-01'. */
export function alarmText(judged: JudgedValue, timezone: string): string {
  const { time, value, usual, score, record, isRepeat } = judged;
  const parts = [
    `${numberText(value)}, usually ${numberText(usual.low)} to ${numberText(usual.high)}`,
    `score ${score.toFixed(1)}`,
    ...(record ? [`the ${record.side}est since ${timestamp(record.since, timezone).slice(0, 10)}`] : []),
    ...(isRepeat ? ['as odd as before: unusual against normal times only'] : []),
  ];
  return `${timestamp(time, timezone)}  ${parts.join('; ')}`;
}

export interface JudgedSum {
  readonly values: number;
  readonly alarms: number;
  readonly from: number;
  readonly to: number;
  /** Time between most values. */
  readonly stepMs: number | undefined;
  readonly falseAlarms: number;
  readonly limit: number;
  /** Values that must be learnt before anything is an alarm. */
  readonly young: number;
}

export function judgedText(sum: JudgedSum, timezone: string): string {
  const { values, alarms, from, to, stepMs, falseAlarms, limit, young } = sum;
  const step = stepMs === undefined ? '' : `, one every ${durationText(stepMs)}`;
  const range = `${timestamp(from, timezone)} to ${timestamp(to, timezone)}`;
  const due = (falseAlarms * (to - from)) / MONTH_MS;
  const verdict = `${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}; a healthy series gives about ${countText(due)} in this time (${countText(falseAlarms)} a month: score ${limit.toFixed(1)} or more)`;
  return [
    `${values} ${values === 1 ? 'value' : 'values'}, ${range}${step}`,
    values <= young ? `too few to judge: needs ${young + 1 - values} more` : verdict,
  ].join('\n');
}

export function labelsText({ windows, found, falseAlarms, empty, precision, recall }: LabelScore): string {
  const outside = empty === 0 ? '' : `; ${empty} labelled where the series has no value, not counted`;
  const share = (part: number | undefined) => (part === undefined ? 'unknown' : part.toFixed(2));
  return `found ${found} of ${windows} labelled, ${falseAlarms} false ${falseAlarms === 1 ? 'alarm' : 'alarms'}: precision ${share(precision)}, recall ${share(recall)}${outside}`;
}

/** Four digits, whatever the size. */
function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return Number(value.toPrecision(4)).toExponential().replace('e+', 'e');
  return size >= 1_000 ? countText(value) : String(Number(value.toPrecision(4)));
}
