/** Cuts what one writer brings in pieces into whole lines. */
import type { Intake } from './feed.ts';
import { createHeldBytes } from './held-bytes.ts';

/** As a pipe or socket gives them. */
const PIECE_BYTES = 64 * 1024;

export interface LineSplitter {
  push(piece: Uint8Array): void;
  /** The writer is gone: what it left without LF is a line all the same. */
  end(): void;
  /** What was begun is dropped without a word, since it will be given again. */
  reset(): void;
}

/** A line of more than `limit` bytes is stepped over and counted; so much is held of one that has not ended. */
export function createLineSplitter(limit: number, intake: Pick<Intake, 'lines' | 'skip' | 'partial'>): LineSplitter {
  /** What has no LF yet. */
  const begun = createHeldBytes();
  let isInsideLong = false;

  function push(bytes: Uint8Array): void {
    // Bit by bit, so that no line much over the limit lies whole in one.
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) pushPiece(bytes.subarray(at, at + PIECE_BYTES));
  }

  function pushPiece(piece: Uint8Array): void {
    let from = 0;
    if (isInsideLong) {
      const end = piece.indexOf(LF);
      from = end === -1 ? piece.length : end + 1;
      intake.skip('line_too_long', from, 0);
      isInsideLong = end === -1;
    }
    const last = piece.lastIndexOf(LF);
    if (last >= from) {
      give(piece.subarray(from, last + 1));
      from = last + 1;
    }
    if (from < piece.length) hold(piece.subarray(from));
  }

  function give(lines: Uint8Array): void {
    if (begun.length() === 0) {
      intake.lines(lines);
      return;
    }
    const end = lines.indexOf(LF) + 1;
    begun.append(lines.subarray(0, end));
    intake.lines(begun.bytes());
    reset();
    if (end < lines.length) intake.lines(lines.subarray(end));
  }

  function hold(rest: Uint8Array): void {
    begun.append(rest);
    if (begun.length() < limit) return;
    intake.skip('line_too_long', begun.length(), 1);
    reset();
    isInsideLong = true;
  }

  function reset(): void {
    begun.drop(begun.length());
    isInsideLong = false;
  }

  function end(): void {
    if (begun.length() > 0) {
      intake.partial(1);
      give(Uint8Array.of(LF));
    }
    reset();
  }

  return { push, end, reset };
}

const LF = 10;
