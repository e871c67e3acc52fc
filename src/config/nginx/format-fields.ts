/** The fields that can be read from the lines of a log_format, and by what: expressions, or the keys of a JSON object. */
import type { FieldKind } from '../../core/parse/field-kind.ts';
import type { JsonSpec } from '../../core/parse/json-fields.ts';
import { bareVariables, isAlwaysThere, isNumber, jsonLayout } from './json-layout.ts';
import type { LogFormat } from './log-format.ts';
import { partsExpression } from './parts-expression.ts';
import { piecesOf, type ValuePiece } from './pieces.ts';
import { REQUEST_FIELDS, type Shape, type Variable, variablesOf } from './variables.ts';

export interface FieldIn {
  readonly field: string;
  readonly kind: FieldKind;
  /** The variables whose values it has. */
  readonly names: readonly string[];
  /** What is written where it stands. */
  readonly parts: LogFormat['parts'];
  /** It is always there, and of one form. */
  readonly isCertain: boolean;
  /** It is only this of what is written there. */
  readonly part?: ((text: string) => string) | undefined;
}

export interface FieldsIn {
  readonly values: readonly FieldIn[];
  /** Either these or json. */
  readonly expressions?: readonly string[] | undefined;
  readonly json?: JsonSpec | undefined;
  /** What Nginx escaped is a field as it was before. */
  readonly unescapes: boolean;
  readonly doubts: readonly string[];
  shapeOf(name: string): Shape;
}

export function fieldsInText(format: LogFormat): FieldsIn {
  const { pieces, variables, doubts } = piecesOf(format.parts);
  const read = pieces.filter((piece) => piece.kind === 'value').filter(({ variable }) => variable !== undefined);
  const hasPath = read.some(({ variable }) => variable?.field === 'path');
  const { expressions, doubts: more } = partsExpression(pieces, format.escaping);
  const shapeOf = (name: string) => variables.get(name)?.shape ?? 'text';
  return {
    values: read.flatMap((piece) => fieldsOfPiece(piece, hasPath)),
    expressions,
    unescapes: false,
    doubts: [...doubts, ...more, ...escapingDoubts(format, shapeOf)],
    shapeOf,
  };
}

/** Undefined where it writes no JSON. */
export function fieldsInJson(format: LogFormat): FieldsIn | undefined {
  const names = format.parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
  const variables = variablesOf(names, false);
  const layout = jsonLayout(format, variables);
  if (!layout) return undefined;
  const taken = new Set(['path', ...[...variables.values()].map(({ field }) => field)]);
  const given = new Set<string>();
  const values: FieldIn[] = [];
  const fields: Record<string, readonly string[]> = {};
  for (const { path, parts } of layout) {
    for (const one of jsonFields(path, parts, { variables, taken })) {
      if (given.has(one.field)) continue;
      given.add(one.field);
      values.push(one);
      fields[one.field] = [path];
    }
  }
  const certain = values.filter(({ isCertain }) => isCertain).map(({ field }) => field);
  const json = { fields, require: certain };
  return { values, json, unescapes: true, doubts: [], shapeOf: (name) => variables.get(name)?.shape ?? 'text' };
}

function fieldsOfPiece({ names, shape, variable }: ValuePiece, hasPath: boolean): readonly FieldIn[] {
  if (!variable) return [];
  const parts = names.map((name) => ({ kind: 'variable' as const, name }));
  const one = { names, parts, kind: variable.kind, isCertain: isAlwaysThere(shape) };
  if (shape !== 'request') return [{ ...one, field: variable.field }];
  return REQUEST_FIELDS.filter((field) => field !== 'path' || !hasPath).map((field) => ({
    ...one,
    field,
    part: (text) => requestPart(text, field),
  }));
}

function requestPart(request: string, field: string): string {
  const [, method = '', path = '', protocol = ''] =
    /^([A-Z][A-Z_-]{1,19}) (.*) (HTTP\/[\d.]{1,5})$/s.exec(request) ?? [];
  return { method, path, protocol }[field] ?? '';
}

/** A text of several variables is a field of its key's name. */
function jsonFields(
  path: string,
  parts: LogFormat['parts'],
  { variables, taken }: { readonly variables: ReadonlyMap<string, Variable>; readonly taken: Set<string> },
): readonly FieldIn[] {
  const names = parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
  const [name = ''] = names;
  const variable = parts.length === 1 ? variables.get(name) : undefined;
  if (!variable) {
    const field = keyField(path);
    if (field === undefined || taken.has(field)) return [];
    taken.add(field);
    return [{ field, kind: 'text', names, parts, isCertain: false }];
  }
  const one = { names, parts, isCertain: isAlwaysThere(variable.shape) };
  const own = { ...one, field: variable.field, kind: variable.kind };
  const hasPath = [...variables.values()].some(({ field }) => field === 'path');
  return variable.shape === 'request' && !hasPath ? [own, { ...one, field: 'path', kind: 'request-path' }] : [own];
}

function keyField(path: string): string | undefined {
  const plain = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40);
  return /^[a-z]/.test(plain) && plain !== 'route' ? plain : undefined;
}

function escapingDoubts({ escaping, parts }: LogFormat, shapeOf: (name: string) => Shape): string[] {
  if (escaping === 'none') return ['escape=none lets a client write quotes and line ends into its lines; leave it out'];
  const [first] = parts;
  if (escaping === 'default' || first?.kind !== 'text' || !first.text.startsWith('{')) return [];
  const bare = bareVariables(parts).filter((name) => !isNumber(shapeOf(name)));
  return bare.length === 0
    ? []
    : [
        `its lines are no JSON where a value is missing or a list, and are read as text: put ${bare.map((name) => `$${name}`).join(', ')} in quotes`,
      ];
}
