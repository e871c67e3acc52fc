/**
 * The template of a message: the words that all messages of one place in a program share, with what differs from line
 * to line as `<*>`. Made of one message alone, so that it is the same wherever a slice is cut and whichever thread reads it.
 */
import { quotesMasked } from './quoted.ts';
import { LABEL_CHARS } from './series.ts';
import { isMasked, MASK, maskWord } from './template-word.ts';

/** Stands for what differs. */
export const VARIABLE = '<*>';
/** Letters of a template: as many as a list of heavy hitters keeps. */
export const TEMPLATE_CHARS = LABEL_CHARS;
/** Letters of a message that are looked at. */
export const TEMPLATE_SCAN_CHARS = 400;
/** Stands where a template was cut. */
const CUT = ' …';

/** Bounded by TEMPLATE_CHARS; '' where a message has no words. */
export function toTemplate(message: string): string {
  const line = sayingLine(message);
  const isWhole = line.length <= TEMPLATE_SCAN_CHARS;
  const plain = withoutControls(line.slice(0, TEMPLATE_SCAN_CHARS)).replaceAll(VARIABLE, MASK);
  return joined(quotesMasked(plain.trim(), isWhole).split(' '));
}

/** A message may hold a whole stack trace: its first line says most, of Python's the last one. */
function sayingLine(message: string): string {
  if (!message.includes('\n')) return message;
  const text = message.trimStart();
  const end = text.indexOf('\n');
  if (end === -1) return text;
  if (!text.startsWith('Traceback ')) return text.slice(0, end);
  const whole = text.trimEnd();
  return whole.slice(whole.lastIndexOf('\n') + 1);
}

const COLOURS = /\x1b\[[0-9;]{0,20}[A-Za-z]/g;
/** Controls, letters that turn the direction of others, and spaces of any kind. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]+/gu;

function withoutControls(text: string): string {
  return text.toWellFormed().replace(COLOURS, '').replace(CONTROLS, ' ');
}

function joined(words: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const word of words) {
    if (word === '') continue;
    const masked = maskWord(word);
    const last = kept.at(-1);
    // Of a list of values one stands for all.
    if (last !== undefined && isMasked(masked) && isMasked(last)) {
      const one = last.slice(0, last.indexOf(MASK)) + masked.slice(masked.indexOf(MASK));
      length += shownLength(one) - shownLength(last);
      kept[kept.length - 1] = one;
    } else {
      length += shownLength(masked) + (kept.length === 0 ? 0 : 1);
      kept.push(masked);
    }
    if (length > TEMPLATE_CHARS * 2) break;
  }
  return cut(kept.join(' ').replaceAll(MASK, VARIABLE));
}

function shownLength(word: string): number {
  let length = word.length;
  for (let at = word.indexOf(MASK); at !== -1; at = word.indexOf(MASK, at + 1)) length += VARIABLE.length - MASK.length;
  return length;
}

/** Between two words, so that what is cut does not depend on how long a value is. */
function cut(template: string): string {
  if (template.length <= TEMPLATE_CHARS) return template;
  const room = TEMPLATE_CHARS - CUT.length;
  const end = template.lastIndexOf(' ', room);
  return (end > 0 ? template.slice(0, end) : template.slice(0, room).toWellFormed()) + CUT;
}
