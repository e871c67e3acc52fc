/** Reads the classes and escapes of an expression as sets of bytes. */
import { ALL_BYTES, type ByteSet, byteRange, bytesIn, onlyByteOf } from './byte-set.ts';
import { NotPlain, type Reader } from './expression-reader.ts';

/** Behind the opening bracket. */
export function readClass(reader: Reader): ByteSet {
  const isNegated = reader.takeMatch(/^\^/) !== undefined;
  let set: ByteSet = 0n;
  while (reader.peek() !== ']') {
    const from = readClassLetter(reader);
    const isRange = typeof from === 'number' && reader.takeMatch(/^-(?!\])/) !== undefined;
    const to = isRange ? readClassLetter(reader) : from;
    if (typeof from !== 'number') set |= from;
    else if (typeof to === 'number') set |= byteRange(from, to);
    else set |= bytesIn(from, 0x2d) | to;
  }
  reader.take();
  return isNegated ? ALL_BYTES ^ set : set;
}

/** A letter's code, or the set of a class inside the class. */
function readClassLetter(reader: Reader): number | ByteSet {
  const letter = reader.take();
  if (letter !== '\\') return ascii(letter);
  const set = readEscape(reader);
  return onlyByteOf(set) ?? set;
}

const DIGITS = byteRange(0x30, 0x39);
const WORD = DIGITS | byteRange(0x41, 0x5a) | byteRange(0x61, 0x7a) | bytesIn(0x5f);
const CLASSES: Readonly<Record<string, ByteSet>> = { d: DIGITS, D: ALL_BYTES ^ DIGITS, w: WORD, W: ALL_BYTES ^ WORD };
const CONTROLS: Readonly<Record<string, number>> = { t: 9, v: 11, f: 12, 0: 0, r: 13, n: 10 };
/** Behind a backslash. */
export function readEscape(reader: Reader): ByteSet {
  const code = reader.takeMatch(/^x([\dA-Fa-f]{2})/) ?? reader.takeMatch(/^u([\dA-Fa-f]{4})/);
  if (code) return bytesIn(ascii(String.fromCharCode(Number.parseInt(code[1] as string, 16))));
  if (reader.takeMatch(/^0\d/)) throw new NotPlain('an octal number');
  const letter = reader.take();
  if (Object.hasOwn(CLASSES, letter)) return CLASSES[letter] as ByteSet;
  if (Object.hasOwn(CONTROLS, letter)) return bytesIn(CONTROLS[letter] as number);
  // White space has members beyond ASCII; words' ends, references and properties are none of ours.
  if (/[A-Za-z0-9]/.test(letter)) throw new NotPlain(`'\\${letter}'`);
  return bytesIn(ascii(letter));
}

/** Throws NotPlain for others. */
export function ascii(letter: string): number {
  const code = letter.charCodeAt(0);
  if (!(code < 0x80)) throw new NotPlain('a letter beyond ASCII');
  return code;
}
