/** Numbers in the cells of a table, whichever way the country writes them that it comes from: 1234.5, 1.234,5 and 1,234.5. */

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+(?:[eE][+-]?\d+)?$/;
const DOTTED = /^[+-]?\d{1,3}(?:\.\d{3})+$/;
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
/** A decimal point that groups no thousands. */
const SURE_POINT = /^[+-]?(?:0?\.\d+|\d+\.(?!\d{3}$)\d+)/;

/** What a comma is in this table. */
export type Comma = 'decimal' | 'thousands';

export interface CellNumbers {
  /** Takes what this number says of commas: one that can be read in one way only decides it for all. */
  learn(text: string): void;
  /** A comma in it may be either: 1,234, while nothing has said what a comma is here. */
  isUnclear(text: string): boolean;
  /** Undefined of what is no finite decimal number: NaN, an empty cell. */
  read(text: string): number | undefined;
}

/** `known`: what a comma is, where the table says so otherwise. */
export function createCellNumbers(known?: Comma): CellNumbers {
  let comma = known;
  let isSeen = false;
  return {
    learn(text) {
      isSeen ||= DECIMAL_COMMA.test(text);
      comma ??= isBoth(text) ? undefined : commaOf(text);
    },
    isUnclear: (text) => comma === undefined && isBoth(text),
    read(text) {
      // Where commas are decimal, points can only stand between thousands.
      if (comma === 'decimal' && isSeen && (text.includes(',') ? DECIMAL_COMMA : DOTTED).test(text))
        return finite(text.replaceAll('.', '').replace(',', '.'));
      if (!text.includes(',')) return PLAIN.test(text) ? finite(text) : undefined;
      return comma !== 'decimal' && GROUPED.test(text) ? finite(text.replaceAll(',', '')) : undefined;
    },
  };
}

/** Nobody writes 0,123 for 123. */
function isBoth(text: string): boolean {
  return DECIMAL_COMMA.test(text) && GROUPED.test(text) && !/^[+-]?0/.test(text);
}

function commaOf(text: string): Comma | undefined {
  if (DECIMAL_COMMA.test(text)) return 'decimal';
  return SURE_POINT.test(text) || GROUPED.test(text) ? 'thousands' : undefined;
}

function finite(text: string): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
