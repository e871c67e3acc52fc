/** Finds the fields of the many lines that fit a pattern in the plain way, on their bytes and without a string. */
import type { PatternSpec } from '../pattern.ts';
import { emitScan } from './emit-scan.ts';
import { asciiHashFunction, hashFunction, isKeptFunction } from './emit-texts.ts';
import { NotPlain } from './expression-reader.ts';
import { columnOffset, KEPT_BYTES, type MemoryMap, PAGE_BYTES, TIME_LENGTH, WORD_BYTES } from './memory.ts';
import { INPUT_BYTES } from './rows.ts';
import { planScan, type ScanPlan } from './scan-plan.ts';
import { canRun, instantiate } from './wasm-module.ts';

export * from './rows.ts';

/**
 * Made from a pattern. It says that a line fits only where the pattern's first expression that matches it gives the same
 * fields; of all other lines it says nothing, and the RegExp, which defines the meaning, has to be asked. Lines in most
 * wrappers do not fit; who reads a row asks mayBeWrapped() for the others.
 */
export interface Scanner {
  /** Fields that are observed and stand in the line as text, in the order of their columns. */
  readonly fields: readonly string[];
  /** The lines are put here, whole ones, INPUT_BYTES at most. */
  readonly input: Uint8Array;
  /** Numbers of one row. */
  readonly stride: number;
  /**
   * Of every row: 1 where it fits (else 0 and no fields), start of the line, its end without LF and one CR before it,
   * start of the next line, 1 where the time's text is that of the last row that fits, then the fields.
   */
  readonly rows: Int32Array;
  /** Writes a row for each line of input[from, end), MAX_ROWS at most; the last line may lack its LF. Returns how many. */
  scan(from: number, end: number): number;
  /** All the memory; positions in the input are places in it. */
  readonly memory: Uint8Array;
  /** The place from which on there is room for what its user writes. */
  readonly room: number;
  /** The number that hashBytes() makes from the bytes of a text in the memory. */
  hash(start: number, length: number): number;
  /** The same; 0 where there is a byte beyond ASCII, and else seldom. */
  asciiHash(start: number, length: number): number;
  /** Memory for texts to be remembered, beside the input, and whether one that is kept there is the one in the input. */
  readonly kept: Uint8Array;
  isKept(keptStart: number, start: number, length: number): boolean;
}

/**
 * With so many bytes of room. Undefined where the pattern has no plain way, or the machine no WebAssembly. One user: its
 * memory is used again.
 */
export function createScanner(spec: PatternSpec, roomBytes = 0): Scanner | undefined {
  const plan = canRun() ? plainPlan(spec) : undefined;
  if (plan === undefined) return undefined;
  const { scan, memory } = emitScan(plan);
  const exports = instantiate({
    functions: [scan, hashFunction(), asciiHashFunction(), isKeptFunction(memory.kept)],
    pages: memory.pages + Math.ceil(roomBytes / PAGE_BYTES),
    data: { at: TIME_LENGTH, bytes: NO_TIME },
  }) as ScannerExports;
  const { buffer } = exports.memory;
  return {
    fields: plan.fields,
    input: new Uint8Array(buffer, 0, INPUT_BYTES),
    stride: columnOffset(plan.fields.length) / WORD_BYTES,
    rows: rowsIn(buffer, memory),
    scan: exports.scan,
    memory: new Uint8Array(buffer),
    room: memory.pages * PAGE_BYTES,
    hash: exports.hash,
    asciiHash: exports.asciiHash,
    kept: new Uint8Array(buffer, memory.kept, KEPT_BYTES),
    isKept: exports.isKept,
  };
}

interface ScannerExports extends Pick<Scanner, 'scan' | 'hash' | 'asciiHash' | 'isKept'> {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** ABSENT as the length of the last time. */
const NO_TIME = [0xff, 0xff, 0xff, 0xff];

function plainPlan(spec: PatternSpec): ScanPlan | undefined {
  try {
    return planScan(spec);
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

function rowsIn(buffer: ArrayBuffer, { rows, kept }: MemoryMap): Int32Array {
  return new Int32Array(buffer, rows, (kept - rows) / WORD_BYTES);
}
