/** Pairs of name and value in any order: `rt=0.01 urt="0.1, 0.2"`, `client: 1.2.3.4, server: shop`. */

export interface PairSyntax {
  /** Between two pairs: ' ' or ', '. */
  readonly separator: string;
  /** Between name and value: '=' or ': '. */
  readonly assign: string;
}

/**
 * Calls `take` for every pair with a name of [A-Za-z0-9_]+. A value goes up to the next pair, so it may hold separators;
 * one in quotes up to the quote before a separator. Linear in the text.
 */
export function readPairs(text: string, syntax: PairSyntax, take: (name: string, value: string) => void): void {
  let start = pairNameEnd(text, 0, syntax) === -1 ? nextPair(text, 0, syntax) : 0;
  // Where no quote ends a value any more, later pairs need not look for one again.
  let hasQuotes: boolean = true;
  while (start !== -1) {
    const nameEnd = pairNameEnd(text, start, syntax);
    const from = nameEnd + syntax.assign.length;
    const isQuoted: boolean = hasQuotes && text.charCodeAt(from) === QUOTE;
    const quote: number = isQuoted ? closingQuote(text, from, syntax.separator) : -1;
    if (isQuoted) hasQuotes = quote !== -1;
    const next = nextPair(text, quote === -1 ? from : quote, syntax);
    const valueEnd = next === -1 ? text.length : next - syntax.separator.length;
    take(text.slice(start, nameEnd), quote === -1 ? text.slice(from, valueEnd) : text.slice(from + 1, quote));
    start = next;
  }
}

/** Start of the next name behind a separator at or after `from`, -1 when there is none. */
function nextPair(text: string, from: number, syntax: PairSyntax): number {
  for (let at = text.indexOf(syntax.separator, from); at !== -1; at = text.indexOf(syntax.separator, at + 1)) {
    const start = at + syntax.separator.length;
    if (pairNameEnd(text, start, syntax) !== -1) return start;
  }
  return -1;
}

/** The quote that ends a value: one at the end of the text or before a separator. `from` is the opening one. */
function closingQuote(text: string, from: number, separator: string): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    if (at + 1 === text.length || text.startsWith(separator, at + 1)) return at;
  }
  return -1;
}

/** Where the name starting at `start` ends, -1 when no name and assignment stand there. */
function pairNameEnd(text: string, start: number, syntax: PairSyntax): number {
  let end = start;
  while (end - start < MAX_NAME_CHARS && isNameCode(text.charCodeAt(end))) end += 1;
  return end > start && text.startsWith(syntax.assign, end) ? end : -1;
}

const MAX_NAME_CHARS = 40;
const QUOTE = 34;

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}
