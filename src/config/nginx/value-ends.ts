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

export interface SettledPieces {
  /** Some have another shape: without a space, so that the ends of what stands before are told apart. */
  readonly pieces: readonly Piece[];
  /** Of each value. */
  readonly ends: readonly (ValueEnd | undefined)[];
}

export function settleEnds(given: readonly Piece[], escaping: LogEscape): SettledPieces {
  const pieces = [...given];
  const ends: (ValueEnd | undefined)[] = [];
  for (const [index, piece] of given.entries())
    ends.push(piece.kind === 'value' ? valueEnd(pieces, index, escaping) : undefined);
  return { pieces, ends };
}

function valueEnd(pieces: Piece[], index: number, escaping: LogEscape): ValueEnd {
  const { shape } = pieces[index] as ValuePiece;
  const next = pieces[index + 1];
  if (!next) return { how: 'at' };
  if (next.kind === 'value') return { how: 'at', letter: shape === 'host' ? '/' : undefined };
  const first = next.text[0] as string;
  return mayHold(shape, first, escaping) ? farEnd(pieces, index, escaping) : { how: 'at', letter: first };
}

/** Goes on behind it up to a letter that it cannot have. */
function farEnd(pieces: Piece[], index: number, escaping: LogEscape): ValueEnd {
  const { shape } = pieces[index] as ValuePiece;
  const passed: number[] = [];
  let how: ValueEnd['how'] = 'last';
  let letter: string | undefined;
  for (let at = index + 1; at < pieces.length && letter === undefined; at += 1) {
    const piece = pieces[at] as Piece;
    if (piece.kind === 'text') letter = [...piece.text].find((one) => !mayHold(shape, one, escaping));
    else if (isList(piece.shape)) how = 'first';
    else if (isOpen(piece.shape, shape) && endsIn(pieces[at - 1], ' ')) passed.push(at);
    else if (!FIXED.includes(piece.shape) && !isToldFrom(piece.shape, pieces[at - 1], escaping))
      return { how: 'before' };
  }
  for (const at of passed) pieces[at] = { ...(pieces[at] as ValuePiece), shape: 'token' };
  return { how, letter };
}

/** Read from the right, it ends where the text before it does. */
function isToldFrom(shape: Shape, before: Piece | undefined, escaping: LogEscape): boolean {
  return before?.kind === 'text' && !mayHold(shape, before.text.at(-1) as string, escaping);
}

function endsIn(piece: Piece | undefined, letter: string): boolean {
  return piece?.kind === 'text' && piece.text.endsWith(letter);
}

/** It is taken to have no space where a text before it certainly may. */
function isOpen(shape: Shape, before: Shape): boolean {
  return shape === 'seldom' && (before === 'text' || before === 'request');
}

export function isList(shape: Shape): boolean {
  return shape.endsWith('-list');
}
