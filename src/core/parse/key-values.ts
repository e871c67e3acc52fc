/** Pairs of name and value in any order: `rt=0.01 urt="0.1, 0.2"`, `client: 1.2.3.4, server: shop`. */

export interface PairSyntax {
  /** Between two pairs: ' ' or ', '. */
  readonly separator: string;
  /** Between name and value: '=' or ': '. */
  readonly assign: string;
}

/** A name, and where its value starts and ends in the text. */
export type TakePair = (name: string, from: number, to: number) => void;

/**
 * Calls `take` for every pair with a name of [A-Za-z0-9_]+. A value goes up to the next pair, so it may hold separators;
 * one in quotes up to the quote before a separator. Linear in the text.
 */
export function readPairs(text: string, { separator, assign }: PairSyntax, take: TakePair): void {
  // Where no quote ends a value any more, later pairs need not look for one again.
  let hasQuotes = true;
  let name = '';
  let from = NONE;
  let quote = NONE;
  let nameStart = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (nameStart === NONE) {
      // Only behind a separator can a name begin.
      const next = text.indexOf(separator, at);
      if (next === NONE) break;
      nameStart = next + separator.length;
      at = nameStart - 1;
      continue;
    }
    const code = text.charCodeAt(at);
    if (isNameCode(code)) continue;
    const isName = at > nameStart && at - nameStart <= MAX_NAME_CHARS;
    if (isName && code === assign.charCodeAt(0) && isAt(text, assign, at)) {
      if (from !== NONE) take(name, from, quote === NONE ? nameStart - separator.length : quote);
      name = text.slice(nameStart, at);
      from = at + assign.length;
      quote = NONE;
      nameStart = NONE;
      if (hasQuotes && text.charCodeAt(from) === QUOTE) {
        quote = closingQuote(text, from, separator);
        hasQuotes = quote !== NONE;
        if (hasQuotes) from += 1;
      }
      at = quote === NONE ? from - 1 : quote;
    } else if (code === separator.charCodeAt(0) && isAt(text, separator, at)) {
      nameStart = at + separator.length;
      at = nameStart - 1;
    } else {
      nameStart = NONE;
    }
  }
  if (from !== NONE) take(name, from, quote === NONE ? text.length : quote);
}

function isAt(text: string, part: string, at: number): boolean {
  return part.length === 1 || text.startsWith(part, at);
}

/** The quote that ends a value: one at the end of the text or before a separator. `from` is the opening one. */
function closingQuote(text: string, from: number, separator: string): number {
  for (let at = text.indexOf('"', from + 1); at !== NONE; at = text.indexOf('"', at + 1)) {
    if (at + 1 === text.length || text.startsWith(separator, at + 1)) return at;
  }
  return NONE;
}

const MAX_NAME_CHARS = 40;
const QUOTE = 34;
const NONE = -1;

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}
