/** The columns of the fields of a pattern: of numbers, of ids of texts, of texts that are only listed. */
import { ABSENT_TEXT } from '../observe/block.ts';
import { createListedTexts, type ListedTexts } from '../observe/listed-texts.ts';
import { labelFields, listedFields, valueFields } from '../observe/observation.ts';
import type { Texts } from '../observe/texts.ts';
import { type Column, createNumberColumn, createTextColumn } from './column.ts';
import { createFewTexts } from './few-texts.ts';
import { createLateColumn } from './late-column.ts';
import { createListedColumn } from './listed-column.ts';
import type { CompiledPattern } from './pattern.ts';
import { MAX_ROWS } from './scan/scanner.ts';
import { createTextMemory, type TextMemory } from './text-memory.ts';

export interface FieldColumns {
  readonly numbers: ReadonlyMap<string, Float64Array>;
  readonly ids: ReadonlyMap<string, Int32Array>;
  readonly listed: ReadonlyMap<string, ListedTexts>;
  /** Where texts that are listed stand. */
  readonly memory: TextMemory;
  readonly columns: readonly Column[];
  /** A new block begins. */
  begin(): void;
}

/** Of the fields that are observed, and of the status. One field may have a column of each kind. */
export function createFieldColumns(pattern: CompiledPattern, texts: Texts): FieldColumns {
  const { status, observation } = pattern.spec;
  const numbers = new Map<string, Float64Array>();
  const ids = new Map<string, Int32Array>();
  const listed = new Map<string, ListedTexts>();
  const columns: Column[] = [];
  const begins: (() => void)[] = [];
  const asValue = new Set([...valueFields(observation), ...(status === undefined ? [] : [status])]);
  const asLabel = new Set(labelFields(observation));
  const asListed = new Set(listedFields(observation));
  const memory = createTextMemory(asListed.size);
  for (const name of new Set([...asValue, ...asLabel, ...asListed])) {
    const field = pattern.fieldOf(name);
    const read = pattern.readerOf(name);
    if (!field || !read) continue;
    const hasNumbers = field.readBytes !== undefined;
    if (hasNumbers && asValue.has(name)) {
      const values = new Float64Array(MAX_ROWS);
      numbers.set(name, values);
      columns.push(createNumberColumn({ field, read, values }));
    }
    const isFew = asListed.has(name) && field.listing === 'few';
    if (asLabel.has(name) || isFew || (!hasNumbers && asValue.has(name))) {
      const values = new Int32Array(MAX_ROWS).fill(ABSENT_TEXT);
      ids.set(name, values);
      columns.push(createTextColumn({ field, read, values, texts }));
    }
    const values = ids.get(name);
    if (!asListed.has(name)) continue;
    if (values) {
      const few = createFewTexts(values, texts, memory);
      listed.set(name, few.texts);
      begins.push(few.begin);
    } else if (field.listing === 'late') {
      const late = createLateColumn({ field, raw: pattern.rawOf(field.from), memory });
      listed.set(name, late.texts);
      columns.push(late.column);
      begins.push(late.begin);
    } else {
      const its = createListedTexts(memory, MAX_ROWS);
      listed.set(name, its);
      columns.push(createListedColumn({ field, read, texts: its, memory }));
    }
  }
  return {
    ...{ numbers, ids, listed, memory, columns },
    begin() {
      memory.begin();
      for (const begin of begins) begin();
    },
  };
}
