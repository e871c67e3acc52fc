/**
 * From the pieces of a log_format to a grok expression that reads its lines. A value ends where the text behind it begins,
 * if it cannot have that text's first letter in it; value-ends.ts says what is done where it can. So no expression has two
 * ways to read a line that both fit, and none goes back more than a few values.
 */
import type { LogEscape } from './log-format.ts';
import { FIXED, mayHold, type Piece, type ValuePiece, writtenNames } from './pieces.ts';
import { isList, settleEnds, type ValueEnd } from './value-ends.ts';
import type { Shape } from './variables.ts';

export interface PartsExpression {
  /** In the order in which they are tried. */
  readonly expressions: readonly string[];
  /** Sentences on values that a client can make look like two. */
  readonly doubts: readonly string[];
}

export function partsExpression(given: readonly Piece[], escaping: LogEscape): PartsExpression {
  const { pieces, ends } = settleEnds(given, escaping);
  const write = (lists: boolean) =>
    pieces
      .map((piece, at) =>
        piece.kind === 'text'
          ? literal(piece.text)
          : value(piece, { pieces, at, end: ends[at] as ValueEnd, escaping, lists }),
      )
      .join('');
  const expressions = [write(false)];
  const open = pieces.some(
    (piece, at) => piece.kind === 'value' && isList(piece.shape) && !endsFirmly(piece, ends[at] as ValueEnd, escaping),
  );
  // A line of one upstream is read without looking for more, which a scanner can; the others are few.
  if (open || ends.some((end) => end?.how === 'first')) expressions.push(write(true));
  // A text before a list would take the list's first values.
  if (ends.some((end) => end?.how === 'first')) expressions.shift();
  const doubts = pieces.flatMap((piece, at) => {
    const isOpen = piece.kind === 'value' && piece.variable && (piece.shape === 'text' || piece.shape === 'request');
    return isOpen ? doubtOf(piece, ends[at] as ValueEnd, pieces[at + 1]) : [];
  });
  return { expressions, doubts };
}

interface Placed {
  readonly pieces: readonly Piece[];
  readonly at: number;
  readonly end: ValueEnd;
  readonly escaping: LogEscape;
  readonly lists: boolean;
}

function value(piece: ValuePiece, placed: Placed): string {
  if (piece.shape === 'request') return requestSource(piece, placed);
  const text = captured(piece.variable?.field, source(piece.shape, placed));
  // A host beside a path could give its last letters to the path, one after the other.
  const isBeforePath = piece.shape === 'host' && placed.pieces[placed.at + 1]?.kind === 'value';
  return isBeforePath ? `${text}(?!${letterSource('host', placed)})` : text;
}

function captured(field: string | undefined, inside: string): string {
  return field === undefined ? `(?:${inside})` : `(?<${field}>${inside})`;
}

const SOURCES: Readonly<Partial<Record<Shape, string>>> = {
  number: '\\d{1,20}',
  status: '\\d{3}',
  seconds: '\\d{1,15}\\.\\d{3}',
  clf: '%{HTTPDATE}',
  iso8601: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}[+-]\\d{2}:\\d{2}',
  letter: '[p.]',
  word: '[\\w-]*',
  'maybe-number': '[\\d-]*',
  'maybe-seconds': '[\\d.-]*',
};

/** One value of a list. */
const ONE: Readonly<Partial<Record<Shape, string>>> = {
  'seconds-list': '(?:\\d{1,15}\\.\\d{3}|-)',
  'number-list': '(?:\\d{1,20}|-)',
  'status-list': '(?:\\d{3}|-)',
  // Printable, but for spaces, quotes and commas; a colon is none at its beginning.
  'address-list': '[!#-+\\--9;-~][!#-+\\--~]*',
};
/** Upstreams asked for one request, of which each is a value: more are taken for no list. */
const MAX_TRIES = 32;

function source(shape: Shape, placed: Placed): string {
  const one = ONE[shape];
  if (one === undefined) return SOURCES[shape] ?? textSource(shape, placed);
  const { end, escaping, lists } = placed;
  if (!lists && endsFirmly({ shape }, end, escaping))
    return shape === 'address-list' ? textSource(shape, placed) : '[\\d., :-]*';
  return lists ? `(?:${one}(?:(?:, | : )${one}){0,${MAX_TRIES - 1}})?` : `(?:${one})?(?!, | : )`;
}

function endsFirmly({ shape }: { readonly shape: Shape }, { how, letter }: ValueEnd, escaping: LogEscape): boolean {
  return how === 'at' && (letter === undefined || !mayHold(shape, letter, escaping));
}

function textSource(shape: Shape, placed: Placed): string {
  return `${letterSource(shape, placed)}*${placed.end.how === 'first' ? '?' : ''}`;
}

/** One letter of the value. */
function letterSource(shape: Shape, { pieces, at, end, escaping }: Placed): string {
  const not = outside(shape, escaping);
  const isQuoted = end.letter === '"' && escaping === 'json' && !not.includes('"');
  if (end.how !== 'before') return isQuoted ? '(?:[^"\\\\]|\\\\.)' : oneOutside(not + (end.letter ?? ''));
  const behind = pieces[at + 1];
  const text = behind?.kind === 'text' ? behind.text : '';
  // A path seldom has a space, and one letter is looked for faster than several.
  if (shape === 'seldom' && text.startsWith(' ')) return oneOutside(`${not} `);
  const fixed = pieces[at + 2];
  const more = fixed?.kind === 'value' && FIXED.includes(fixed.shape) ? SOURCES[fixed.shape] : undefined;
  return text.length === 1 && !more
    ? oneOutside(not + text)
    : `(?:(?!${literal(text)}${more ?? ''})${oneOutside(not)})`;
}

/** Letters that no value of the shape has. */
function outside(shape: Shape, escaping: LogEscape): string {
  if (shape === 'host') return ' "/';
  if (shape === 'token') return ' "';
  return escaping === 'default' ? '"' : '';
}

function oneOutside(letters: string): string {
  const all = [...new Set(letters)];
  return all.length === 0
    ? '.'
    : `[^${all.map((letter) => (/[\\\]^-]/.test(letter) ? `\\${letter}` : control(letter))).join('')}]`;
}

/** What is no request, as TLS spoken to a plain port, is read as none of its fields. */
function requestSource({ variable }: ValuePiece, placed: Placed): string {
  const letter = letterSource('request', placed);
  const any = `${letter}*${placed.end.how === 'first' ? '?' : ''}`;
  const hasPath = placed.pieces.some((piece) => piece.kind === 'value' && piece.variable?.field === 'path');
  const field = (name: string, inside: string) =>
    captured(variable && !(name === 'path' && hasPath) ? name : undefined, inside);
  const method = field('method', '[A-Z][A-Z_-]{1,19}');
  const old = field('path', `${oneOutside(` "${placed.end.how === 'before' ? '' : (placed.end.letter ?? '')}`)}+`);
  return `(?:${method} ${field('path', any)} ${field('protocol', 'HTTP/[\\d.]{1,5}')}|${method} ${old}|${any})`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/[\x00-\x1f\x7f]/g, control);
}

function control(letter: string): string {
  return letter < ' ' || letter === '\x7f' ? `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}` : letter;
}

function doubtOf({ names }: ValuePiece, { how }: ValueEnd, next: Piece | undefined): readonly string[] {
  const written = writtenNames(names);
  const remedy = `write "${written}" in quotes`;
  if (how === 'first')
    return [`${written} stands before a list of upstreams, to which a client can add by it: ${remedy}`];
  if (how !== 'before') return [];
  const text = next?.kind === 'text' ? next.text : '';
  return [
    `${written} can have ${JSON.stringify(text)} in it, which is also what stands behind it, so it is read up to the first one: ${remedy}`,
  ];
}
