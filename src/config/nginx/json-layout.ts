/** A log_format that writes a JSON object: under which key each variable stands. */
import type { LogFormat } from './log-format.ts';
import { FIXED } from './pieces.ts';
import type { Shape, Variable } from './variables.ts';

export interface JsonValue {
  /** Keys from the outermost object on, with dots between. */
  readonly path: string;
  /** What is written there, in its order; mostly one variable. */
  readonly parts: LogFormat['parts'];
}

/** Letters for private use: no variable's place is taken for a text that somebody wrote. */
const OPEN = '\ue000';
const CLOSE = '\ue001';
/** As pattern files take them. */
const MAX_PATH_CHARS = 200;
const MAX_DEPTH = 4;

/**
 * Undefined where it writes no JSON, or not always: without quotes `-`, nothing and `a, b` are no JSON, so only variables
 * that are always numbers may stand so.
 */
export function jsonLayout(
  { escaping, parts }: LogFormat,
  variables: ReadonlyMap<string, Variable>,
): readonly JsonValue[] | undefined {
  if (escaping !== 'json') return undefined;
  let text = '';
  let inQuotes = false;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'text') {
      text += part.text;
      inQuotes = endsInQuotes(part.text, inQuotes);
    } else if (inQuotes) text += `${OPEN}${index}${CLOSE}`;
    else if (isNumber(variables.get(part.name)?.shape)) text += `"${OPEN}${index}${CLOSE}"`;
    else return undefined;
  }
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const found: JsonValue[] = [];
  return collect(value, { path: [], parts, found }) ? found : undefined;
}

/** Always a number, so that it may stand in JSON without quotes. */
export function isNumber(shape: Shape | undefined): boolean {
  return shape === 'number' || shape === 'status' || shape === 'seconds';
}

/** Always there and never empty, so that a line without it is another's. */
export function isAlwaysThere(shape: Shape): boolean {
  return shape === 'number' || FIXED.includes(shape);
}

/** Variables outside of quotes. */
export function bareVariables(parts: LogFormat['parts']): readonly string[] {
  let inQuotes = false;
  return parts.flatMap((part) => {
    if (part.kind === 'text') inQuotes = endsInQuotes(part.text, inQuotes);
    return part.kind === 'variable' && !inQuotes ? [part.name] : [];
  });
}

function endsInQuotes(text: string, before: boolean): boolean {
  let inside = before;
  for (const found of text.matchAll(/\\.|"/gs)) if (found[0] === '"') inside = !inside;
  return inside;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Collecting {
  readonly path: readonly string[];
  readonly parts: LogFormat['parts'];
  readonly found: JsonValue[];
}

/** False where a key is a variable: then it is no layout. */
function collect(value: object, { path, parts, found }: Collecting): boolean {
  return Object.entries(value).every(([key, inner]: [string, unknown]) => {
    if (key.includes(OPEN)) return false;
    const keys = [...path, key];
    const name = keys.join('.');
    const isNameable =
      name.length <= MAX_PATH_CHARS && keys.length <= MAX_DEPTH && name.split('.').every((one) => one !== '');
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      return keys.length > MAX_DEPTH || collect(inner, { path: keys, parts, found });
    if (typeof inner === 'string' && inner.includes(OPEN) && isNameable)
      found.push({ path: name, parts: partsIn(inner, parts) });
    return true;
  });
}

function partsIn(text: string, parts: LogFormat['parts']): LogFormat['parts'] {
  return text.split(/(\ue000\d+\ue001)/).flatMap((piece) => {
    const index = /^\ue000(\d+)\ue001$/.exec(piece)?.[1];
    const variable = index === undefined ? undefined : parts[Number(index)];
    if (variable) return [variable];
    return piece === '' ? [] : [{ kind: 'text' as const, text: piece }];
  });
}
