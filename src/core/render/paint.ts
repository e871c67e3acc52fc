/** Pieces of a line to the text that a terminal shows, in colour or not, no wider than it is. */
import type { Piece, Tone } from './tail-line.ts';

export interface Canvas {
  readonly isColoured: boolean;
  /** Columns there are; undefined: no limit. */
  readonly columns?: number | undefined;
}

/** Select Graphic Rendition, ECMA-48. Dim is bright black: plain 'faint' is not told from text by many terminals. */
const CODES: Readonly<Record<Tone, string>> = {
  plain: '',
  dim: '90',
  good: '32',
  moved: '36',
  warning: '33',
  bad: '1;31',
  worst: '1;97;41',
};
/** An elastic piece keeps so much, where there is room for that. */
const ELASTIC_COLUMNS_MIN = 20;

/** Pieces are joined by one space. Their text must be harmless. */
export function paint(pieces: readonly Piece[], { isColoured, columns }: Canvas): string {
  const fitting = columns === undefined ? pieces : fit(pieces, columns);
  const painted = fitting.map(({ text, tone }) => {
    const code = CODES[tone];
    return isColoured && code !== '' && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  });
  return painted.join(' ').trimEnd();
}

/** Cuts elastic pieces first, then at the end. */
function fit(pieces: readonly Piece[], columns: number): readonly Piece[] {
  const widths = pieces.map(({ text }) => widthOf(text));
  let over = widths.reduce((sum, width) => sum + width, pieces.length - 1) - columns;
  const shorter = pieces.map((piece, index): Piece => {
    const width = widths[index] ?? 0;
    if (over <= 0 || !piece.isElastic || width <= ELASTIC_COLUMNS_MIN) return piece;
    const left = Math.max(ELASTIC_COLUMNS_MIN, width - over);
    over -= width - left;
    return { ...piece, text: cutTo(piece.text, left) };
  });
  return over <= 0 ? shorter : cutPieces(shorter, columns);
}

function cutPieces(pieces: readonly Piece[], columns: number): readonly Piece[] {
  const kept: Piece[] = [];
  let left = columns;
  for (const piece of pieces) {
    if (left <= 0) break;
    const text = cutTo(piece.text, left);
    kept.push({ ...piece, text });
    left -= widthOf(text) + 1;
  }
  return kept;
}

/** At most so many columns, the last of them … where something was cut off. */
export function cutTo(text: string, columns: number): string {
  if (text.length * 2 <= columns || widthOf(text) <= columns) return text;
  let result = '';
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    result += character;
  }
  return columns > 0 ? `${result}…` : '';
}

/** East Asian wide letters and emoji; too many rather than too few, so that no line is broken by the terminal. */
const WIDE =
  /[\u1100-\u115F\u231A-\u23FF\u2600-\u27BF\u2B00-\u2BFF\u2E80-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{16FE0}-\u{18FFF}\u{1B000}-\u{1B2FF}\u{1F000}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** Columns of a text of harmless characters. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x300) width += 1;
    else if (!/\p{M}/u.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
