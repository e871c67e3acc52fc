/** The fields of a pattern's lines: those of its expressions, and those made from them. */
import { UserError } from '../errors.ts';
import { createAgentReader } from '../observe/agent-family.ts';
import { toRoute } from '../observe/route.ts';
import { toTemplate } from '../observe/template.ts';
import type { FieldValue } from '../types.ts';
import { type FieldKind, type FieldType, fieldType } from './field-kind.ts';
import type { ClassesSpec, PatternSpec, RawFields } from './pattern.ts';

/** Made of another field by every pattern that has that one, unless it gives one of this name itself. */
export interface DerivedField {
  readonly of: string;
  /** Gives what makes it; each may remember what it made. */
  readonly maker: () => (text: string) => string;
  readonly listing: Listing;
}

/**
 * How a field that is only listed is taken from a line: as its bytes stand there; as the route of a path; `few`, by ids, since
 * it has few different texts; `late`, for lines that a series takes, since it takes long to make.
 */
type Listing = 'bytes' | 'route' | 'few' | 'late';

/** Fields of many patterns that have few different texts: whoever writes others fills no more room than labels may. */
const FEW_FIELDS = ['method', 'logger'];

const ROUTE = 'route';
export const DERIVED_FIELDS: ReadonlyMap<string, DerivedField> = new Map([
  [ROUTE, { of: 'path', maker: () => toRoute, listing: 'bytes' }],
  ['template', { of: 'message', maker: () => toTemplate, listing: 'late' }],
  ['agent_family', { of: 'agent', maker: familyReader, listing: 'few' }],
]);

function familyReader(): (agent: string) => string {
  const readAgent = createAgentReader();
  return (agent) => readAgent(agent).family;
}

/** Reads one field of a line. */
export type FieldReader = (raw: RawFields) => FieldValue | undefined;

export interface Field extends FieldType {
  /** The field of the expressions from whose text it is read. */
  readonly from: string;
  readonly listing: Listing;
}

/** By name; `names` are those of the expressions and pairs. Throws UserError for classes of an unknown field. */
export function createFields(
  spec: PatternSpec,
  names: Iterable<string>,
  kinds: ReadonlyMap<string, FieldKind>,
): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const from of names) {
    const listing = FEW_FIELDS.includes(from) ? 'few' : 'bytes';
    fields.set(from, { ...fieldType(kinds.get(from) ?? 'text'), from, listing });
  }
  for (const [name, { of, maker, listing }] of DERIVED_FIELDS) {
    const field = fields.get(of);
    if (!field || fields.has(name)) continue;
    const isRoute = name === ROUTE && (kinds.get(of) ?? 'text') === 'text';
    fields.set(name, { ...derived(field, maker()), listing: isRoute ? 'route' : listing });
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
    listing: 'bytes',
    read(text) {
      const value = read(text);
      return value === undefined ? undefined : to(String(value)) || undefined;
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
