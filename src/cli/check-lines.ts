/** What a check answered, as a person reads it and as JSON has it. */
import type { Answer } from '../app/checking/ask-check.ts';
import type { KnownCheck } from '../app/knowing/checks.ts';
import { type Canvas, paint } from '../core/render/paint.ts';
import { visible } from '../core/render/sanitise.ts';
import { durationText } from '../core/render/units.ts';

const TEXT_CHARS = 2_000;
const INDENT = '    ';

/** One line; where it failed also what was seen, what to do, and when it would be told. */
export function answerText(check: KnownCheck, answer: Answer, canvas: Canvas): string {
  const lines = answer.reading?.cause === undefined ? [] : failedLines(check, answer);
  return [headLine(check, answer, canvas), ...lines.map((line) => `${INDENT}${visible(line, TEXT_CHARS)}`), ''].join(
    '\n',
  );
}

function headLine({ name }: KnownCheck, { reading, bug }: Answer, canvas: Canvas): string {
  const said = (text: string) => ({ text: visible(text, TEXT_CHARS), tone: 'plain' }) as const;
  if (!reading) return paint([{ text: 'BUG', tone: 'worst' }, said(`${name}: please report this: ${bug}`)], canvas);
  const { cause } = reading;
  if (cause === undefined) return paint([{ text: 'ok', tone: 'good' }, said(`${name}: ${reading.said}`)], canvas);
  return paint([{ text: 'FAILED', tone: 'bad' }, said(`${name} (${cause}): ${reading.said}`)], canvas);
}

function failedLines(check: KnownCheck, { reading }: Answer): readonly string[] {
  const spec = check.runner.causes[reading?.cause ?? ''];
  return [...(reading?.lines ?? []), ...(spec?.whatToDo.split('\n') ?? []), toldWhen(check)];
}

function toldWhen({ config: { parent }, confirm: { bad, of }, everyMs, settleMs }: KnownCheck): string {
  const readings = of === 1 ? 'each reading' : `${bad} of ${of} readings, one every ${durationText(everyMs)}`;
  const settle = settleMs > 0 ? `, not within ${durationText(settleMs)} of its start unless it was well before` : '';
  const explained = parent === undefined ? '' : ` Where its parent ${parent} fails too, that one is told instead.`;
  return `linesman run makes a fault of it by ${readings}${settle}.${explained}`;
}

export function answerFacts(check: KnownCheck, { reading, bug, tookMs }: Answer): object {
  const { name, kind, runner } = check;
  const spec = runner.causes[reading?.cause ?? ''];
  return {
    ...{ name, kind, target: runner.target, result: resultOf(reading, bug), ...reading },
    ...(spec && { title: spec.title, severity: check.config.severity ?? spec.severity, whatToDo: spec.whatToDo }),
    ...(bug !== undefined && { bug }),
    tookMs,
  };
}

function resultOf(reading: Answer['reading'], bug: string | undefined): string {
  if (bug !== undefined) return 'bug';
  return reading?.cause === undefined ? 'ok' : 'failed';
}
