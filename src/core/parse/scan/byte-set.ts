/** Sets of bytes, as the classes of an expression mean them: of letters beyond ASCII all bytes or none. */

/** Bit n stands for byte n. */
export type ByteSet = bigint;

export const NO_BYTES: ByteSet = 0n;
export const ALL_BYTES: ByteSet = (1n << 256n) - 1n;
/** Every byte of every letter beyond ASCII. */
export const BEYOND_ASCII: ByteSet = byteRange(0x80, 0xff);

/** `from` and `to` belong to it. */
export function byteRange(from: number, to: number): ByteSet {
  return ((1n << BigInt(to - from + 1)) - 1n) << BigInt(from);
}

export function bytesIn(...bytes: readonly number[]): ByteSet {
  return bytes.reduce((set, byte) => set | (1n << BigInt(byte)), NO_BYTES);
}

export function hasByte(set: ByteSet, byte: number): boolean {
  return ((set >> BigInt(byte)) & 1n) === 1n;
}

export function bytesOf(set: ByteSet): number[] {
  const bits = set.toString(2);
  const bytes: number[] = [];
  for (let byte = 0; byte < bits.length; byte += 1) if (bits.charAt(bits.length - 1 - byte) === '1') bytes.push(byte);
  return bytes;
}

/** Its byte where it has one only. */
export function onlyByteOf(set: ByteSet): number | undefined {
  return set !== NO_BYTES && (set & (set - 1n)) === NO_BYTES ? set.toString(2).length - 1 : undefined;
}

/** First and last byte of each stretch without gaps. */
export function rangesOf(set: ByteSet): readonly { readonly from: number; readonly to: number }[] {
  const ranges: { readonly from: number; to: number }[] = [];
  for (const byte of bytesOf(set)) {
    const last = ranges.at(-1);
    if (last?.to === byte - 1) last.to = byte;
    else ranges.push({ from: byte, to: byte });
  }
  return ranges;
}
