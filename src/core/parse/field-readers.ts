/** Reads the fields of a matched line: those of its expressions, and those made from them. */
import { UserError } from '../errors.ts';
import type { FieldReader } from '../observe/observer.ts';
import { toRoute } from '../observe/route.ts';
import type { FieldValue } from '../types.ts';
import { type FieldKind, toFieldValue } from './field-kind.ts';
import type { ClassesSpec, PatternSpec, RawFields } from './pattern.ts';

/** Every pattern with a path has a route, unless it gives one itself. */
export const ROUTE = 'route';
export const ROUTE_OF = 'path';

/** By name; `slots` says where the text of each field stands. Throws UserError for classes of an unknown field. */
export function createFieldReaders(
  spec: PatternSpec,
  slots: ReadonlyMap<string, number>,
  kinds: ReadonlyMap<string, FieldKind>,
): ReadonlyMap<string, FieldReader<RawFields>> {
  const readers = new Map<string, FieldReader<RawFields>>();
  for (const [field, slot] of slots) readers.set(field, fieldReader(kinds.get(field) ?? 'text', slot));
  const path = readers.get(ROUTE_OF);
  if (path && !readers.has(ROUTE)) readers.set(ROUTE, derived(path, toRoute));
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
