/** Reads a regular expression into a tree, as far as scanners understand it. */
import { ALL_BYTES, type ByteSet, bytesIn } from './byte-set.ts';
import { ascii, readClass, readEscape } from './character-class.ts';
import { createReader, NotPlain, type Reader } from './expression-reader.ts';

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
  | { readonly kind: 'group'; readonly group: number; readonly what: Node }
  /** Looks whether it could go on so, and takes nothing. */
  | { readonly kind: 'look'; readonly what: Node; readonly isNegative: boolean };

/** Parts that one written part may stand for, as the five of `(?:…){5}`. */
const MAX_COPIES = 8;

/** Of a RegExp's source with the flag s, groups numbered from 0. Throws NotPlain. */
export function parseExpression(source: string): Node {
  const reader = createReader(source);
  const node = readChoice(reader);
  if (reader.peek() !== '') throw new NotPlain('a bracket too many');
  return node;
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
    reader.count(times ? sizeOf(repeated) : 1);
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
  const ahead = reader.takeMatch(/^\?([=!])/);
  if (ahead) return readLook(reader, ahead[1] === '!');
  const isPlain = reader.takeMatch(/^\?:/) !== undefined;
  if (!isPlain && reader.peek() === '?') throw new NotPlain('looks behind');
  const group = isPlain ? undefined : reader.nextGroup();
  const what = readInside(reader);
  return group === undefined ? what : { kind: 'group', group, what };
}

function readLook(reader: Reader, isNegative: boolean): Node {
  const what = readInside(reader);
  if (hasGroup(what)) throw new NotPlain('a field that is looked at only');
  return { kind: 'look', what, isNegative };
}

function readInside(reader: Reader): Node {
  reader.enter();
  const what = readChoice(reader);
  reader.leave();
  reader.take();
  return what;
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
  // To the RegExp it is one, and no literal.
  if (!found && reader.takeMatch(/^\{\d/)) throw new NotPlain('a count of many digits');
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
  if (max !== 1 && hasGroup(what)) throw new NotPlain('a repeated field');
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
    case 'look':
      return true;
  }
}

function hasGroup(node: Node): boolean {
  return node.kind === 'group' || childrenOf(node).some(hasGroup);
}

function sizeOf(node: Node): number {
  return 1 + childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 0);
}

function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'run':
      return [];
    case 'sequence':
      return node.parts;
    case 'choice':
      return node.ways;
    case 'group':
    case 'look':
      return [node.what];
  }
}
