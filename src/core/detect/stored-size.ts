/** How many bytes something learnt takes as it is stored, without packing it: numbers by what they mostly take, texts as they are. */

/** A whole number of few digits, and any other: times in ms, and six digits with a point and an exponent. */
const FEW_DIGITS = 5;
const MANY_DIGITS = 14;
const FEW_MAX = 10_000;
/** Quotation marks or brackets, and a comma or colon. */
const AROUND = 3;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

export function storedSize(value: unknown): number {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < FEW_MAX ? FEW_DIGITS : MANY_DIGITS;
  if (typeof value === 'string') return textSize(value);
  if (value instanceof Float32Array) return AROUND + FEW_DIGITS + value.length * FLOAT_BYTES;
  if (typeof value !== 'object' || value === null) return FEW_DIGITS;
  let size = AROUND;
  if (Array.isArray(value)) for (const one of value) size += storedSize(one);
  else {
    for (const [key, one] of Object.entries(value))
      if (one !== undefined) size += key.length + AROUND + storedSize(one);
  }
  return size;
}

/** JSON writes controls in six letters, and UTF-8 letters in up to three bytes. */
function textSize(text: string): number {
  let size = AROUND;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    size += code < 0x20 ? 6 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
  }
  return size;
}
