/** Numbers in the cells of a table, whichever way the country writes them that it comes from: 1234.5, 1.234,5 and 1,234.5. */

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+(?:[eE][+-]?\d+)?$/;
const DOTTED = /^[+-]?\d{1,3}(?:\.\d{3})+$/;
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
/** A decimal point that groups no thousands, and points that do. */
const SURE_POINT = /^[+-]?(?:0?\.\d+|\d+\.(?!\d{3}$)\d+)(?:[eE][+-]?\d+)?$/;
const SURE_GROUPS = /^[+-]?\d{1,3}(?:\.\d{3}){2,}$/;

/** What a comma, or a point, is in this table. */
export type Mark = 'decimal' | 'thousands';

export interface CellNumbers {
  /** Takes what this number says of commas and points: one that can be read in one way only decides it for all. */
  learn(text: string): void;
  /** It may be either: 1,234 or 1.234, while nothing has said what commas and points are here. */
  isUnclear(text: string): boolean;
  /** Nothing will be learnt any more: points are decimal then. Commas stay unclear. */
  settle(): void;
  /** Undefined of what is no finite decimal number: NaN, an empty cell. */
  read(text: string): number | undefined;
}

/** `known`: what a comma is, where the table says so otherwise. */
export function createCellNumbers(known?: Mark): CellNumbers {
  let comma = known;
  let point: Mark | undefined;

  function isEither(text: string): boolean {
    return comma === undefined && DECIMAL_COMMA.test(text) && GROUPED.test(text) && !BEGINS_WITH_NAUGHT.test(text);
  }

  return {
    learn(text) {
      const said = isEither(text) ? undefined : commaOf(text);
      if (said === undefined) return;
      comma ??= said;
      point ??= said === 'decimal' ? 'thousands' : 'decimal';
    },
    isUnclear: (text) => isEither(text) || (point === undefined && DOTTED.test(text) && !BEGINS_WITH_NAUGHT.test(text)),
    settle() {
      point ??= 'decimal';
    },
    read(text) {
      const isMarked = text.includes(',') ? DECIMAL_COMMA.test(text) : point === 'thousands' && DOTTED.test(text);
      if (comma === 'decimal' && isMarked) return finite(text.replaceAll('.', '').replace(',', '.'));
      if (!text.includes(',')) return PLAIN.test(text) ? finite(text) : undefined;
      return comma !== 'decimal' && GROUPED.test(text) ? finite(text.replaceAll(',', '')) : undefined;
    },
  };
}

/** Nobody writes 0,123 or 0.123 for 123. */
const BEGINS_WITH_NAUGHT = /^[+-]?0/;

function commaOf(text: string): Mark | undefined {
  if (DECIMAL_COMMA.test(text) || SURE_GROUPS.test(text)) return 'decimal';
  return SURE_POINT.test(text) || GROUPED.test(text) ? 'thousands' : undefined;
}

function finite(text: string): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
