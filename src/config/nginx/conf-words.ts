/** The words of an nginx.conf, as Nginx itself takes them apart: quotes, escapes, comments, `;`, `{` and `}`. */

export interface ConfWord {
  readonly kind: 'word' | 'end' | 'open' | 'close';
  /** Of a word: without its quotes, its escapes read. */
  readonly text: string;
  /** From 1 on. */
  readonly line: number;
}

export interface ConfWords {
  readonly words: readonly ConfWord[];
  /** What cannot be read, if anything: a sentence and its line. The words before it stand. */
  readonly mistake?: { readonly line: number; readonly message: string } | undefined;
}

/** Code of another language stands in these blocks; its quotes and braces are not Nginx'. */
const CODE_BLOCK = /_by_lua_block$/;

export function confWords(text: string): ConfWords {
  const words: ConfWord[] = [];
  let at = 0;
  let line = 1;
  let first = '';

  function add(kind: ConfWord['kind'], word = ''): void {
    words.push({ kind, text: word, line });
    if (kind !== 'word') first = '';
    else if (first === '') first = word;
  }

  while (at < text.length) {
    const letter = text[at] as string;
    if (letter === '\n') line += 1;
    if (isBlank(letter)) at += 1;
    else if (letter === '#') at = endOf(text, '\n', at);
    else if (letter === ';' || letter === '}') {
      add(letter === ';' ? 'end' : 'close');
      at += 1;
    } else if (letter === '{') {
      const code = CODE_BLOCK.test(first);
      add('open');
      at += 1;
      if (!code) continue;
      const end = endOfCode(text, at);
      line += linesIn(text, at, end);
      at = end;
    } else {
      const word = letter === '"' || letter === "'" ? quotedWord(text, at) : plainWord(text, at);
      if (!word) return { words, mistake: { line, message: 'The quote that begins here is never closed' } };
      add('word', word.text);
      line += linesIn(text, at, word.end);
      at = word.end;
    }
  }
  return { words };
}

interface Found {
  readonly text: string;
  readonly end: number;
}

/** Undefined where the quote is not closed. */
function quotedWord(text: string, start: number): Found | undefined {
  const quote = text[start] as string;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return { text: unescaped(text.slice(start + 1, at)), end: at + 1 };
  }
  return undefined;
}

/** A quote inside a word is a letter like others; the brace of ${name} opens nothing. */
function plainWord(text: string, start: number): Found {
  let at = start;
  while (at < text.length && !isBlank(text[at] as string) && text[at] !== ';') {
    if (text[at] === '{' && text[at - 1] !== '$') break;
    at += text[at] === '\\' ? 2 : 1;
  }
  return { text: unescaped(text.slice(start, at)), end: Math.min(at, text.length) };
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n', '"': '"', "'": "'", '\\': '\\' };

/** Other backslashes stay, as those of regular expressions. */
function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\s\S])/g, (whole, letter: string) => ESCAPES[letter] ?? whole) : text;
}

/**
 * Where the brace stands that ends Lua: not those in its strings and comments. A string that is not closed goes up to the
 * end of its line, so that no letter is looked at twice.
 */
function endOfCode(text: string, start: number): number {
  const parts = /"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|--[^\n]*|[{}]/g;
  parts.lastIndex = start;
  let depth = 1;
  for (let found = parts.exec(text); found; found = parts.exec(text)) {
    if (found[0] === '{') depth += 1;
    if (found[0] === '}') depth -= 1;
    if (depth === 0) return found.index;
  }
  return text.length;
}

function isBlank(letter: string): boolean {
  return letter === ' ' || letter === '\t' || letter === '\n' || letter === '\r';
}

function endOf(text: string, letter: string, from: number): number {
  const found = text.indexOf(letter, from);
  return found === -1 ? text.length : found;
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
