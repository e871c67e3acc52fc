/** A verdict in one line, as it stands in expected.txt. */
import type { Decision } from '../detect/decision.ts';
import type { Judgement } from '../plugin.ts';
import { visible } from './sanitise.ts';

const CHARS = 200;

/** '2026-11-24T03:00:14.000Z firing http.5xx.burst nginx: bad, value 0.2941, usual 0.0043, limit 0.2941, score 7.01'. */
export function decisionLine(
  { to, watch, input }: Decision,
  { verdict, score, finding }: Omit<Judgement, 'baseline'>,
): string {
  const { label, now, source } = input;
  const where = label === undefined ? '' : ` ${visible(`${label.name}=${label.value}`, CHARS)}`;
  const figures = finding ? figuresOf(finding) : [];
  const more = [...figures, ...(score === undefined ? [] : [`score ${short(score)}`])].map((figure) => `, ${figure}`);
  const head = `${new Date(now).toISOString()} ${to} ${visible(watch.name, CHARS)} ${visible(source, CHARS)}${where}`;
  return `${head}: ${verdict}${finding?.urgent ? ', urgent' : ''}${more.join('')}`;
}

/** Of a check its cause says more than its 1. */
function figuresOf({ cause, value, expected, limit }: NonNullable<Judgement['finding']>): readonly string[] {
  if (cause !== undefined) return [visible(cause, CHARS)];
  return [`value ${short(value)}`, `usual ${short(expected)}`, `limit ${short(limit)}`];
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
