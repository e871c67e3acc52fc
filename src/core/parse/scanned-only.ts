/** Patterns that ask no RegExp: what does not fit their scanners is not read at all. */
import type { CompiledPattern } from './pattern.ts';

/** A line needs an expression. */
export class NotScanned extends Error {}

/** The same pattern without its expressions: whoever asks for one gets NotScanned thrown. */
export function scannedOnly(pattern: CompiledPattern): CompiledPattern {
  return { ...pattern, match: refuse, matchObserved: refuse, isContinuation: refuse };
}

function refuse(): never {
  throw new NotScanned();
}
