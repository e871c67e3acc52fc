/** What may stand in a pattern file and in an observation file. */
import { z } from 'zod';
import { LABEL_CHARS } from '../core/observe/series.ts';
import { FIELD_KINDS } from '../core/parse/field-kind.ts';
import { FIELD_NAME } from '../core/parse/grok.ts';
import { DEFAULT_PRIORITY } from '../core/parse/pattern.ts';
import { TIME_FORMATS } from '../core/parse/stamps.ts';
import { parseDuration } from './duration.ts';
import { choice, mapping, text, unknownWord } from './words.ts';

const MAX_EXPRESSIONS = 20;
const MAX_FORMATS = 9;
const MAX_JSON_FIELDS = 60;
const MAX_JSON_NAMES = 20;
/** Of a name of a field in JSON: each may go into an object, or be one of the key, so twice as many places a dot. */
const MAX_DOTS = 5;
const MAX_SERIES = 50;
const MAX_LABELS = 4;
/** Lists of heavy hitters of one observation; a page of windows holds 64. */
const MAX_TOPS = 16;
const MAX_WATCHES = 50;
const MAX_SAMPLES = 200;
const SAMPLE_CHARS = 8_000;

const fieldName = z
  .string()
  .regex(FIELD_NAME, 'No field name: a small letter, then small letters, digits and _, at most 40');
const seriesName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/,
    'No name: write small letters, digits and _ with dots between, as http.5xx',
  )
  .max(LABEL_CHARS);
const fileName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*\.yaml$/, 'No file name: write it as http.yaml, without a folder');

/** Milliseconds. */
export const duration = z.string().transform((given, context) => {
  const ms = parseDuration(given);
  if (ms !== undefined) return ms;
  context.addIssue(`'${given}' is no duration; write 90s, 5m or 2h`);
  return z.NEVER;
});

const word = z.union([z.string(), z.number()]).transform(String);
const words = z.array(word).min(1).max(100);
const conditions = z.union([
  z.literal('present').transform(() => ({ is: 'present' }) as const),
  z
    .string()
    .regex(/^\d{1,15}(?:\.\d{1,9})?-\d{1,15}(?:\.\d{1,9})?$/)
    .transform((range) => {
      const [from, to] = range.split('-').map(Number) as [number, number];
      return { is: 'range', from, to } as const;
    }),
  word.transform((value) => ({ is: 'in', values: [value] }) as const),
  words.transform((values) => ({ is: 'in', values }) as const),
  z.strictObject({ not: words }).transform(({ not }) => ({ is: 'not', values: not }) as const),
]);
/** One message for all the forms: what the single ones miss would only confuse. */
const condition = z.unknown().transform((given, context) => {
  const parsed = conditions.safeParse(given);
  if (parsed.success) return parsed.data;
  context.addIssue('No condition; write a value, a range (500-599), a list ([a, b]), present, or { not: [a, b] }');
  return z.NEVER;
});

const series = mapping({
  name: seriesName,
  when: z.record(fieldName, condition).default({}),
  value: fieldName.optional(),
  by: z.array(fieldName).max(MAX_LABELS).default([]),
  evidence: z.boolean().default(false),
  histogram: z.boolean().default(false),
});

const fieldsOfSeries = mapping({
  series: z.array(seriesName).min(1).max(MAX_TOPS),
  by: z.array(fieldName).min(1).max(MAX_TOPS),
});

/** '60s' arrives as 60000; other texts stay. */
const optionValue = z.union([z.boolean(), z.number(), z.string().transform((given) => parseDuration(given) ?? given)]);

const watch = mapping({
  name: seriesName,
  detector: z.string().regex(/^[a-z][a-z0-9-]*$/, 'No name of a detector'),
  options: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'No name of an option'), optionValue).default({}),
  by: fieldName.optional(),
  severity: choice(['info', 'warning', 'critical']),
  rank: z.int().min(0).max(9).default(2),
  clearAfter: duration.default(60_000),
  delivery: choice(['mail', 'digest']).optional(),
  isEvent: z.boolean().optional(),
  title: text(80),
  why: text(1_000),
  whatToDo: text(2_000),
});

const observationShape = {
  series: z.array(series).min(1).max(MAX_SERIES),
  tops: z.array(fieldsOfSeries).max(MAX_TOPS).default([]),
  distincts: z.array(fieldsOfSeries).max(MAX_TOPS).default([]),
  watches: z.array(watch).max(MAX_WATCHES).default([]),
};

export const observationSchema = mapping(observationShape);
export type ObservationFile = z.output<typeof observationSchema>;

const JSON_NAME_CHARS = 200;

/** What is wrong with a name in JSON. */
function jsonNameMistake(name: unknown): string | undefined {
  if (typeof name !== 'string') return "It is no text; write a name, or a list of names, as [status, 'request.status']";
  const parts = name.split('.');
  if (parts.includes('')) return `'${name.slice(0, 60)}' is no name; a dot stands between two names, as in request.uri`;
  if (name.length > JSON_NAME_CHARS) return `It has more than ${JSON_NAME_CHARS} letters`;
  return parts.length > MAX_DOTS + 1 ? `It has more than ${MAX_DOTS} dots` : undefined;
}

const jsonName = z.string({ error: ({ input }) => jsonNameMistake(input) }).superRefine((name, context) => {
  const mistake = jsonNameMistake(name);
  if (mistake !== undefined) context.addIssue(mistake);
});
const jsonNames = z.union(
  [jsonName.transform((name) => [name]), z.array(jsonName).min(1, 'It is empty').max(MAX_JSON_NAMES)],
  { error: ({ input }) => jsonNameMistake(input) },
);

const json = mapping({
  fields: z
    .record(fieldName, jsonNames)
    .refine((fields) => Object.keys(fields).length <= MAX_JSON_FIELDS, `More than ${MAX_JSON_FIELDS} fields`),
  require: z.array(fieldName).min(1).max(MAX_JSON_FIELDS),
});

const formats = z.union([choice(TIME_FORMATS), z.array(choice(TIME_FORMATS)).min(1, 'It is empty').max(MAX_FORMATS)], {
  error: ({ input }) =>
    input === undefined
      ? `It is missing; write one of ${TIME_FORMATS.join(', ')}, or a list of them`
      : unknownWord('value', [input], TIME_FORMATS),
});

const NO_SAMPLES =
  'It is missing; write at least one line of such a log and what is read of it, as - line: …, fields: …';

export const patternSchema = mapping({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'No name: small letters, digits and -, at most 40'),
  description: text(400),
  priority: z.int().min(0).max(9).default(DEFAULT_PRIORITY),
  expressions: z.array(text(4_000)).min(1).max(MAX_EXPRESSIONS).optional(),
  json: json.optional(),
  continues: z.array(text(4_000)).min(1).max(MAX_EXPRESSIONS).optional(),
  time: mapping({ field: fieldName, format: formats }).optional(),
  keyValues: mapping({
    field: fieldName,
    separator: z.string().min(1).max(8).default(' '),
    assign: z.string().min(1).max(8).default('='),
    names: z.record(z.string().regex(/^[A-Za-z0-9_]{1,40}$/, 'No name of a pair: letters, digits and _'), fieldName),
  }).optional(),
  fields: z.record(fieldName, choice(FIELD_KINDS)).default({}),
  status: fieldName.optional(),
  classes: mapping({
    from: fieldName,
    into: fieldName,
    otherwise: text(40),
    of: z
      .array(mapping({ name: text(40), texts: z.array(text(200)).min(1).max(50) }))
      .min(1)
      .max(50),
  }).optional(),
  observe: z.union([fileName, observationSchema]).optional(),
  samples: z
    .array(
      mapping({
        line: z.string().max(SAMPLE_CHARS),
        time: z.iso.datetime({ offset: true }).transform(Date.parse).optional(),
        fields: z.record(fieldName, z.union([z.string(), z.number(), z.null()])).default({}),
        continued: z.array(z.string().max(SAMPLE_CHARS)).min(1).max(MAX_SAMPLES).optional(),
      }),
      { error: ({ input }) => (input === undefined ? NO_SAMPLES : undefined) },
    )
    .min(1)
    .max(MAX_SAMPLES),
  rejects: z.array(z.string().max(SAMPLE_CHARS)).max(MAX_SAMPLES).default([]),
  configure: text(4_000).optional(),
});
export type PatternFile = z.output<typeof patternSchema>;
