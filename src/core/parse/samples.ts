/** The samples of a pattern are its tests. */
import type { FieldValue } from '../types.ts';
import { toEvent } from './line-event.ts';
import type { CompiledPattern, SampleSpec } from './pattern.ts';

export interface SampleMistake {
  readonly list: 'samples' | 'rejects';
  readonly index: number;
  readonly message: string;
}

export function checkSamples(pattern: CompiledPattern): readonly SampleMistake[] {
  const ofSamples = pattern.spec.samples.flatMap((sample, index) =>
    checkSample(pattern, sample).map((message): SampleMistake => ({ list: 'samples', index, message })),
  );
  const ofRejects = pattern.spec.rejects.flatMap((line, index): SampleMistake[] =>
    pattern.match(line)
      ? [{ list: 'rejects', index, message: `The pattern matches '${shown(line)}', which it must not` }]
      : [],
  );
  return [...ofSamples, ...ofRejects];
}

function checkSample(pattern: CompiledPattern, sample: SampleSpec): string[] {
  const event = toEvent(pattern, sample.line, sample.time ?? ANY_TIME);
  if (!event)
    return [pattern.spec.json ? notJson(pattern, sample.line) : `No expression matches '${shown(sample.line)}'`];
  const mistakes = Object.entries(sample.fields).flatMap(([name, wanted]) => {
    const value = Object.hasOwn(event.fields, name) ? event.fields[name] : undefined;
    return value === (wanted ?? undefined)
      ? []
      : [`Field '${name}' is ${said(value)}, the sample says ${said(wanted)}`];
  });
  if (pattern.spec.time && event.time === undefined)
    mistakes.push(`The time of '${shown(sample.line)}' cannot be read`);
  else if (sample.time !== undefined && event.time !== sample.time)
    mistakes.push(`The time is ${event.time}, the sample says ${sample.time} (ms since 1970, UTC)`);
  return [...mistakes, ...(sample.continued ?? []).flatMap((line) => checkContinued(pattern, line))];
}

/** For stamps without a year where the sample says no time. */
const ANY_TIME = Date.UTC(2026, 0);

function notJson({ spec }: CompiledPattern, line: string): string {
  const fields = spec.json?.require.join(', ');
  return `'${shown(line)}' is no JSON object in one line, or has not all of what is required (${fields})`;
}

function checkContinued(pattern: CompiledPattern, line: string): readonly string[] {
  if (pattern.match(line)) return [`'${shown(line)}' must belong to the line before, but matches by itself`];
  return pattern.isContinuation(line) ? [] : [`No expression of continues matches '${shown(line)}'`];
}

function said(value: FieldValue | null | undefined): string {
  if (value === undefined || value === null) return 'absent';
  return typeof value === 'number' ? String(value) : `'${shown(value)}'`;
}

function shown(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
