/** From the bytes of fields in a scanner's input to the ids of their values as texts. */
import { ABSENT_TEXT } from '../observe/block.ts';
import { ROUTE_SCRATCH_BYTES, type RoutePlace, routePlace, UNREAD_ROUTE } from '../observe/route-bytes.ts';
import type { Texts } from '../observe/texts.ts';
import { type ByteCache, createByteCache } from './byte-cache.ts';
import type { Field } from './field-readers.ts';
import { INPUT_BYTES, type Scanner } from './scan/scanner.ts';

/** Longer texts are decoded each time. */
const MAX_TEXT_BYTES = 256;
/** Longer paths are mostly each another one, with a query or ids: their routes are made each time, which needs no string. */
const MAX_PATH_BYTES = 64;
/** Bytes at the end of a scanner's input in which routes are made: lines are put before them. */
export const SCRATCH_START = INPUT_BYTES - ROUTE_SCRATCH_BYTES;

export interface ScannedTexts {
  readonly scanner: Scanner;
  decode(start: number, length: number): string;
  /** Gives the id of a field's value, or ABSENT_TEXT. */
  cacheFor(field: Field): ByteCache;
  /** Forgets the ids where they were given anew. */
  renew(): void;
}

/** `fields` says how many fields there are whose values are texts. */
export function createScannedTexts(scanner: Scanner, texts: Texts, fields: number): ScannedTexts {
  const { input, kept } = scanner;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const caches: ByteCache[] = [];
  // One of them may be a route, which needs two.
  const share = Math.floor(kept.length / (fields + 1));
  let renewals = texts.renewals();

  function decode(start: number, length: number): string {
    return decoder.decode(input.subarray(start, start + length));
  }

  function createCache(maxBytes: number, make: (start: number, length: number) => number): ByteCache {
    const from = caches.length * share;
    const cache = createByteCache({ scanner, memory: { from, to: from + share }, maxBytes, make });
    caches.push(cache);
    return cache;
  }

  function idOf({ read }: Field, text: string): number {
    const value = read(text);
    return value === undefined ? ABSENT_TEXT : texts.idOf(String(value));
  }

  /** Routes are few where paths are many. */
  function routeCache(field: Field): ByteCache {
    const routes = createCache(MAX_TEXT_BYTES, (start, length) => texts.idOf(decode(start, length)));
    const place: RoutePlace = { start: 0, length: 0 };
    return createCache(MAX_PATH_BYTES, (start, length) => {
      if (length === 0 || (length === 1 && input[start] === MINUS)) return ABSENT_TEXT;
      routePlace({ bytes: input, start, length, into: SCRATCH_START }, place);
      if (place.length === UNREAD_ROUTE) return idOf(field, decode(start, length));
      return routes.find(place.start, place.length);
    });
  }

  return {
    scanner,
    decode,
    cacheFor: (field) =>
      field.isRoute
        ? routeCache(field)
        : createCache(MAX_TEXT_BYTES, (start, length) => idOf(field, decode(start, length))),
    renew() {
      if (renewals === texts.renewals()) return;
      renewals = texts.renewals();
      for (const cache of caches) cache.clear();
    },
  };
}

const MINUS = 45;
