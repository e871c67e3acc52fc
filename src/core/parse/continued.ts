/** What is kept of the lines that belong to one before, as a stack trace does, so that evidence shows what went wrong. */
import { flatCopy } from '../observe/flat-copy.ts';

/** Of a line with what belongs to it, in letters: a mail shows 300, and takes some for the links it takes apart. */
export const CONTINUED_CHARS = 260;
/** Of the line itself, where more follows than there is room for, and of each that follows. */
const HEAD_CHARS = 140;
const PIECE_CHARS = 120;
/** With less room nothing of a piece can be read. */
const PIECE_CHARS_MIN = 30;
/** Kept of each kind. */
const KEPT = 2;
const BETWEEN = ' | ';

interface Piece {
  readonly kind: Kind;
  /** How many came before it. */
  readonly at: number;
  readonly text: string;
}

/** What was kept of the lines behind one. */
export interface Continued {
  /** Of each kind KEPT at most. */
  readonly pieces: Piece[];
  lines: number;
}

export function createContinued(): Continued {
  return { pieces: [], lines: 0 };
}

/** Of the causes and of what is not indented the last ones are kept: there the fault began. Of frames the first. */
export function addContinued(continued: Continued, line: string): void {
  const { pieces, lines } = continued;
  const kind = kindOf(line);
  continued.lines += 1;
  const same = pieces.filter((piece) => piece.kind === kind);
  if (same.length >= KEPT) {
    if (kind === FRAME) return;
    pieces.splice(pieces.indexOf(same[0] as Piece), 1);
  }
  pieces.push({ kind, at: lines, text: flatCopy(shortened(line.trim(), PIECE_CHARS).toWellFormed()) });
}

/** One line of what belongs together: the line itself, then causes, what is not indented and frames as far as there is room, in their order. */
export function continuedText(head: string, { pieces }: Continued): string {
  const all = [head, ...pieces.map(({ text }) => text)].join(BETWEEN);
  if (all.length <= CONTINUED_CHARS) return all;
  // Spring Boot fills its columns up with spaces.
  const start = shortened(head.replace(/ {2,}/g, ' '), HEAD_CHARS);
  let left = CONTINUED_CHARS - start.length;
  const chosen: Piece[] = [];
  for (const piece of pieces.toSorted((a, b) => a.kind - b.kind || latestFirst(a, b))) {
    const room = left - BETWEEN.length;
    if (room < Math.min(PIECE_CHARS_MIN, piece.text.length)) break;
    const text = shortened(piece.text, room);
    chosen.push({ ...piece, text });
    left = room - text.length;
  }
  return [start, ...chosen.toSorted((a, b) => a.at - b.at).map(({ text }) => text)].join(BETWEEN);
}

/** In the order in which they are worth showing. */
type Kind = typeof CAUSE | typeof PLAIN | typeof FRAME;
const CAUSE = 0;
const PLAIN = 1;
const FRAME = 2;

/** Java writes its causes last, Python the error itself, neither of them indented; frames are. */
function kindOf(line: string): Kind {
  if (/^\s*Caused by: /.test(line)) return CAUSE;
  return /^(?:\s|Traceback )/.test(line) || line === '' ? FRAME : PLAIN;
}

function latestFirst(a: Piece, b: Piece): number {
  return a.kind === FRAME ? a.at - b.at : b.at - a.at;
}

function shortened(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
