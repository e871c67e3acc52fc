/** The parts of a log_format as pieces to read: texts, and values that are told apart. */
import type { LogEscape, LogPart } from './log-format.ts';
import { type Shape, type Variable, variablesOf } from './variables.ts';

export interface ValuePiece {
  readonly kind: 'value';
  /** Of the variables, more than one where they stand side by side and are read as one. */
  readonly names: readonly string[];
  readonly shape: Shape;
  /** Undefined where it is not read. */
  readonly variable: Variable | undefined;
}

export type Piece = { readonly kind: 'text'; readonly text: string } | ValuePiece;

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly variables: ReadonlyMap<string, Variable>;
  /** Sentences on variables that are not read. */
  readonly doubts: readonly string[];
}

export function piecesOf(parts: readonly LogPart[]): Pieces {
  const names = parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
  const variables = variablesOf(names, true);
  const doubts: string[] = [];
  const pieces: Piece[] = [];
  const given = new Set<string>();
  for (let at = 0; at < parts.length; ) {
    const part = parts[at] as LogPart;
    if (part.kind === 'text') {
      pieces.push(part);
      at += 1;
      continue;
    }
    const glued = gluedFrom(parts, at);
    const first = glued[0] as string;
    const variable = given.has(first) ? undefined : variables.get(first);
    const shape = variables.get(first)?.shape ?? 'text';
    given.add(first);
    const count = countOfOne(glued, shape);
    const own = glued.slice(0, count);
    if (count > 1 && !isPathWithArgs(own)) {
      doubts.push(
        `${writtenNames(own)} stand side by side, so nobody can tell where one ends: none of them is read; put a space between them`,
      );
      pieces.push({ kind: 'value', names: own, shape: 'text', variable: undefined });
    } else pieces.push({ kind: 'value', names: own, shape: count > 1 ? 'seldom' : shape, variable });
    at += count;
  }
  return { pieces, variables, doubts };
}

/** As in nginx.conf, for messages. */
export function writtenNames(names: readonly string[]): string {
  return names.map((name) => `$${name}`).join('');
}

/** Values of these forms end by themselves, whatever is behind them. */
export const FIXED: readonly Shape[] = ['status', 'seconds', 'clf', 'iso8601', 'letter'];

const PATHS = ['request_uri', 'uri', 'document_uri'];

/** How many of the variables that stand side by side are read as one. */
function countOfOne(glued: readonly string[], shape: Shape): number {
  if (glued.length === 1 || FIXED.includes(shape)) return 1;
  // A host has no slash, and a path begins with one.
  if (shape === 'host' && PATHS.includes(glued[1] ?? '')) return 1;
  if (glued[0] === 'is_args') return 1;
  if (isPathWithArgs(glued.slice(0, 3))) return 3;
  return glued.length;
}

/** `$uri$is_args$args` is one path. */
function isPathWithArgs([path = '', sign = '', args = '', ...more]: readonly string[]): boolean {
  return PATHS.includes(path) && sign === 'is_args' && ['args', 'query_string'].includes(args) && more.length === 0;
}

function gluedFrom(parts: readonly LogPart[], from: number): readonly string[] {
  const names: string[] = [];
  for (let at = from; at < parts.length; at += 1) {
    const part = parts[at] as LogPart;
    if (part.kind !== 'variable') break;
    names.push(part.name);
  }
  return names;
}

/** Whether a value can have the letter in it, as Nginx writes it. */
export function mayHold(shape: Shape, letter: string, escaping: LogEscape): boolean {
  const letters = LETTERS[shape];
  if (letters) return letters.test(letter);
  if (shape === 'host' && letter === '/') return false;
  if ((shape === 'host' || shape === 'token') && (letter === ' ' || letter === '"')) return false;
  if (escaping === 'none') return true;
  // Escaped are controls and quotes; of JSON's the reader tells an escaped quote from one that ends the value.
  return letter !== '"' && letter >= ' ';
}

const LETTERS: Readonly<Partial<Record<Shape, RegExp>>> = {
  number: /\d/,
  status: /\d/,
  seconds: /[\d.]/,
  clf: /[\w/: +-]/,
  iso8601: /[\dT:+-]/,
  letter: /[p.]/,
  word: /[\w-]/,
  'maybe-number': /[\d-]/,
  'maybe-seconds': /[\d.-]/,
  'seconds-list': /[\d., :-]/,
  'number-list': /[\d, :-]/,
  'status-list': /[\d, :-]/,
  'address-list': /[\w.:/[\]%@, -]/,
};
