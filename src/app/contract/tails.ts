/** Holds the last lines of files against the patterns: what the start-up contract and `linesman doctor` say of formats. */
import { open } from 'node:fs/promises';
import type { SliceParser } from '../../core/ports.ts';
import type { FileFormat } from '../../core/reading/contract.ts';
import type { Tally } from '../../core/types.ts';

/** Of each file. */
export const TAIL_LINES = 100;
const TAIL_BYTES = 64 * 1024;
/** Series keys of one tail; labels come from lines. */
const KEYS_MAX = 1_000;
const LF = 10;

export interface Tail extends FileFormat {
  /** Patterns that took lines. */
  readonly patterns: readonly string[];
  /** Keys of the series the lines gave. */
  readonly keys: readonly string[];
  /** The newest stamp. */
  readonly newest?: number | undefined;
}

/** Undefined where it cannot be read now. */
export async function readTail(path: string, parser: SliceParser, now: number): Promise<Tail | undefined> {
  const bytes = await lastLines(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  if (bytes.length === 0) return { name: path, lines: 0, matched: 0, patterns: [], keys: [] };
  const slice = { source: 'contract', generation: 'contract', offset: 1, bytes };
  const limits = { now, until: Number.MAX_SAFE_INTEGER, watermark: undefined };
  return tailOf(path, (await parser.parse(slice, limits)).tally);
}

function tailOf(name: string, { lines, totals, cells, timeMax }: Tally): Tail {
  const sums = new Map<string, number>();
  for (const { pattern, count } of totals)
    if (pattern !== 'unmatched') sums.set(pattern, (sums.get(pattern) ?? 0) + count);
  const patterns = [...sums].sort(([, a], [, b]) => b - a).map(([pattern]) => pattern);
  const matched = [...sums.values()].reduce((sum, count) => sum + count, 0);
  const keys = [...new Set(cells.map(({ series }) => series))].slice(0, KEYS_MAX);
  return { name, lines, matched, pattern: patterns[0], patterns, keys, newest: timeMax };
}

/** Whole lines only. */
async function lastLines(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(size, TAIL_BYTES)), 0, undefined, from);
    const read = buffer.subarray(0, bytesRead);
    const end = read.lastIndexOf(LF) + 1;
    const first = from === 0 ? 0 : read.indexOf(LF) + 1;
    return read.subarray(startOfLast(read, first, end), end);
  } finally {
    await file.close();
  }
}

function startOfLast(bytes: Uint8Array, first: number, end: number): number {
  let start = end;
  for (let lines = 0; lines < TAIL_LINES && start > first; lines += 1) {
    // Before the line end that ends the line before.
    start = start < 2 ? 0 : bytes.lastIndexOf(LF, start - 2) + 1;
  }
  return Math.max(first, start);
}
