/** Holds what a scanner says of bytes against what the RegExp says of their text. */
import assert from 'node:assert/strict';
import type { ObservationSpec } from '../../../../src/core/observe/observation.ts';
import { MAX_PATTERN_BYTES } from '../../../../src/core/parse/lines.ts';
import { type CompiledPattern, compilePattern, type PatternSpec } from '../../../../src/core/parse/pattern.ts';
import {
  ABSENT,
  INPUT_BYTES,
  MAX_ROWS,
  ROW_END,
  ROW_FITS,
  ROW_HEADER,
  ROW_NEXT,
  ROW_SAME_TIME,
  ROW_START,
  type Scanner,
} from '../../../../src/core/parse/scan/scanner.ts';
import { mayBeWrapped, unwrap } from '../../../../src/core/parse/wrappers/wrapped.ts';

const LF = 10;
const CR = 13;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Puts the bytes at `from` of the input, scans them, and checks every row. Gives the lines that fit. */
export function assertSameAnswer(pattern: CompiledPattern, scanner: Scanner, bytes: Uint8Array, from = 0): string[] {
  const end = from + bytes.length;
  assert.ok(end <= INPUT_BYTES);
  scanner.input.set(bytes, from);
  const fitting: string[] = [];
  let lastTime: string | undefined;
  let isFirst = true;
  let at = from;
  while (at < end) {
    const rows = scanner.scan(at, end);
    assert.ok(rows > 0 && rows <= MAX_ROWS);
    for (let row = 0; row < rows; row += 1) {
      const numbers = scanner.rows.subarray(row * scanner.stride, (row + 1) * scanner.stride);
      const text = assertLine(scanner, numbers, at, end);
      at = numbers[ROW_NEXT] as number;
      if (numbers[ROW_FITS] === 0) continue;
      assertFields(pattern, scanner, numbers, text);
      fitting.push(text);
      const time = timeOf(pattern, scanner, numbers);
      const isSame = time !== undefined && time === lastTime && Buffer.byteLength(time) <= 64;
      // The first row may have the time of a call before.
      if (!isFirst) assert.equal(numbers[ROW_SAME_TIME], isSame ? 1 : 0, `same time of ${JSON.stringify(text)}`);
      lastTime = time;
      isFirst = false;
    }
  }
  assert.equal(at, end);
  assert.deepEqual(scanner.input.slice(from, end), bytes, 'the input is left as it was');
  return fitting;
}

function assertLine(scanner: Scanner, row: Int32Array, at: number, end: number): string {
  const lf = scanner.input.subarray(0, end).indexOf(LF, at);
  const lineEnd = lf === -1 ? end : lf;
  const hasCr = lineEnd > at && scanner.input[lineEnd - 1] === CR;
  assert.deepEqual(
    [row[ROW_START], row[ROW_END], row[ROW_NEXT]],
    [at, hasCr ? lineEnd - 1 : lineEnd, lf === -1 ? end : lf + 1],
  );
  return decode(scanner, at, (row[ROW_END] as number) - at);
}

function assertFields(pattern: CompiledPattern, scanner: Scanner, row: Int32Array, text: string): void {
  const where = `${JSON.stringify(text)} with ${pattern.spec.expressions[0]}`;
  const raw = pattern.matchObserved(text);
  assert.ok(raw, `the RegExp does not match ${where}`);
  // Of what may be wrapped, whoever reads the row asks unwrap().
  const isAsked = mayBeWrapped(scanner.input, row[ROW_START] as number);
  assert.ok(isAsked || unwrap(text) === undefined, `a wrapper would be opened: ${where}`);
  assert.ok(
    !text.startsWith('\uFEFF') && (row[ROW_NEXT] as number) - (row[ROW_START] as number) <= MAX_PATTERN_BYTES + 1,
  );
  const expected = scanner.fields.map((field) => [field, pattern.rawOf(field)?.(raw)]);
  const actual = scanner.fields.map((field, column) => [field, textOf(scanner, row, column)]);
  assert.deepEqual(actual, expected, where);
}

function textOf(scanner: Scanner, row: Int32Array, column: number): string | undefined {
  const [start, length] = row.subarray(ROW_HEADER + 2 * column) as unknown as [number, number];
  return length === ABSENT ? undefined : decode(scanner, start, length);
}

function timeOf({ spec }: CompiledPattern, scanner: Scanner, row: Int32Array): string | undefined {
  const column = scanner.fields.indexOf(spec.time?.field ?? '');
  return column === -1 ? undefined : textOf(scanner, row, column);
}

function decode(scanner: Scanner, start: number, length: number): string {
  return decoder.decode(scanner.input.subarray(start, start + length));
}

/** A pattern of one expression all of whose fields are observed. */
export function patternOf(expression: string, more: Partial<PatternSpec> = {}): CompiledPattern {
  const fields = compilePattern({ ...EMPTY, expressions: [expression], ...more }).fieldNames;
  const series = [{ name: 'x', when: [], by: fields.filter((field) => field !== 'route'), evidence: false }];
  const observation: ObservationSpec = { series, tops: [] };
  return compilePattern({ ...EMPTY, expressions: [expression], observation, ...more });
}

const EMPTY: PatternSpec = {
  name: 'made-up',
  description: '',
  expressions: [],
  fields: {},
  observation: { series: [], tops: [] },
  samples: [],
  rejects: [],
};
