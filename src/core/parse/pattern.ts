/** A pattern: how to read one kind of line, and what to observe in it. */
import { fieldsOf, type ObservationSpec } from '../observe/observation.ts';
import type { FieldKind } from './field-kind.ts';
import { createFieldReader, createFields, DERIVED_FIELDS, type Field, type FieldReader } from './field-readers.ts';
import { compileGrok } from './grok.ts';
import type { JsonSpec } from './json-fields.ts';
import type { PairSyntax } from './key-values.ts';
import { createMatcher } from './matcher.ts';
import type { TimeFormat } from './stamps.ts';

/** Plain data, as read from a pattern file. */
export interface PatternSpec {
  readonly name: string;
  readonly description: string;
  /** 0 to 9: patterns with more of it are tried first, and win where as many lines are theirs. */
  readonly priority?: number | undefined;
  /** Grok expressions, tried in this order. None where `json` says where fields are. */
  readonly expressions: readonly string[];
  readonly json?: JsonSpec | undefined;
  /** Grok expressions of lines that belong to the line before. */
  readonly continues?: readonly string[] | undefined;
  /** Of several formats the first that reads the field counts. */
  readonly time?: { readonly field: string; readonly format: TimeFormat | readonly TimeFormat[] } | undefined;
  /** A field that holds pairs, and which name in it is which field. */
  readonly keyValues?:
    | (PairSyntax & { readonly field: string; readonly names: Readonly<Record<string, string>> })
    | undefined;
  /** Kinds of fields; text where nothing is said. */
  readonly fields: Readonly<Record<string, FieldKind>>;
  /** Field with the HTTP status, for the totals. */
  readonly status?: string | undefined;
  /** A field made from another: the first class one of whose texts stands in it. */
  readonly classes?: ClassesSpec | undefined;
  readonly observation: ObservationSpec;
  readonly samples: readonly SampleSpec[];
  /** Lines that must not match. */
  readonly rejects: readonly string[];
  /** What makes a program write such lines: a piece of its configuration. */
  readonly configure?: string | undefined;
}

/** Where nothing is said. */
export const DEFAULT_PRIORITY = 5;

/** It takes what a log daemon put around any line: what is inside is another's, where one takes that. */
export function isLastResort({ spec }: CompiledPattern): boolean {
  return spec.priority === 0;
}

export interface ClassesSpec {
  readonly from: string;
  readonly into: string;
  readonly of: readonly { readonly name: string; readonly texts: readonly string[] }[];
  /** Class of the lines none of them takes. */
  readonly otherwise: string;
}

export interface SampleSpec {
  readonly line: string;
  /** Those given are compared; null means that it must be absent. */
  readonly fields: Readonly<Record<string, string | number | null>>;
  /** Epoch ms, with time zone UTC for stamps without one. */
  readonly time?: number | undefined;
  /** Lines that come behind it and belong to it. */
  readonly continued?: readonly string[] | undefined;
}

/** Texts of a matched line by slot. Valid until the pattern matches the next line. */
export type RawFields = readonly (string | undefined)[];

export interface CompiledPattern {
  readonly spec: PatternSpec;
  readonly name: string;
  /** All fields a line can have, `route` (of `path`), `agent_family` (of `agent`) and classes among them. */
  readonly fieldNames: readonly string[];
  match(line: string): RawFields | undefined;
  /** The same lines, with only those fields that are observed; for the many lines. */
  matchObserved(line: string): RawFields | undefined;
  /** A line that does not match belongs to the one before. */
  isContinuation(line: string): boolean;
  readerOf(field: string): FieldReader | undefined;
  /** How a field is read from the text of another one. */
  fieldOf(name: string): Field | undefined;
  /** Text of a field before its kind is applied. */
  rawOf(field: string): ((raw: RawFields) => string | undefined) | undefined;
}

/** Throws UserError for the first mistake in the expressions. */
export function compilePattern(spec: PatternSpec): CompiledPattern {
  const groks = spec.expressions.map((expression) => compileGrok(expression));
  const groups = groks.flatMap((grok) => grok.groups).filter((name) => name !== undefined);
  const names = [...groups, ...Object.keys(spec.json?.fields ?? {}), ...Object.values(spec.keyValues?.names ?? {})];
  const slots = new Map([...new Set(names)].map((name, slot) => [name, slot]));
  const typed = groks.flatMap(({ types }) => Object.entries(types));
  const fields = createFields(spec, slots.keys(), new Map([...typed, ...Object.entries(spec.fields)]));
  const readers = new Map(
    [...fields].map(([name, field]) => [name, createFieldReader(field, slots.get(field.from) as number)]),
  );
  return {
    spec,
    name: spec.name,
    fieldNames: [...readers.keys()],
    match: onDemand(() => createMatcher(spec, slots)),
    matchObserved: onDemand(() => createMatcher(spec, slots, observedFields(spec))),
    isContinuation: onDemand(() => createContinuation(spec.continues ?? [])),
    readerOf: (field) => readers.get(field),
    fieldOf: (name) => fields.get(name),
    rawOf(field) {
      const slot = slots.get(field);
      return slot === undefined ? undefined : (fields) => fields[slot];
    },
  };
}

/** A start compiles dozens of patterns, each in several threads, and most of them are asked for few lines or none. */
function onDemand<Answer>(make: () => (line: string) => Answer): (line: string) => Answer {
  let ask: ((line: string) => Answer) | undefined;
  return (line) => {
    ask ??= make();
    return ask(line);
  };
}

function createContinuation(continues: readonly string[]): (line: string) => boolean {
  const regExps = continues.map((expression) => compileGrok(expression, new Set()).regExp);
  return (line) => regExps.some((regExp) => regExp.test(line));
}

/** What a tally needs of a line. */
export function observedFields(spec: PatternSpec): ReadonlySet<string> {
  const { time, status, keyValues, classes } = spec;
  const fields = [...fieldsOf(spec.observation), time?.field, status, keyValues?.field];
  for (const [name, { of }] of DERIVED_FIELDS) if (fields.includes(name)) fields.push(of);
  if (classes && fields.includes(classes.into)) fields.push(classes.from);
  return new Set(fields.filter((field) => field !== undefined));
}
