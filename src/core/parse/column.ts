/** The values of one field in the rows of a block. */
import { ABSENT_TEXT } from '../observe/block.ts';
import type { Texts } from '../observe/texts.ts';
import type { Field, FieldReader } from './field-readers.ts';
import { UNREAD } from './number-bytes.ts';
import type { RawFields } from './pattern.ts';
import { ROW_HEADER } from './scan/scanner.ts';
import type { ScannedTexts } from './scanned-texts.ts';

export interface Column {
  /** How the rows of a scanner are read. */
  scannedBy(texts: ScannedTexts): FillScanned;
  /** Writes the value of a line to this row. */
  fillRaw(raw: RawFields, to: number): void;
}

/** Writes the values of `count` rows of the scanner, from its row `first` on, to the rows from `to` on. */
export type FillScanned = (first: number, count: number, to: number) => void;

interface ColumnParts<Values> {
  readonly field: Field;
  readonly read: FieldReader;
  readonly values: Values;
}

interface TextColumnParts extends ColumnParts<Int32Array> {
  readonly texts: Texts;
}

export function createNumberColumn({ field, read, values }: ColumnParts<Float64Array>): Column {
  const readBytes = field.readBytes ?? (() => UNREAD);

  function readText(text: string): number {
    const value = field.read(text);
    return value === undefined ? Number.NaN : Number(value);
  }

  return {
    scannedBy({ scanner: { rows, stride, input, fields }, decode }) {
      const place = ROW_HEADER + 2 * fields.indexOf(field.from);
      return (first, count, to) => {
        let at = first * stride + place;
        for (let row = to; row < to + count; row += 1) {
          const start = rows[at] as number;
          const length = rows[at + 1] as number;
          const value = length < 0 ? Number.NaN : readBytes(input, start, start + length);
          values[row] = value === UNREAD ? readText(decode(start, length)) : value;
          at += stride;
        }
      };
    },
    fillRaw(raw, to) {
      const value = read(raw);
      values[to] = value === undefined ? Number.NaN : Number(value);
    },
  };
}

export function createTextColumn({ field, read, values, texts }: TextColumnParts): Column {
  return {
    scannedBy({ scanner: { rows, stride, fields }, cacheFor }) {
      const place = ROW_HEADER + 2 * fields.indexOf(field.from);
      const { find } = cacheFor(field);
      return (first, count, to) => {
        let at = first * stride + place;
        for (let row = to; row < to + count; row += 1) {
          const length = rows[at + 1] as number;
          values[row] = length < 0 ? ABSENT_TEXT : find(rows[at] as number, length);
          at += stride;
        }
      };
    },
    fillRaw(raw, to) {
      const value = read(raw);
      values[to] = value === undefined ? ABSENT_TEXT : texts.idOf(String(value));
    },
  };
}
