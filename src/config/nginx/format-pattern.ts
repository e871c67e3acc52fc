/** From a log_format to the pattern that reads its lines, with samples that it has passed. */
import { fieldType } from '../../core/parse/field-kind.ts';
import { compilePattern, type PatternSpec, type SampleSpec } from '../../core/parse/pattern.ts';
import { checkSamples } from '../../core/parse/samples.ts';
import type { TimeFormat } from '../../core/parse/stamps.ts';
import { EXAMPLE_REQUESTS, EXAMPLE_TIME, type ExampleRequest, writtenValue } from './example-values.ts';
import { type FieldsIn, fieldsInJson, fieldsInText } from './format-fields.ts';
import { type LogFormat, logFormatText } from './log-format.ts';

/** What a pattern file says, without what is observed: whoever writes or uses it joins that. */
export type UnobservedSpec = Omit<PatternSpec, 'observation'>;

export interface FormatPattern {
  /** Undefined where no pattern can read the lines; then the doubts say why. */
  readonly spec: UnobservedSpec | undefined;
  /** Sentences on what is not read, or not for certain. */
  readonly doubts: readonly string[];
}

/** Before those shipped: it is made for these very lines. */
const PRIORITY = 6;
/** Of an expression in a pattern file. */
const MAX_EXPRESSION_CHARS = 4_000;

export function formatPattern(name: string, format: LogFormat): FormatPattern {
  const fields = fieldsInJson(format) ?? fieldsInText(format);
  const doubts = [...fields.doubts];
  if (format.parts.some((part) => part.kind === 'text' && part.text.includes('\n')))
    return {
      spec: undefined,
      doubts: ['it writes several lines a request, and a pattern reads one; write it in one line'],
    };
  if (!fields.values.some(({ isCertain }) => isCertain))
    return {
      spec: undefined,
      doubts: [
        'nothing in it looks the same in all lines, so any text would be taken for such a line; add $time_iso8601 and $status',
      ],
    };
  if (fields.expressions?.some(({ length }) => length > MAX_EXPRESSION_CHARS))
    return { spec: undefined, doubts: ['it has more variables than an expression can hold; log fewer of them'] };
  const spec = specOf(name, format, fields);
  const good = withGoodSamples(spec, format, fields);
  if (good) return { spec: good, doubts };
  return { spec: undefined, doubts: [...doubts, 'its values cannot be told apart; put quotes or tabs between them'] };
}

const TIME_FORMATS: Readonly<Record<string, TimeFormat>> = {
  time_iso8601: 'iso8601',
  time_local: 'clf',
  msec: 'epoch',
};

function specOf(name: string, format: LogFormat, { values, expressions, json }: FieldsIn): UnobservedSpec {
  const time = values.find(({ field }) => field === 'time');
  const timeFormat = TIME_FORMATS[time?.names[0] ?? ''];
  const kinds = values.filter(({ kind }) => kind !== 'text').map(({ field, kind }) => [field, kind] as const);
  return {
    name,
    description: `Access log of nginx in the log_format ${format.name}, made from nginx.conf.`,
    priority: PRIORITY,
    expressions: expressions ?? [],
    ...(json && { json }),
    ...(timeFormat && { time: { field: 'time', format: timeFormat } }),
    fields: Object.fromEntries(kinds),
    ...(values.some(({ field }) => field === 'status') && { status: 'status' }),
    samples: [],
    rejects: [''],
    configure: logFormatText(format),
  };
}

const NOTHING_OBSERVED = { series: [], tops: [], distincts: [] };

/** Undefined where it does not read a usual line. Where values cannot be told apart some other lines are misread, and left out. */
function withGoodSamples(spec: UnobservedSpec, format: LogFormat, fields: FieldsIn): UnobservedSpec | undefined {
  const samples = EXAMPLE_REQUESTS.map((request) =>
    sampleOf(format, fields, { request, hasTime: spec.time !== undefined }),
  );
  const compiled = compilePattern({ ...spec, samples, observation: NOTHING_OBSERVED });
  const mistakes = checkSamples(compiled);
  const bad = new Set(mistakes.filter(({ list }) => list === 'samples').map(({ index }) => index));
  if (bad.has(0) || mistakes.some(({ list }) => list === 'rejects')) return undefined;
  return { ...spec, samples: samples.filter((_, index) => !bad.has(index)) };
}

function sampleOf(
  format: LogFormat,
  { values, shapeOf, unescapes }: FieldsIn,
  { request, hasTime }: { readonly request: ExampleRequest; readonly hasTime: boolean },
): SampleSpec {
  const { escaping, parts } = format;
  const write = (name: string) => writtenValue(request(name, shapeOf(name)), escaping, shapeOf(name));
  const line = textOf(parts, write);
  const read = (name: string) => (unescapes ? (request(name, shapeOf(name)) ?? '') : write(name));
  const expected = values
    .filter(({ field }) => field !== 'time')
    .map(({ field, kind, parts: own, part }) => {
      const text = textOf(own, read);
      return [field, fieldType(kind).read(part ? part(text) : text) ?? null] as const;
    });
  return { line, ...(hasTime && { time: EXAMPLE_TIME }), fields: Object.fromEntries(expected) };
}

function textOf(parts: LogFormat['parts'], write: (name: string) => string): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : write(part.name))).join('');
}
