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
export function readPairs(text: string, syntax: PairSyntax, take: TakePair): void {
  const { separator, assign } = syntax;
  // Where no quote ends a value any more, later pairs need not look for one again.
  let hasQuotes = true;
  let nameEnd = nextName(text, 0, syntax);
  while (nameEnd !== -1) {
    const name = text.slice(nameStart(text, nameEnd), nameEnd);
    const from = nameEnd + assign.length;
    let quote = -1;
    if (hasQuotes && text.charCodeAt(from) === QUOTE) {
      quote = closingQuote(text, from, separator);
      hasQuotes = quote !== -1;
    }
    nameEnd = nextName(text, Math.max(from, quote), syntax);
    if (quote !== -1) take(name, from + 1, quote);
    else take(name, from, nameEnd === -1 ? text.length : nameStart(text, nameEnd) - separator.length);
  }
}

/** End of the next name that stands between a separator (or the start) and an assignment, -1 when there is none. */
function nextName(text: string, from: number, { separator, assign }: PairSyntax): number {
  for (let end = text.indexOf(assign, from); end !== -1; end = text.indexOf(assign, end + 1)) {
    const start = nameStart(text, end);
    if (start === end) continue;
    const before = start - separator.length;
    if (start === 0 || (before >= from && text.startsWith(separator, before))) return end;
  }
  return -1;
}

function nameStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < MAX_NAME_CHARS && isNameCode(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

/** The quote that ends a value: one at the end of the text or before a separator. `from` is the opening one. */
function closingQuote(text: string, from: number, separator: string): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    if (at + 1 === text.length || text.startsWith(separator, at + 1)) return at;
  }
  return -1;
}

const MAX_NAME_CHARS = 40;
const QUOTE = 34;

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}
