/** Numbers and texts as bytes and back: LEB128 (7 bits a byte, lowest first), float64, and UTF-8 with its length before it. */

export interface Writer {
  byte(value: number): void;
  /** A whole number from 0 up to 2^53 - 1. */
  number(value: number): void;
  double(value: number): void;
  text(value: string): void;
  raw(bytes: Uint8Array): void;
  /** A copy of what was written; the writer begins anew. */
  take(): Uint8Array;
}

/** Every read throws RangeError where the bytes end before it does. */
export interface Reader {
  byte(): number;
  number(): number;
  double(): number;
  text(): string;
  raw(length: number): Uint8Array;
  isAtEnd(): boolean;
}

/** Of 2^53 - 1. */
const NUMBER_BYTES_MAX = 8;
const FIRST_BYTES = 8 * 1024;
/** A text up to this long is copied letter by letter: calling an encoder or decoder costs more than that. */
const CHARS_AT_ONCE = 64;

export function createWriter(): Writer {
  let buffer = new Uint8Array(FIRST_BYTES);
  let view = new DataView(buffer.buffer);
  let length = 0;
  const encoder = new TextEncoder();

  function room(more: number): void {
    if (length + more <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, length + more));
    grown.set(buffer.subarray(0, length));
    buffer = grown;
    view = new DataView(buffer.buffer);
  }

  function writeNumber(value: number): void {
    room(NUMBER_BYTES_MAX);
    let rest = value;
    // Bit operations end at 31 bits, which is where nearly all numbers do.
    while (rest > 0x7fffffff) {
      buffer[length] = (rest % 128) | 128;
      length += 1;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      buffer[length] = (rest & 127) | 128;
      length += 1;
      rest >>= 7;
    }
    buffer[length] = rest;
    length += 1;
  }

  /** False where a letter is none of ASCII; what was written of it then lies behind the end. */
  function writeAscii(value: string): boolean {
    const start = length + numberLength(value.length);
    for (let at = 0; at < value.length; at += 1) {
      const code = value.charCodeAt(at);
      if (code >= 128) return false;
      buffer[start + at] = code;
    }
    writeNumber(value.length);
    length += value.length;
    return true;
  }

  return {
    byte(value) {
      room(1);
      buffer[length] = value;
      length += 1;
    },
    number: writeNumber,
    double(value) {
      room(8);
      view.setFloat64(length, value);
      length += 8;
    },
    text(value) {
      room(NUMBER_BYTES_MAX + value.length * 3);
      if (value.length <= CHARS_AT_ONCE && writeAscii(value)) return;
      // The length stands before the text and is known after it; mostly it is that of ASCII.
      const guess = length + numberLength(value.length);
      const { written } = encoder.encodeInto(value, buffer.subarray(guess));
      const start = length + numberLength(written);
      if (start !== guess) buffer.copyWithin(start, guess, guess + written);
      writeNumber(written);
      length += written;
    },
    raw(bytes) {
      room(bytes.length);
      buffer.set(bytes, length);
      length += bytes.length;
    },
    take() {
      const taken = buffer.slice(0, length);
      length = 0;
      return taken;
    },
  };
}

export function createReader(bytes: Uint8Array): Reader {
  let at = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  /** Position of so many bytes, which are then read. */
  function take(length: number): number {
    if (length > bytes.length - at) throw new RangeError('the bytes end too early');
    at += length;
    return at - length;
  }

  function readNumber(): number {
    let value = 0;
    let scale = 1;
    for (let parts = 0; parts < NUMBER_BYTES_MAX; parts += 1) {
      const part = bytes[take(1)] as number;
      value += (part & 127) * scale;
      if (part < 128) return value;
      scale *= 128;
    }
    throw new RangeError('a number does not end');
  }

  function raw(length: number): Uint8Array {
    const start = take(length);
    return bytes.subarray(start, start + length);
  }

  return {
    byte: () => bytes[take(1)] as number,
    number: readNumber,
    double: () => view.getFloat64(take(8)),
    text() {
      const encoded = raw(readNumber());
      return isShortAscii(encoded) ? String.fromCharCode(...encoded) : decoder.decode(encoded);
    },
    raw,
    isAtEnd: () => at === bytes.length,
  };
}

function isShortAscii(encoded: Uint8Array): boolean {
  if (encoded.length > CHARS_AT_ONCE) return false;
  for (let at = 0; at < encoded.length; at += 1) if ((encoded[at] as number) >= 128) return false;
  return true;
}

/** Bytes that number() writes. */
export function numberLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = rest > 0x7fffffff ? Math.floor(rest / 128) : rest >> 7) length += 1;
  return length;
}

/** Bytes that text() writes: as UTF-8, in which half a surrogate pair is U+FFFD, and the length before it. */
export function textLength(text: string): number {
  const length = utf8Length(text);
  return numberLength(length) + length;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code < 0x800) length += 1;
    else {
      length += 2;
      // A pair is two letters here and four bytes there.
      if (code >= 0xd800 && code <= 0xdbff && isLowSurrogate(text.charCodeAt(at + 1))) at += 1;
    }
  }
  return length;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
