/** Reads numbers from the bytes of a line, as the expressions and Number() read them from its text. */

/** The text has to be read: its digits are more than a number made from them would keep. */
export const UNREAD = Number.POSITIVE_INFINITY;

/** Digits that make an integer exactly. */
const MAX_DIGITS = 15;
const MAX_FRACTION_DIGITS = 20;
/** Exact, as is the quotient of two exact numbers rounded once (IEEE 754). */
const POWERS_OF_TEN = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, power) => 10 ** power);

const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const SPACE = 32;

/** As `[+-]?\d{1,15}`; NaN for other texts. */
export function readInt(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from];
  const start = first === PLUS || first === MINUS ? from + 1 : from;
  if (to <= start || to - start > MAX_DIGITS) return Number.NaN;
  let value = 0;
  for (let at = start; at < to; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return first === MINUS ? -value : value;
}

/** As `[+-]?\d{1,15}(?:\.\d{1,20})?`; NaN for other texts, UNREAD for those with too many digits. */
export function readFloat(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from];
  const start = first === PLUS || first === MINUS ? from + 1 : from;
  let value = 0;
  let dot = to;
  for (let at = start; at < to; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit === DOT - ZERO && dot === to) dot = at;
    else if (digit < 0 || digit > 9) return Number.NaN;
    else value = value * 10 + digit;
  }
  const whole = dot - start;
  if (whole < 1 || whole > MAX_DIGITS || dot === to - 1) return Number.NaN;
  const fraction = dot === to ? 0 : to - dot - 1;
  if (fraction > MAX_FRACTION_DIGITS) return Number.NaN;
  if (whole + fraction > MAX_DIGITS) return UNREAD;
  const size = fraction === 0 ? value : value / (POWERS_OF_TEN[fraction] as number);
  return first === MINUS ? -size : size;
}

/** Where the last of a list 'a, b : c' begins. */
export function lastStart(bytes: Uint8Array, from: number, to: number): number {
  for (let at = to - 2; at >= from; at -= 1) {
    if (bytes[at + 1] !== SPACE) continue;
    if (bytes[at] === COMMA) return at + 2;
    if (bytes[at] === COLON && at > from && bytes[at - 1] === SPACE) return at + 2;
  }
  return from;
}
