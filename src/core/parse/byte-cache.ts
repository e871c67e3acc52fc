/** Remembers what was made of a text by its bytes in a scanner's input, so that one seen before makes no string. */
import type { Scanner } from './scan/scanner.ts';

/** Texts that are remembered; when they or their memory are used up, all are forgotten. */
const MAX_TEXTS = 32_768;
/** Places for texts at first. At most three quarters of them are used, so that a text is found after a few looks. */
const FEW_PLACES = 256;
/** Places looked at for a text: one of many that were made to meet in one place is not remembered. */
const MAX_LOOKS = 16;

/** Numbers of a place: the text's hash, where it is kept, its length, and its value plus BEYOND, 0 where the place is free. */
const HASH = 0;
const START = 1;
const LENGTH = 2;
const VALUE = 3;
const PLACE_NUMBERS = 4;
/** Values are -1 and more. */
const BEYOND = 2;
/** A text that was met before is mostly found by a few of its bytes, which saves the hash of all of them. */
const FRONT_PLACES = 512;
/** Agents are as long and longer. */
const LONG_BYTES = 48;

export interface ByteCache {
  /** The value of the text in input[start, start + length). */
  find(start: number, length: number): number;
  clear(): void;
}

export interface ByteCacheParts {
  readonly scanner: Scanner;
  /** Its share of the scanner's memory. */
  readonly memory: { readonly from: number; readonly to: number };
  /** Longer texts seldom come twice and are not remembered. */
  readonly maxBytes: number;
  /** Says the value of a text that is not remembered: -1 or more. */
  readonly make: (start: number, length: number) => number;
}

export function createByteCache({ scanner, memory, maxBytes, make }: ByteCacheParts): ByteCache {
  const { input, kept, hash, isKept } = scanner;
  let places = new Int32Array(FEW_PLACES * PLACE_NUMBERS);
  let mask = FEW_PLACES - 1;
  let count = 0;
  let used = memory.from;
  /** Place of the text that was looked up by its hash last, and had been met before. */
  let found = NONE;
  /** Place plus one of the last text with such bytes. */
  const front = new Int32Array(FRONT_PLACES);

  function freePlace(hashed: number): number {
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const place = ((hashed + look) & mask) * PLACE_NUMBERS;
      if (places[place + VALUE] === 0) return place;
    }
    return NONE;
  }

  function grow(): void {
    const before = places;
    front.fill(0);
    places = new Int32Array(before.length * 2);
    mask = mask * 2 + 1;
    for (let old = 0; old < before.length; old += PLACE_NUMBERS) {
      const place = before[old + VALUE] === 0 ? NONE : freePlace(before[old + HASH] as number);
      for (let at = 0; at < PLACE_NUMBERS && place !== NONE; at += 1) places[place + at] = before[old + at] as number;
    }
  }

  function clear(): void {
    places.fill(0);
    front.fill(0);
    count = 0;
    used = memory.from;
  }

  function learn(start: number, length: number, hashed: number): number {
    const value = make(start, length);
    if (count === MAX_TEXTS || used + length > memory.to) clear();
    if (count * 4 > mask * 3) grow();
    const place = freePlace(hashed);
    if (place === NONE) return value;
    for (let at = 0; at < length; at += 1) kept[used + at] = input[start + at] as number;
    places[place + HASH] = hashed;
    places[place + START] = used;
    places[place + LENGTH] = length;
    places[place + VALUE] = value + BEYOND;
    count += 1;
    used += length;
    return value;
  }

  /** Position in the front of a text, by its length and some bytes: of agents those where they differ. */
  function frontOf(start: number, length: number): number {
    const end = start + length;
    if (length < LONG_BYTES) {
      const outer = (input[start] as number) * 5 + (input[end - 1] as number) * 67;
      return (length * 31 + outer + (input[start + (length >> 1)] as number) * 17) & (FRONT_PLACES - 1);
    }
    const middle = (input[start + (length >> 1)] as number) * 5 + (input[end - 14] as number) * 17;
    return (
      (length * 31 + middle + (input[end - 22] as number) * 67 + (input[end - 21] as number) * 257) & (FRONT_PLACES - 1)
    );
  }

  return {
    find(start, length) {
      if (length > maxBytes) return make(start, length);
      const at = frontOf(start, length);
      const place = (front[at] as number) - 1;
      const isLike = place >= 0 && places[place + LENGTH] === length;
      if (isLike && isKept(places[place + START] as number, start, length))
        return (places[place + VALUE] as number) - BEYOND;
      const value = findHashed(start, length);
      front[at] = found + 1;
      return value;
    },
    clear,
  };

  function findHashed(start: number, length: number): number {
    found = NONE;
    const hashed = hash(start, length);
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const place = ((hashed + look) & mask) * PLACE_NUMBERS;
      const value = places[place + VALUE] as number;
      if (value === 0) break;
      const isSame = places[place + HASH] === hashed && places[place + LENGTH] === length;
      if (isSame && isKept(places[place + START] as number, start, length)) {
        found = place;
        return value - BEYOND;
      }
    }
    return learn(start, length, hashed);
  }
}

const NONE = -1;
