/** The fields of a pattern's lines: those of its expressions, and those made from them. */
import { UserError } from '../errors.ts';
import { toRoute } from '../observe/route.ts';
import type { FieldValue } from '../types.ts';
import { type FieldKind, type FieldType, fieldType } from './field-kind.ts';
import type { ClassesSpec, PatternSpec, RawFields } from './pattern.ts';

/** Every pattern with a path has a route, unless it gives one itself. */
export const ROUTE = 'route';
export const ROUTE_OF = 'path';

/** Reads one field of a line. */
export type FieldReader = (raw: RawFields) => FieldValue | undefined;

export interface Field extends FieldType {
  /** The field of the expressions from whose text it is read. */
  readonly from: string;
  /** It is the route of a path that is taken as it stands. */
  readonly isRoute: boolean;
}

/** By name; `names` are those of the expressions and pairs. Throws UserError for classes of an unknown field. */
export function createFields(
  spec: PatternSpec,
  names: Iterable<string>,
  kinds: ReadonlyMap<string, FieldKind>,
): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const from of names) fields.set(from, { ...fieldType(kinds.get(from) ?? 'text'), from, isRoute: false });
  const path = fields.get(ROUTE_OF);
  if (path && !fields.has(ROUTE)) {
    const isRoute = (kinds.get(ROUTE_OF) ?? 'text') === 'text';
    fields.set(ROUTE, { ...derived(path, toRoute), isRoute });
  }
  if (spec.classes) fields.set(spec.classes.into, classField(spec.classes, fields));
  return fields;
}

function classField(classes: ClassesSpec, fields: ReadonlyMap<string, Field>): Field {
  const from = fields.get(classes.from);
  if (!from) throw new UserError('CONFIG', `classes.from names '${classes.from}', which no expression gives`);
  return derived(
    from,
    (text) => classes.of.find(({ texts }) => texts.some((part) => text.includes(part)))?.name ?? classes.otherwise,
  );
}

function derived({ from, read }: Field, to: (text: string) => string): Field {
  return {
    from,
    isRoute: false,
    read(text) {
      const value = read(text);
      return value === undefined ? undefined : to(String(value));
    },
  };
}

/** `slot` is where the texts of `from` stand. */
export function createFieldReader({ read }: Field, slot: number): FieldReader {
  let lastText = '';
  let last: FieldValue | undefined;
  return (raw) => {
    const text = raw[slot];
    if (text === undefined) return undefined;
    // Longer texts would keep the block they were cut from in memory, and seldom come twice in a row.
    if (text.length > REMEMBERED_CHARS) return read(text);
    if (text !== lastText || last === undefined) last = read(text);
    lastText = text;
    return last;
  };
}

const REMEMBERED_CHARS = 12;
