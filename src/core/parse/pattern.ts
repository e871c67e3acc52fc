/** A pattern: how to read one kind of line, and what to observe in it. */
import { UserError } from '../errors.ts';
import type { ObservationSpec } from '../observe/observation.ts';
import type { FieldReader } from '../observe/observer.ts';
import { toRoute } from '../observe/route.ts';
import type { FieldValue } from '../types.ts';
import { type FieldKind, toFieldValue } from './field-kind.ts';
import { compileGrok } from './grok.ts';
import { type PairSyntax, readPairs } from './key-values.ts';
import type { TimeFormat } from './timestamp.ts';

/** Plain data, as read from a pattern file. */
export interface PatternSpec {
  readonly name: string;
  readonly description: string;
  /** Grok expressions, tried in this order. */
  readonly expressions: readonly string[];
  readonly time?: { readonly field: string; readonly format: TimeFormat } | undefined;
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
}

/** Texts of a matched line by slot. Valid until the pattern matches the next line. */
export type RawFields = readonly (string | undefined)[];

export interface CompiledPattern {
  readonly spec: PatternSpec;
  readonly name: string;
  /** All fields a line can have, `route` (of `path`) and classes among them. */
  readonly fieldNames: readonly string[];
  match(line: string): RawFields | undefined;
  readerOf(field: string): FieldReader<RawFields> | undefined;
  /** Text of a field before its kind is applied. */
  rawOf(field: string): ((raw: RawFields) => string | undefined) | undefined;
}

/** Throws UserError for the first mistake in the expressions. */
export function compilePattern(spec: PatternSpec): CompiledPattern {
  const groks = spec.expressions.map(compileGrok);
  const slots = slotsOf(
    groks.flatMap(({ groups }) => groups),
    spec,
  );
  const kinds = new Map<string, FieldKind>(groks.flatMap(({ types }) => Object.entries(types)));
  for (const [field, kind] of Object.entries(spec.fields)) kinds.set(field, kind);
  const matchers = groks.map((grok) => ({
    regExp: grok.regExp,
    slots: grok.groups.map((field) => (field === undefined ? -1 : (slots.get(field) ?? -1))),
  }));
  const fillPairs = pairFiller(spec, slots);
  const raw: (string | undefined)[] = new Array(slots.size);

  function match(line: string): RawFields | undefined {
    for (const matcher of matchers) {
      const found = matcher.regExp.exec(line);
      if (!found) continue;
      raw.fill(undefined);
      for (let index = 0; index < matcher.slots.length; index += 1) {
        const slot = matcher.slots[index] as number;
        const text = found[index + 1];
        if (slot !== -1 && text !== undefined) raw[slot] ??= text;
      }
      fillPairs(raw);
      return raw;
    }
    return undefined;
  }

  const readers = readersOf(spec, slots, kinds);
  return {
    spec,
    name: spec.name,
    fieldNames: [...readers.keys()],
    match,
    readerOf: (field) => readers.get(field),
    rawOf(field) {
      const slot = slots.get(field);
      return slot === undefined ? undefined : (fields) => fields[slot];
    },
  };
}

function slotsOf(groups: readonly (string | undefined)[], spec: PatternSpec): ReadonlyMap<string, number> {
  const names = [...groups.filter((name) => name !== undefined), ...Object.values(spec.keyValues?.names ?? {})];
  return new Map([...new Set(names)].map((name, slot) => [name, slot]));
}

/** Fills the fields of pairs. The first of two pairs with one name counts. */
function pairFiller(spec: PatternSpec, slots: ReadonlyMap<string, number>): (raw: (string | undefined)[]) => void {
  const { keyValues } = spec;
  const from = keyValues && slots.get(keyValues.field);
  if (keyValues === undefined || from === undefined) return () => undefined;
  const slotOf = new Map(Object.entries(keyValues.names).map(([name, field]) => [name, slots.get(field) as number]));
  let filling: (string | undefined)[] = [];
  const take = (name: string, value: string) => {
    const slot = slotOf.get(name);
    if (slot !== undefined) filling[slot] ??= value;
  };
  return (raw) => {
    const text = raw[from];
    filling = raw;
    if (text !== undefined) readPairs(text, keyValues, take);
  };
}

function readersOf(
  spec: PatternSpec,
  slots: ReadonlyMap<string, number>,
  kinds: ReadonlyMap<string, FieldKind>,
): ReadonlyMap<string, FieldReader<RawFields>> {
  const readers = new Map<string, FieldReader<RawFields>>();
  for (const [field, slot] of slots) {
    readers.set(field, fieldReader(kinds.get(field) ?? 'text', slot));
  }
  const path = readers.get('path');
  if (path && !readers.has('route')) readers.set('route', derived(path, toRoute));
  if (spec.classes) readers.set(spec.classes.into, classReader(spec.classes, readers));
  return readers;
}

function fieldReader(kind: FieldKind, slot: number): FieldReader<RawFields> {
  let lastText = '';
  let last: FieldValue | undefined;
  return (raw) => {
    const text = raw[slot];
    if (text === undefined) return undefined;
    // Longer texts would keep the block they were cut from in memory, and seldom come twice in a row.
    if (text.length > REMEMBERED_CHARS) return toFieldValue(kind, text);
    if (text !== lastText) last = toFieldValue(kind, text);
    lastText = text;
    return last;
  };
}

const REMEMBERED_CHARS = 12;

function classReader(
  classes: ClassesSpec,
  readers: ReadonlyMap<string, FieldReader<RawFields>>,
): FieldReader<RawFields> {
  const from = readers.get(classes.from);
  if (!from) throw new UserError('CONFIG', `classes.from names '${classes.from}', which no expression gives`);
  return derived(
    from,
    (text) => classes.of.find(({ texts }) => texts.some((part) => text.includes(part)))?.name ?? classes.otherwise,
  );
}

function derived(from: FieldReader<RawFields>, to: (text: string) => string): FieldReader<RawFields> {
  return (raw) => {
    const value = from(raw);
    return value === undefined ? undefined : to(String(value));
  };
}
