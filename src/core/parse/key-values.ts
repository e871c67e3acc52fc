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
  const { separator, assign } = syntax;
  // Where no quote ends a value any more, later pairs need not look for one again.
  let hasQuotes = true;
  let start = 0;
  let nameEnd = pairNameEnd(text, start, assign);
  let search = 0;
  let name = '';
  let from = -1;
  for (;;) {
    if (nameEnd !== -1) {
      name = text.slice(start, nameEnd);
      from = nameEnd + assign.length;
      search = from;
      if (hasQuotes && text.charCodeAt(from) === QUOTE) {
        const quote = closingQuote(text, from, separator);
        hasQuotes = quote !== -1;
        if (hasQuotes) {
          take(name, text.slice(from + 1, quote));
          from = -1;
          search = quote;
        }
      }
    }
    const at = text.indexOf(separator, search);
    const next = at + separator.length;
    nameEnd = at === -1 ? -1 : pairNameEnd(text, next, assign);
    if (from !== -1 && (at === -1 || nameEnd !== -1)) take(name, at === -1 ? text.slice(from) : text.slice(from, at));
    if (at === -1) return;
    if (nameEnd !== -1) from = -1;
    start = next;
    search = at + 1;
  }
}

/** The quote that ends a value: one at the end of the text or before a separator. `from` is the opening one. */
function closingQuote(text: string, from: number, separator: string): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    if (at + 1 === text.length || text.startsWith(separator, at + 1)) return at;
  }
  return -1;
}

/** Where the name starting at `start` ends, -1 when no name and assignment stand there. */
function pairNameEnd(text: string, start: number, assign: string): number {
  let end = start;
  while (end - start < MAX_NAME_CHARS && isNameCode(text.charCodeAt(end))) end += 1;
  return end > start && text.startsWith(assign, end) ? end : -1;
}

const MAX_NAME_CHARS = 40;
const QUOTE = 34;

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}
