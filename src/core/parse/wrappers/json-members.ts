/** The first level of a JSON object without building what is deeper: an attacker's depth costs no more than his letters. */

/** A name, and where its value stands in the text. False ends the walk. */
export type TakeMember = (name: string, from: number, to: number) => boolean;

/** False where the text is no object with members, or `take` ended the walk. Values are looked at no closer than to find their end. */
export function walkMembers(text: string, take: TakeMember): boolean {
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACE) return false;
  at = skipSpace(text, at + 1);
  for (;;) {
    const nameEnd = stringEnd(text, at);
    const name = nameEnd === NONE ? undefined : readString(text, at, nameEnd);
    if (name === undefined) return false;
    at = skipSpace(text, nameEnd);
    if (text.charCodeAt(at) !== COLON) return false;
    const from = skipSpace(text, at + 1);
    const to = valueEnd(text, from);
    if (to === NONE || !take(name, from, to)) return false;
    at = skipSpace(text, to);
    const next = text.charCodeAt(at);
    at = skipSpace(text, at + 1);
    if (next === CLOSE_BRACE) return at === text.length;
    if (next !== COMMA) return false;
  }
}

/** Calls `take` for the items of a list, up to the first that is malformed. */
export function readItems(list: string, take: (from: number, to: number) => void): void {
  let at = 0;
  do {
    const from = skipSpace(list, at + 1);
    const to = valueEnd(list, from);
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

/** Behind the value that begins there. */
function valueEnd(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return stringEnd(text, from);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(text, from);
  let at = from;
  while (at < text.length && !isEnd(text.charCodeAt(at))) at += 1;
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

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10;
}

function isEnd(code: number): boolean {
  return code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || isSpace(code);
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
