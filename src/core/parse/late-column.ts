/** The texts of a field that takes long to make, in the rows of a block: they are made for rows that a series takes. */
import { ABSENT_TEXT, type Rows } from '../observe/block.ts';
import { createListedTexts, type ListedTexts } from '../observe/listed-texts.ts';
import { TEMPLATE_SCAN_CHARS } from '../observe/template.ts';
import type { Column } from './column.ts';
import type { Field } from './field-readers.ts';
import type { RawFields } from './pattern.ts';
import { MAX_ROWS, ROW_HEADER } from './scan/scanner.ts';
import type { ScannedTexts } from './scanned-texts.ts';
import type { TextMemory } from './text-memory.ts';

/** As a length: there is a text, and nothing was made of it so far. */
const UNMADE = -2;
/** A letter has three bytes for each unit that is looked at, at most; and one letter more says that it goes on. */
const SCAN_BYTES = (TEMPLATE_SCAN_CHARS + 1) * 3;

export interface LateColumn {
  readonly column: Column;
  readonly texts: ListedTexts;
  /** A new block begins. */
  begin(): void;
}

export function createLateColumn(parts: {
  readonly field: Field;
  readonly raw: ((raw: RawFields) => string | undefined) | undefined;
  readonly memory: TextMemory;
}): LateColumn {
  const { field, raw: rawOf, memory } = parts;
  const texts = createListedTexts(memory, MAX_ROWS);
  const { starts, lengths } = texts;
  /** Of what the text is made: where it stands in the input of the scanner, or itself. */
  const bytes = new Int32Array(MAX_ROWS);
  const given: (string | undefined)[] = new Array(MAX_ROWS).fill(undefined);
  let decode: ScannedTexts['decode'] | undefined;

  function textAt(row: number): string {
    return given[row] ?? decode?.(starts[row] as number, Math.min(bytes[row] as number, SCAN_BYTES)) ?? '';
  }

  function make({ at, count }: Rows): void {
    for (let index = 0; index < count; index += 1) {
      const row = at[index] as number;
      if (lengths[row] !== UNMADE) continue;
      const value = field.read(textAt(row));
      if (value === undefined) lengths[row] = ABSENT_TEXT;
      else memory.write(texts, row, String(value));
    }
  }

  return {
    texts: { ...texts, make },
    column: {
      scannedBy(scanned) {
        const { rows, stride, fields } = scanned.scanner;
        const place = ROW_HEADER + 2 * fields.indexOf(field.from);
        decode = scanned.decode;
        return (first, count, to) => {
          let at = first * stride + place;
          for (let row = to; row < to + count; row += 1) {
            starts[row] = rows[at] as number;
            bytes[row] = rows[at + 1] as number;
            lengths[row] = (rows[at + 1] as number) < 0 ? ABSENT_TEXT : UNMADE;
            at += stride;
          }
        };
      },
      fillRaw(raw, to) {
        const text = rawOf?.(raw);
        given[to] = text;
        lengths[to] = text === undefined ? ABSENT_TEXT : UNMADE;
      },
    },
    begin: () => {
      given.fill(undefined);
    },
  };
}
