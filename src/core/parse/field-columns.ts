/** The columns of the fields of a pattern: of numbers, of ids of texts, of texts that are only listed. */
import { ABSENT_TEXT } from '../observe/block.ts';
import { createListedTexts, type ListedTexts } from '../observe/listed-texts.ts';
import { labelFields, listedFields, valueFields } from '../observe/observation.ts';
import type { Texts } from '../observe/texts.ts';
import { type Column, createNumberColumn, createTextColumn } from './column.ts';
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
  /** How many of them have ids for the texts that they met. */
  readonly cached: number;
}

/** Of the fields that are observed, and of the status. One field may have a column of each kind. */
export function createFieldColumns(pattern: CompiledPattern, texts: Texts): FieldColumns {
  const { status, observation } = pattern.spec;
  const numbers = new Map<string, Float64Array>();
  const ids = new Map<string, Int32Array>();
  const listed = new Map<string, ListedTexts>();
  const columns: Column[] = [];
  let few = 0;
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
    if (asLabel.has(name) || (!hasNumbers && asValue.has(name))) {
      const values = new Int32Array(MAX_ROWS).fill(ABSENT_TEXT);
      ids.set(name, values);
      columns.push(createTextColumn({ field, read, values, texts }));
    }
    if (asListed.has(name)) {
      const values = createListedTexts(memory, MAX_ROWS);
      const raw = field.isMadeLate ? pattern.rawOf(field.from) : undefined;
      const late = raw && createLateColumn({ field, raw, texts: values, memory });
      listed.set(name, late?.texts ?? values);
      columns.push(late?.column ?? createListedColumn({ field, read, texts: values, memory, ids: texts }));
      if (field.isFew) few += 1;
    }
  }
  return { numbers, ids, listed, memory, columns, cached: ids.size + few };
}
