/** What stands in quotes in a message is a value. */
import { MASK } from './template-word.ts';

const QUOTES = '"\'`';
const LETTER = /[\p{L}\p{N}_]/u;

/** With MASK for each text in quotes and no other quotes left. Not `isWhole`: a quote that is open at the end goes on. */
export function quotesMasked(text: string, isWhole: boolean): string {
  const opened = walkQuotes(text, isWhole);
  // All of it in quotes says nothing of its own: then what is in them is the message.
  return opened === MASK && text !== MASK ? text.replace(/["'`]/g, ' ') : opened;
}

function walkQuotes(text: string, isWhole: boolean): string {
  let out = '';
  let quote = '';
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (!QUOTES.includes(letter)) continue;
    if (quote === '') {
      if (isInWord(text, at, letter)) continue;
      out += text.slice(from, at);
      quote = letter;
      from = at + 1;
    } else if (letter === quote && text[at - 1] !== '\\' && !isInWord(text, at, letter)) {
      out += MASK;
      quote = '';
      from = at + 1;
    }
  }
  if (quote === '') return out + text.slice(from);
  return isWhole ? out + text.slice(from).replace(/["`]|'(?![\p{L}])|(?<![\p{L}])'/gu, '') : out + MASK;
}

/** As in "can't"; other quotes stand in no word. */
function isInWord(text: string, at: number, quote: string): boolean {
  return quote === "'" && LETTER.test(text[at - 1] ?? '') && LETTER.test(text[at + 1] ?? '');
}
