/** Reads a regular expression into a tree, as far as scanners understand it. */
import { ALL_BYTES, type ByteSet, byteRange, bytesIn } from './byte-set.ts';

export type Node =
  | {
      readonly kind: 'run';
      readonly set: ByteSet;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  /** Ways in the order in which they are tried; an optional part is one beside an empty sequence. */
  | { readonly kind: 'choice'; readonly ways: readonly Node[] }
  | { readonly kind: 'group'; readonly group: number; readonly what: Node };

/** Says why an expression has no plain way; never leaves createScanner(). */
export class NotPlain extends Error {}

/** Parts that one written part may stand for, as the five of `(?:…){5}`. */
const MAX_COPIES = 8;
/** Parts of a whole expression, copies counted. */
const MAX_NODES = 2_000;
/** Brackets in brackets. */
const MAX_DEPTH = 50;

/** Of a RegExp's source with the flag s, groups numbered from 0. Throws NotPlain. */
export function parseExpression(source: string): Node {
  const reader = createReader(source);
  const node = readChoice(reader);
  if (reader.peek() !== '') throw new NotPlain('a bracket too many');
  return node;
}

interface Reader {
  peek(): string;
  take(): string;
  /** What stands next and fits, passed over. */
  takeMatch(shape: RegExp): RegExpExecArray | undefined;
  nextGroup(): number;
  enter(): void;
  leave(): void;
  count(nodes: number): void;
}

function createReader(source: string): Reader {
  let at = 0;
  let groups = 0;
  let nodes = 0;
  let depth = 0;
  return {
    peek: () => source.charAt(at),
    take() {
      at += 1;
      return source.charAt(at - 1);
    },
    takeMatch(shape) {
      const found = shape.exec(source.slice(at, at + 40)) ?? undefined;
      at += found?.[0].length ?? 0;
      return found;
    },
    nextGroup() {
      groups += 1;
      return groups - 1;
    },
    enter() {
      depth += 1;
      if (depth > MAX_DEPTH) throw new NotPlain('too many brackets in brackets');
    },
    leave() {
      depth -= 1;
    },
    count(more) {
      nodes += more;
      if (nodes > MAX_NODES) throw new NotPlain('too many parts');
    },
  };
}

function readChoice(reader: Reader): Node {
  const ways = [readSequence(reader)];
  while (reader.peek() === '|') {
    reader.take();
    ways.push(readSequence(reader));
  }
  return ways.length === 1 ? (ways[0] as Node) : { kind: 'choice', ways };
}

function readSequence(reader: Reader): Node {
  const parts: Node[] = [];
  while (!['', '|', ')'].includes(reader.peek())) {
    const part = readPart(reader);
    const times = readTimes(reader);
    const repeated = times ? repeat(part, times) : part;
    reader.count(sizeOf(repeated));
    parts.push(repeated);
  }
  return { kind: 'sequence', parts };
}

function readPart(reader: Reader): Node {
  const letter = reader.take();
  switch (letter) {
    case '(':
      return readGroup(reader);
    case '[':
      return one(readClass(reader));
    case '.':
      return one(ALL_BYTES);
    case '\\':
      return one(readEscape(reader));
    case '^':
    case '$':
      throw new NotPlain(`'${letter}' inside`);
    default:
      return one(bytesIn(ascii(letter)));
  }
}

function readGroup(reader: Reader): Node {
  const isPlain = reader.takeMatch(/^\?:/) !== undefined;
  if (!isPlain && reader.peek() === '?') throw new NotPlain('looks ahead or behind');
  const group = isPlain ? undefined : reader.nextGroup();
  reader.enter();
  const what = readChoice(reader);
  reader.leave();
  reader.take();
  return group === undefined ? what : { kind: 'group', group, what };
}

function readClass(reader: Reader): ByteSet {
  const isNegated = reader.takeMatch(/^\^/) !== undefined;
  let set: ByteSet = 0n;
  while (reader.peek() !== ']') {
    const from = readClassLetter(reader);
    const isRange = typeof from === 'number' && reader.takeMatch(/^-(?!\])/) !== undefined;
    const to = isRange ? readClassLetter(reader) : from;
    if (typeof from !== 'number') set |= from;
    else if (typeof to === 'number') set |= byteRange(from, to);
    else set |= bytesIn(from, 0x2d) | to;
  }
  reader.take();
  return isNegated ? ALL_BYTES ^ set : set;
}

/** A letter's code, or the set of a class inside the class. */
function readClassLetter(reader: Reader): number | ByteSet {
  const letter = reader.take();
  if (letter !== '\\') return ascii(letter);
  const set = readEscape(reader);
  const code = ESCAPED_BYTE.get(set);
  return code ?? set;
}

const DIGITS = byteRange(0x30, 0x39);
const WORD = DIGITS | byteRange(0x41, 0x5a) | byteRange(0x61, 0x7a) | bytesIn(0x5f);
const CLASSES: Readonly<Record<string, ByteSet>> = { d: DIGITS, D: ALL_BYTES ^ DIGITS, w: WORD, W: ALL_BYTES ^ WORD };
const CONTROLS: Readonly<Record<string, number>> = { t: 9, v: 11, f: 12, 0: 0, r: 13, n: 10 };
/** Sets of one byte, back to it. */
const ESCAPED_BYTE: ReadonlyMap<ByteSet, number> = new Map(
  Array.from({ length: 128 }, (_, byte) => [bytesIn(byte), byte]),
);

/** Behind a backslash. */
function readEscape(reader: Reader): ByteSet {
  const code = reader.takeMatch(/^x([\dA-Fa-f]{2})/) ?? reader.takeMatch(/^u([\dA-Fa-f]{4})/);
  if (code) return bytesIn(ascii(String.fromCharCode(Number.parseInt(code[1] as string, 16))));
  if (reader.takeMatch(/^0\d/)) throw new NotPlain('an octal number');
  const letter = reader.take();
  if (Object.hasOwn(CLASSES, letter)) return CLASSES[letter] as ByteSet;
  if (Object.hasOwn(CONTROLS, letter)) return bytesIn(CONTROLS[letter] as number);
  // White space has members beyond ASCII; words' ends, references and properties are none of ours.
  if (/[A-Za-z0-9]/.test(letter)) throw new NotPlain(`'\\${letter}'`);
  return bytesIn(ascii(letter));
}

function ascii(letter: string): number {
  const code = letter.charCodeAt(0);
  if (!(code < 0x80)) throw new NotPlain('a letter beyond ASCII');
  return code;
}

function one(set: ByteSet): Node {
  return { kind: 'run', set, min: 1, max: 1, isLazy: false };
}

interface Times {
  readonly min: number;
  readonly max: number;
  readonly isLazy: boolean;
}

function readTimes(reader: Reader): Times | undefined {
  const found = reader.takeMatch(/^(?:([*+?])|\{(\d{1,5})(?:(,)(\d{1,5})?)?\})(\??)/);
  if (!found) return undefined;
  const [, sign, least, comma, most, lazy] = found;
  const isLazy = lazy === '?';
  if (sign !== undefined)
    return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY, isLazy };
  const min = Number(least);
  return { min, max: most !== undefined ? Number(most) : comma ? Number.POSITIVE_INFINITY : min, isLazy };
}

function repeat(what: Node, { min, max, isLazy }: Times): Node {
  if (what.kind === 'run' && what.min === 1 && what.max === 1) return { ...what, min, max, isLazy };
  if (isLazy || max > MAX_COPIES) throw new NotPlain('a repeated part');
  // A round that takes nothing is undone, and a group holds its last round.
  if (isNullable(what)) throw new NotPlain('a part that may be empty, repeated');
  if (max > 1 && hasGroup(what)) throw new NotPlain('a repeated field');
  let rest: Node = EMPTY;
  for (let round = min; round < max; round += 1)
    rest = { kind: 'choice', ways: [{ kind: 'sequence', parts: [what, rest] }, EMPTY] };
  return { kind: 'sequence', parts: [...Array.from({ length: min }, () => what), rest] };
}

const EMPTY: Node = { kind: 'sequence', parts: [] };

function isNullable(node: Node): boolean {
  switch (node.kind) {
    case 'run':
      return node.min === 0;
    case 'sequence':
      return node.parts.every(isNullable);
    case 'choice':
      return node.ways.some(isNullable);
    case 'group':
      return isNullable(node.what);
  }
}

function hasGroup(node: Node): boolean {
  return node.kind === 'group' || childrenOf(node).some(hasGroup);
}

function sizeOf(node: Node): number {
  return 1 + childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 0);
}

function childrenOf(node: Node): readonly Node[] {
  return node.kind === 'sequence'
    ? node.parts
    : node.kind === 'choice'
      ? node.ways
      : node.kind === 'group'
        ? [node.what]
        : [];
}
