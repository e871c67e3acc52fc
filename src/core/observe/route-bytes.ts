/** The route of a path from its bytes: what toRoute() gives, without a string. */
import { ROUTE_CHARS, SCAN_CHARS } from './route.ts';

/** Kinds of bytes: together they say what a part of a path can be. */
const DIGIT = 1;
const HEX = 2;
const OTHER = 4;
const BEYOND_ASCII = 8;
const ENDS = 16;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte > 127) return BEYOND_ASCII;
  const letter = String.fromCharCode(byte);
  if ('?#;'.includes(letter)) return ENDS;
  if (/\d/.test(letter)) return DIGIT;
  return /[A-Fa-f-]/.test(letter) ? HEX : OTHER;
});
const SLASH = 47;
const COLON = 58;
const LETTER_N = 110;
const LETTER_I = 105;
const LETTER_D = 100;
/** Shorter hex is a word. */
const MIN_ID_CHARS = 8;

/** Where a route stands. */
export interface RoutePlace {
  start: number;
  /** UNREAD_ROUTE where the path has letters beyond ASCII and its text has to be read. */
  length: number;
}
export const UNREAD_ROUTE = -1;

/** A path in bytes[start, start + length), and where in them a route may be written. One object for many paths. */
export interface PathBytes {
  bytes: Uint8Array;
  start: number;
  length: number;
  into: number;
}

/** Says where the route of a path is: in its own bytes, or where something was masked at `into`. */
export function routePlace({ bytes, start, length, into }: PathBytes, place: RoutePlace): void {
  const limit = start + (length < SCAN_CHARS ? length : SCAN_CHARS);
  let seen = 0;
  let end = start;
  for (; end < limit; end += 1) {
    const kind = KINDS[bytes[end] as number] as number;
    if (kind === ENDS) break;
    seen |= kind;
  }
  const isMasked = (seen & DIGIT) !== 0;
  place.start = isMasked ? into : start;
  if ((seen & BEYOND_ASCII) !== 0) place.length = UNREAD_ROUTE;
  else if (isMasked) place.length = writeMasked(bytes, start, end, into);
  else place.length = end - start < ROUTE_CHARS ? end - start : ROUTE_CHARS;
}

/** Returns the length of the route. */
function writeMasked(bytes: Uint8Array, start: number, end: number, into: number): number {
  let to = into;
  let from = start;
  let seen = 0;
  for (let at = start; at <= end; at += 1) {
    const byte = at === end ? SLASH : (bytes[at] as number);
    if (byte !== SLASH) {
      seen |= KINDS[byte] as number;
      continue;
    }
    to = writePart(bytes, from, at, seen, to);
    if (to - into >= ROUTE_CHARS) return ROUTE_CHARS;
    if (at < end) {
      bytes[to] = SLASH;
      to += 1;
    }
    from = at + 1;
    seen = 0;
  }
  return to - into < ROUTE_CHARS ? to - into : ROUTE_CHARS;
}

/** Writes a part of a path, which has these kinds of bytes, or its mask. Returns where it ends. */
function writePart(bytes: Uint8Array, from: number, to: number, seen: number, into: number): number {
  if (seen === DIGIT) {
    bytes[into] = COLON;
    bytes[into + 1] = LETTER_N;
    return into + 2;
  }
  if (seen === (DIGIT | HEX) && to - from >= MIN_ID_CHARS) {
    bytes[into] = COLON;
    bytes[into + 1] = LETTER_I;
    bytes[into + 2] = LETTER_D;
    return into + 3;
  }
  for (let at = from; at < to; at += 1) bytes[into + at - from] = bytes[at] as number;
  return into + to - from;
}

/** Bytes that a route may take while it is written: each part but the last ends within ROUTE_CHARS. */
export const ROUTE_SCRATCH_BYTES = ROUTE_CHARS + SCAN_CHARS;
