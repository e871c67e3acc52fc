/** The first level of a JSON object without building what is deeper: an attacker's depth costs no more than his letters. */

import { flatCopy } from '../../observe/flat-copy.ts';

/** A name, and where its value stands in the text. False ends the walk. */
export type TakeMember = (name: string, from: number, to: number) => boolean;

/** The names of an object seen before, by their place: programs write the same ones in the same order, line by line. */
export type KnownNames = KnownName[];

interface KnownName {
  readonly name: string;
  /** As it stands in the text, with the colon. */
  readonly opening: string;
}

/** Objects with more names, and longer names, are read each time. */
const MAX_KNOWN = 64;
const KNOWN_CHARS = 64;

/**
 * False where the text is no object with members, or `take` ended the walk. Values are looked at no closer than to find
 * their end. `known` is filled, and spares reading names again.
 */
export function walkMembers(text: string, take: TakeMember, known?: KnownNames): boolean {
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACE) return false;
  at = skipSpace(text, at + 1);
  for (let place = 0; ; place += 1) {
    const same = known?.[place];
    const isSame = same !== undefined && text.startsWith(same.opening, at);
    const member = isSame ? same : readName(text, at);
    if (member === undefined) return false;
    if (!isSame && known) remember(known, place, member);
    // Programs that set values in columns write more spaces at times.
    const from = skipSpace(text, at + member.opening.length);
    const to = memberEnd(text, from);
    if (to === NONE || !take(member.name, from, to)) return false;
    at = skipSpace(text, to);
    const next = text.charCodeAt(at);
    at = skipSpace(text, at + 1);
    if (next === CLOSE_BRACE) return at === text.length;
    if (next !== COMMA) return false;
  }
}

/** By its first letter. */
export function mayBeObject(text: string): boolean {
  return text.charCodeAt(skipSpace(text, 0)) === OPEN_BRACE;
}

function remember(known: KnownNames, place: number, { name, opening }: KnownName): void {
  if (place >= MAX_KNOWN || opening.length > KNOWN_CHARS) return;
  known[place] = { name: flatCopy(name), opening: flatCopy(opening) };
}

function readName(text: string, at: number): KnownName | undefined {
  const end = stringEnd(text, at);
  const name = end === NONE ? undefined : readString(text, at, end);
  if (name === undefined) return undefined;
  const colon = skipSpace(text, end);
  if (text.charCodeAt(colon) !== COLON) return undefined;
  return { name, opening: text.slice(at, colon + 1) };
}

/** Calls `take` for the items of a list, up to the first that is malformed. */
export function walkItems(list: string, take: (from: number, to: number) => void): void {
  let at = 0;
  do {
    const from = skipSpace(list, at + 1);
    const to = itemEnd(list, from);
    if (to === NONE) return;
    take(from, to);
    at = skipSpace(list, to);
  } while (list.charCodeAt(at) === COMMA);
}

/** The text of the JSON string that stands there; undefined where there is another value, or a malformed one. */
export function readString(text: string, from: number, to: number): string | undefined {
  if (text.charCodeAt(from) !== QUOTE) return undefined;
  const inside = text.slice(from + 1, to - 1);
  if (!inside.includes('\\')) return inside;
  try {
    return JSON.parse(text.slice(from, to));
  } catch {
    return undefined;
  }
}

/** Behind the value of a member that begins there. */
function memberEnd(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return stringEnd(text, from);
  return first === OPEN_BRACE || first === OPEN_BRACKET ? nestedEnd(text, from) : bareEnd(text, from);
}

/**
 * Behind a value without quotes: where the object ends, or the next name begins. Formats made by hand have values here that
 * are no JSON: in nginx's `"urt":$upstream_response_time` they are `-`, nothing, or `0.1, 0.2`.
 */
function bareEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isEnd = code === CLOSE_BRACE || (code === COMMA && text.charCodeAt(skipSpace(text, at + 1)) === QUOTE);
    if (isEnd) return skipSpaceBack(text, from, at);
  }
  return NONE;
}

function itemEnd(list: string, from: number): number {
  const first = list.charCodeAt(from);
  if (first === QUOTE) return stringEnd(list, from);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(list, from);
  let at = from;
  while (at < list.length && !isItemEnd(list.charCodeAt(at))) at += 1;
  return at === from ? NONE : at;
}

function nestedEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at) - 1;
      if (at < 0) return NONE;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return NONE;
}

/** Behind the quote that closes the one at `from`: the next with an even number of \ before it. */
function stringEnd(text: string, from: number): number {
  if (text.charCodeAt(from) !== QUOTE) return NONE;
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 0) return at + 1;
  }
  return NONE;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Where the spaces before `to` begin. */
function skipSpaceBack(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10;
}

function isItemEnd(code: number): boolean {
  return code === COMMA || code === CLOSE_BRACKET || isSpace(code);
}

const NONE = -1;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
