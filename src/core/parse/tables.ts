/** What a parser keeps from chunk to chunk: texts and their ids, and a table and a scanner of each pattern that was met. */
import { createTallyBuilder, type TallyBuilder } from '../observe/tally-builder.ts';
import { createTexts } from '../observe/texts.ts';
import type { PatternReader } from './line-reader.ts';
import { createLineScanner, type LineScanner } from './line-scanner.ts';
import { createPatternTable, type PatternTable } from './pattern-table.ts';

/** From so many bytes on lines are scanned; of fewer the expressions cost less than making a scanner does. */
const SCANNER_BYTES = 32 * 1024;

export interface Tables {
  readonly builder: TallyBuilder;
  tableOf(reader: PatternReader): PatternTable;
  /** For so many bytes. */
  scannerOf(reader: PatternReader, bytes: number): LineScanner | undefined;
  /** Adds all rows to the tally, in this order of their patterns; what follows are lines of these bytes. */
  flush(readers: readonly PatternReader[], bytes: Uint8Array): void;
  /** Forgets the tally, and all rows. */
  drop(): void;
}

/** `isScanned` says whether there are scanners at all, however few the bytes are. */
export function createTables(isScanned: boolean | undefined): Tables {
  const texts = createTexts();
  const builder = createTallyBuilder(texts);
  const tables = new Map<PatternReader, PatternTable>();
  const scanners = new Map<PatternReader, LineScanner | undefined>();
  let current: Uint8Array = new Uint8Array();

  function tableOf(reader: PatternReader): PatternTable {
    const known = tables.get(reader);
    if (known) return known;
    const table = createPatternTable(reader.pattern, texts, builder);
    table.columns.begin(current);
    tables.set(reader, table);
    return table;
  }

  return {
    builder,
    tableOf,
    scannerOf(reader, bytes) {
      // Not where one is there by chance: which lines are asked of expressions must not hang on what was read before, since
      // the line that keeps one busy is found again by counting them.
      if (!(isScanned ?? bytes >= SCANNER_BYTES)) return undefined;
      if (!scanners.has(reader)) scanners.set(reader, createLineScanner(reader, tableOf(reader), texts));
      return scanners.get(reader);
    },
    flush(readers, bytes) {
      current = bytes;
      for (const reader of readers) tables.get(reader)?.flush(bytes);
      builder.renewTexts();
      for (const scanner of scanners.values()) scanner?.renew();
    },
    drop() {
      for (const { columns } of tables.values()) columns.begin(current);
      builder.build({ timeMax: undefined, latenessMs: 0 });
    },
  };
}
