/** From the bytes of fields in a scanner's input to their texts, and the ids of those. */
import { ABSENT_TEXT } from '../observe/block.ts';
import type { Texts } from '../observe/texts.ts';
import { type ByteCache, createByteCache } from './byte-cache.ts';
import type { Field } from './field-readers.ts';
import type { Scanner } from './scan/scanner.ts';

/** Longer texts are decoded each time. */
const MAX_TEXT_BYTES = 256;

export interface ScannedTexts {
  readonly scanner: Scanner;
  decode(start: number, length: number): string;
  /** Gives the id of a field's value, or ABSENT_TEXT. */
  cacheFor(field: Field): ByteCache;
  /** Forgets the ids where they were given anew. */
  renew(): void;
}

/** `fields` says how many fields there are whose values have ids. */
export function createScannedTexts(scanner: Scanner, texts: Texts, fields: number): ScannedTexts {
  const { input, kept } = scanner;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const caches: ByteCache[] = [];
  const share = Math.floor(kept.length / Math.max(1, fields));
  let renewals = texts.renewals();

  function decode(start: number, length: number): string {
    return decoder.decode(input.subarray(start, start + length));
  }

  return {
    scanner,
    decode,
    cacheFor({ read }) {
      const from = caches.length * share;
      const make = (start: number, length: number) => {
        const value = read(decode(start, length));
        return value === undefined ? ABSENT_TEXT : texts.idOf(String(value));
      };
      const cache = createByteCache({ scanner, memory: { from, to: from + share }, maxBytes: MAX_TEXT_BYTES, make });
      caches.push(cache);
      return cache;
    },
    renew() {
      if (renewals === texts.renewals()) return;
      renewals = texts.renewals();
      for (const cache of caches) cache.clear();
    },
  };
}
