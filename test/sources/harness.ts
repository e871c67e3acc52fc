/** A log folder, a reader on it driven by hand, and commits: what was read since the last one is forgotten by a crash. */
import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LineReader } from '../../src/core/ports.ts';
import type { FileRecord, Ledger, SkipReason } from '../../src/core/types.ts';
import { addLedger } from '../../src/engine/source-state.ts';
import { createFileReader, type FileReaderParts } from '../../src/sources/files.ts';

type Skipped = Partial<Record<SkipReason, number>>;

export interface Harness {
  readonly folder: string;
  readonly reader: () => LineReader;
  readonly path: (name: string) => string;
  readonly append: (name: string, text: string | Uint8Array) => void;
  readonly rename: (from: string, to: string) => void;
  readonly copyTruncate: (from: string, to: string) => void;
  readonly start: () => Promise<void>;
  /** Reads until nothing comes, taking everything, in chunks or line by line. */
  readonly drain: (take?: 'all' | 'line') => Promise<void>;
  /** Lets time pass, looking twice so that quiet files are seen to be quiet. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets time pass with nothing read. */
  readonly wait: (ms: number) => void;
  /** Looks once, and takes so many lines of each chunk at most. */
  readonly readPart: (lines: number) => Promise<void>;
  readonly commit: () => void;
  /** Ends the reader; the next start goes on from the last commit. */
  readonly crash: () => Promise<void>;
  /** Lines taken and committed or taken since, in their order. */
  readonly lines: () => readonly string[];
  readonly skipped: () => Skipped;
  readonly records: () => readonly FileRecord[];
  readonly problems: () => readonly string[];
  /** As of now; each commit sees that it adds up. */
  readonly ledger: () => Ledger;
  readonly now: () => number;
  readonly end: () => Promise<void>;
}

interface Committed {
  readonly records: string | undefined;
  readonly text: readonly string[];
  readonly skipped: Skipped;
  readonly ledger: Ledger;
}

const NO_LEDGER: Ledger = { present: 0, taken: 0, skipped: {} };

export interface HarnessOptions extends Partial<FileReaderParts> {
  /** The reader has looked at the files: it was opened, or asked for chunks. */
  readonly onLook?: () => void;
  readonly onTake?: (text: string) => void;
}

export function createHarness({ onLook, onTake, ...options }: HarnessOptions = {}): Harness {
  const folder = mkdtempSync(join(tmpdir(), 'reader-'));
  const globs = (options.globs ?? ['access.log']).map((glob) => join(folder, glob));
  const parts = { source: 'web', from: 'beginning', sweepMs: 0, watch: false, ...options, globs } as const;
  let reader = createFileReader(parts);
  let now = 1_700_000_000_000;
  let committed: Committed = { records: undefined, text: [], skipped: {}, ledger: NO_LEDGER };
  let text: string[] = [];
  let skipped: Skipped = {};
  let ledger = NO_LEDGER;
  const path = (name: string): string => join(folder, name);

  async function start(): Promise<void> {
    reader = createFileReader(parts);
    text = [...committed.text];
    skipped = { ...committed.skipped };
    ledger = committed.ledger;
    const records = committed.records === undefined ? undefined : (JSON.parse(committed.records) as FileRecord[]);
    await reader.open(records, now);
    onLook?.();
  }

  async function drain(take: 'all' | 'line' = 'all'): Promise<void> {
    while (await read(take === 'all' ? Number.POSITIVE_INFINITY : 1));
  }

  async function read(lines: number): Promise<boolean> {
    const chunks = await reader.chunks(now);
    onLook?.();
    for (const { generation, bytes } of chunks) {
      const taken = Buffer.from(bytes.subarray(0, endOfLines(bytes, lines))).toString('latin1');
      text.push(...splitLines(taken));
      onTake?.(taken);
      reader.take(generation, taken.length, {});
    }
    return chunks.length > 0;
  }

  async function pass(ms: number): Promise<void> {
    await drain();
    now += ms;
    await drain();
  }

  function commit(): void {
    for (const [reason, amount] of Object.entries(reader.skipped())) {
      skipped[reason as SkipReason] = (skipped[reason as SkipReason] ?? 0) + amount;
    }
    ledger = addLedger(ledger, reader.accounted());
    committed = { records: JSON.stringify(reader.records()), text: [...text], skipped: { ...skipped }, ledger };
    assertLedger(ledger, reader.records());
  }

  return {
    folder,
    reader: () => reader,
    path,
    append: (name, content) => appendFileSync(path(name), content),
    rename: (from, to) => renameSync(path(from), path(to)),
    copyTruncate(from, to) {
      copyFileSync(path(from), path(to));
      truncateSync(path(from), 0);
    },
    start,
    drain,
    pass,
    wait(ms) {
      now += ms;
    },
    async readPart(lines) {
      await read(lines);
    },
    commit,
    crash: async () => await reader.close(),
    lines: () => text,
    skipped() {
      commit();
      return skipped;
    },
    records: () => reader.records(),
    problems: () => reader.problems(),
    ledger() {
      commit();
      return ledger;
    },
    now: () => now,
    async end() {
      await reader.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The law of the ledger, as a whole and of each generation. */
export function assertLedger(ledger: Ledger, records: readonly FileRecord[]): void {
  const unread = records
    .filter(({ state }) => state !== 'done')
    .reduce((sum, { size, offset }) => sum + size - offset, 0);
  const skipped = sumOf(ledger.skipped);
  assert.equal(ledger.present, ledger.taken + skipped + unread, `ledger ${JSON.stringify(ledger)}, unread ${unread}`);
  for (const { start = 0, offset, size, skippedBytes = {} } of records) {
    assert.ok(start + sumOf(skippedBytes) <= offset && offset <= size);
  }
}

function sumOf(skipped: Ledger['skipped']): number {
  return Object.values(skipped).reduce((sum, bytes) => sum + bytes, 0);
}

function endOfLines(bytes: Uint8Array, lines: number): number {
  let end = 0;
  for (let line = 0; line < lines && end < bytes.length; line += 1) {
    const next = bytes.indexOf(10, end);
    end = next === -1 ? bytes.length : next + 1;
  }
  return end;
}

/** Creates an empty file. */
export function touch(path: string): void {
  writeFileSync(path, '');
}

function splitLines(text: string): readonly string[] {
  return text.split('\n').filter((line, index, all) => index < all.length - 1 || line !== '');
}
