/** How what follows a place in an expression can begin: it rules out the places where it cannot. */
import { ALL_BYTES, type ByteSet, NO_BYTES, onlyByteOf } from './byte-set.ts';
import type { Node } from './expression.ts';

export interface Lead {
  /** Bytes with which it can begin, if it takes any. */
  readonly first: ByteSet;
  /** Bytes with which it always begins, if it takes any. */
  readonly literal: readonly number[];
  readonly isNullable: boolean;
  /** It is nothing but the literal. */
  readonly isWhole: boolean;
}

/** Of nothing: the line ends here. */
export const NOTHING: Lead = { first: NO_BYTES, literal: [], isNullable: true, isWhole: true };

/** Of whatever there may be. */
export const ANYTHING: Lead = { first: ALL_BYTES, literal: [], isNullable: true, isWhole: false };

export function leadOf(node: Node): Lead {
  switch (node.kind) {
    case 'run': {
      const byte = node.min === 1 && node.max === 1 ? onlyByteOf(node.set) : undefined;
      const literal = byte === undefined ? [] : [byte];
      return { first: node.set, literal, isNullable: node.min === 0, isWhole: byte !== undefined };
    }
    case 'look':
      return NOTHING;
    case 'group':
      return leadOf(node.what);
    case 'sequence':
      return node.parts.map(leadOf).reduceRight((after, before) => followedBy(before, after), NOTHING);
    case 'choice':
      return node.ways.map(leadOf).reduce(eitherOf);
  }
}

export function followedBy(before: Lead, after: Lead): Lead {
  if (before.isWhole && before.literal.length === 0) return after;
  if (before.isWhole)
    return {
      first: before.first,
      // What may be missing begins nothing for certain.
      literal: after.isNullable ? before.literal : [...before.literal, ...after.literal],
      isNullable: false,
      isWhole: after.isWhole,
    };
  if (!before.isNullable) return { ...before, isWhole: false };
  return { ...eitherOf(before, after), isNullable: after.isNullable };
}

function eitherOf(one: Lead, other: Lead): Lead {
  const isNullable = one.isNullable || other.isNullable;
  const first = one.first | other.first;
  if (one.first === NO_BYTES) return { ...other, isNullable, isWhole: false };
  if (other.first === NO_BYTES) return { ...one, isNullable, isWhole: false };
  const differs = one.literal.findIndex((byte, index) => byte !== other.literal[index]);
  return { first, literal: differs === -1 ? one.literal : one.literal.slice(0, differs), isNullable, isWhole: false };
}
