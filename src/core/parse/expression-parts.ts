/** A grok expression as the parts it is written of, so that a beginning of it can be tried and the next part named. */

export type ExpressionPart =
  /** Letters that must stand there. */
  | { readonly is: 'text'; readonly source: string; readonly text: string }
  /** `%{NAME:field}`. */
  | { readonly is: 'name'; readonly source: string; readonly name: string; readonly field: string | undefined }
  /** Everything else that is one: a class, an escape, a look ahead. */
  | { readonly is: 'class'; readonly source: string }
  | GroupPart;

export interface GroupPart {
  readonly is: 'group';
  readonly source: string;
  /** How it begins, without a name: `(?:` or `(?i:`. */
  readonly open: string;
  readonly field: string | undefined;
  /** Its ways, at least one. */
  readonly ways: readonly (readonly ExpressionPart[])[];
}

/** Groups in groups that are looked into; deeper ones are one part each. */
const MAX_DEPTH = 8;

/** The ways of an expression; one where it has no `|` outside of groups. Reads what compileGrok() accepts. */
export function expressionWays(expression: string): readonly (readonly ExpressionPart[])[] {
  return waysOf(expression, 0);
}

function waysOf(source: string, depth: number): readonly (readonly ExpressionPart[])[] {
  const ways: ExpressionPart[][] = [[]];
  for (const piece of piecesOf(source)) {
    const way = ways.at(-1) as ExpressionPart[];
    if (piece === '|') ways.push([]);
    else add(way, partOf(piece, depth));
  }
  return ways;
}

/** Letters in a row are one part. */
function add(way: ExpressionPart[], part: ExpressionPart): void {
  const last = way.at(-1);
  if (part.is === 'text' && last?.is === 'text')
    way[way.length - 1] = { is: 'text', source: last.source + part.source, text: last.text + part.text };
  else way.push(part);
}

/** A quantifier belongs to what stands before it. */
const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;

function piecesOf(source: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < source.length; ) {
    const end = atomEnd(source, at);
    QUANTIFIER.lastIndex = end;
    const to = source[at] === '|' || !QUANTIFIER.test(source) ? end : QUANTIFIER.lastIndex;
    pieces.push(source.slice(at, to));
    at = to;
  }
  return pieces;
}

function atomEnd(source: string, at: number): number {
  if (source.startsWith('%{', at)) return source.indexOf('}', at) + 1 || source.length;
  if (source[at] === '\\') return Math.min(source.length, at + 2);
  if (source[at] === '[') return classEnd(source, at);
  if (source[at] === '(') return groupEnd(source, at);
  return at + ((source.codePointAt(at) as number) > 0xffff ? 2 : 1);
}

function classEnd(source: string, at: number): number {
  let end = at + 1;
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
  return Math.min(source.length, end + 1);
}

function groupEnd(source: string, at: number): number {
  let end = at + 1;
  for (let open = 1; end < source.length && open > 0; ) {
    if (source[end] === '(') open += 1;
    if (source[end] === ')') open -= 1;
    // Inside of classes and behind \ brackets are letters; a name holds none.
    end = source[end] === '[' ? classEnd(source, end) : source[end] === '\\' ? end + 2 : end + 1;
  }
  return Math.min(source.length, end);
}

const NAME = /^%\{([^}:]*)(?::([^}:]*))?(?::[^}]*)?\}$/;
const GROUP = /^\((\?(?:<(?![=!])([^>]*)>|[a-z-]*:))?([\s\S]*)\)(?:[*+?]|\{\d+(?:,\d*)?\})?\??$/;
/** Letters that mean themselves, also behind \. */
const ESCAPED = /^\\([^A-Za-z0-9])$/;
const PLAIN = /^[^\\[\](){}.*+?^$|]$/u;

function partOf(source: string, depth: number): ExpressionPart {
  const named = NAME.exec(source);
  if (named) return { is: 'name', source, name: named[1] ?? '', field: named[2] };
  const letter = ESCAPED.exec(source)?.[1] ?? (PLAIN.test(source) ? source : undefined);
  if (letter !== undefined) return { is: 'text', source, text: letter };
  const group = depth < MAX_DEPTH && !/^\(\?<?[=!]/.test(source) ? GROUP.exec(source) : null;
  if (!group) return { is: 'class', source };
  const [, head, field, inside = ''] = group;
  return {
    ...{ is: 'group', source, field, open: head === undefined || field !== undefined ? '(?:' : `(${head}` },
    ways: waysOf(inside, depth + 1),
  };
}
