/** Which pairs of a line a scanner looks for. */
import type { PairSyntax } from '../key-values.ts';
import { byteRange, bytesIn, hasByte } from './byte-set.ts';
import { NotPlain } from './expression-reader.ts';

export interface PairsPlan {
  /** Groups that may hold the pairs; the first that is there counts. */
  readonly groups: readonly number[];
  readonly separator: readonly number[];
  readonly assign: readonly number[];
  /** Names that are looked for, and the columns of their fields. */
  readonly names: readonly { readonly name: readonly number[]; readonly column: number }[];
}

export interface PairsPlace {
  /** In the order of the columns. */
  readonly fields: readonly string[];
  readonly groups: readonly number[];
}

/** Of the names of pairs. */
export const NAME_BYTES = byteRange(0x30, 0x39) | byteRange(0x41, 0x5a) | byteRange(0x61, 0x7a) | bytesIn(0x5f);

/** Undefined where none of the pairs is wanted. Throws NotPlain where a name could go on into what ends it. */
export function planPairs(
  keyValues: PairSyntax & { readonly names: Readonly<Record<string, string>> },
  { fields, groups }: PairsPlace,
): PairsPlan | undefined {
  const wanted = Object.entries(keyValues.names).filter(([, field]) => fields.includes(field));
  if (wanted.length === 0 || groups.length === 0) return undefined;
  const [separator, assign] = [asciiBytes(keyValues.separator), asciiBytes(keyValues.assign)];
  for (const [byte] of [separator, assign])
    if (byte === undefined || hasByte(NAME_BYTES, byte)) throw new NotPlain('pairs whose names do not end');
  const names = wanted.map(([name, field]) => ({ name: asciiBytes(name), column: fields.indexOf(field) }));
  return { groups, separator, assign, names };
}

function asciiBytes(text: string): readonly number[] {
  const bytes = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  if (bytes.some((byte) => byte >= 0x80 || byte === 0x0a || byte === 0x0d))
    throw new NotPlain('pairs with letters beyond ASCII');
  return bytes;
}
