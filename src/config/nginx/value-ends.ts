/** Where a value of a line ends: what the expression has to know of what stands behind it. */
import type { LogEscape } from './log-format.ts';
import { FIXED, mayHold, type Piece, type ValuePiece } from './pieces.ts';
import type { Shape } from './variables.ts';

/**
 * 'at': where a letter stands that it cannot have, undefined for the end of the line. 'last': what is behind it, up to
 * that letter, reads from one place only, the last; 'first': the same, where lists are among it. 'before': it could have
 * that text in it as well, and ends before the first one.
 */
export interface ValueEnd {
  readonly how: 'at' | 'last' | 'first' | 'before';
  readonly letter?: string | undefined;
}

/** `closed` gets the values that must have no space, so that the ends of this one are told apart. */
export function valueEnd(
  pieces: readonly Piece[],
  index: number,
  parts: { readonly escaping: LogEscape; readonly closed: Set<number> },
): ValueEnd {
  const { shape } = pieces[index] as ValuePiece;
  const next = pieces[index + 1];
  if (!next) return { how: 'at' };
  if (next.kind === 'value') return { how: 'at', letter: shape === 'host' ? '/' : undefined };
  const { escaping } = parts;
  const first = next.text[0] as string;
  if (!mayHold(shape, first, escaping) || parts.closed.has(index)) return { how: 'at', letter: first };
  return farEnd(pieces, index, parts);
}

/** Goes on behind it up to a letter that it cannot have. */
function farEnd(
  pieces: readonly Piece[],
  index: number,
  { escaping, closed }: { readonly escaping: LogEscape; readonly closed: Set<number> },
): ValueEnd {
  const { shape } = pieces[index] as ValuePiece;
  const passed: number[] = [];
  let how: ValueEnd['how'] = 'last';
  for (let at = index + 1; at < pieces.length; at += 1) {
    const piece = pieces[at] as Piece;
    if (piece.kind === 'text') {
      const letter = [...piece.text].find((one) => !mayHold(shape, one, escaping));
      if (letter === undefined) continue;
      for (const one of passed) closed.add(one);
      return { how, letter };
    }
    const before = pieces[at - 1];
    const last = before?.kind === 'text' ? before.text.at(-1) : undefined;
    if (isList(piece.shape)) how = 'first';
    else if (isOpen(piece.shape, shape) && last === ' ') passed.push(at);
    else if (!FIXED.includes(piece.shape) && (last === undefined || mayHold(piece.shape, last, escaping)))
      return { how: 'before' };
  }
  for (const one of passed) closed.add(one);
  return { how };
}

/** It is taken to have no space where a text before it certainly may. */
function isOpen(shape: Shape, before: Shape): boolean {
  return shape === 'seldom' && (before === 'text' || before === 'request');
}

export function isList(shape: Shape): boolean {
  return shape.endsWith('-list');
}
