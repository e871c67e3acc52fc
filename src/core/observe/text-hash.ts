/** A number made from the bytes of a text: MurmurHash3_x86_32 with seed 0 (Appleby, 2011), the same on every machine. */

export const MURMUR_FIRST = 0xcc9e2d51;
export const MURMUR_SECOND = 0x1b873593;
export const MURMUR_STEP = 0xe6546b64;
/** Of the finaliser, which spreads every bit over all. */
export const MURMUR_LAST_FIRST = 0x85ebca6b;
export const MURMUR_LAST_SECOND = 0xc2b2ae35;

/** 32 bits with a sign. Scanners say the same. */
export function hashBytes(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  const wordsEnd = end - (length & 3);
  let hash = 0;
  for (let at = start; at < wordsEnd; at += 4) {
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    const high = ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    hash ^= mixed(low | high);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + MURMUR_STEP) | 0;
  }
  let rest = 0;
  for (let at = end - 1; at >= wordsEnd; at -= 1) rest = (rest << 8) | (bytes[at] as number);
  return finished(hash ^ mixed(rest) ^ length);
}

function mixed(word: number): number {
  const some = Math.imul(word, MURMUR_FIRST);
  return Math.imul((some << 15) | (some >>> 17), MURMUR_SECOND);
}

function finished(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), MURMUR_LAST_FIRST);
  const twice = Math.imul(once ^ (once >>> 13), MURMUR_LAST_SECOND);
  return twice ^ (twice >>> 16);
}
