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
  return Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => hasByte(set, byte));
}

/** First and last byte of each stretch without gaps. */
export function rangesOf(set: ByteSet): { readonly from: number; readonly to: number }[] {
  const bytes = bytesOf(set);
  const starts = bytes.filter((byte) => !hasByte(set, byte - 1 < 0 ? 256 : byte - 1));
  const ends = bytes.filter((byte) => !hasByte(set, byte + 1));
  return starts.map((from, index) => ({ from, to: ends[index] as number }));
}
