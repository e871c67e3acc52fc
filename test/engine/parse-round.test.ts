import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParsedSlice } from '../../src/core/parse/slices.ts';
import type { SliceParser } from '../../src/core/ports.ts';
import { parseRound } from '../../src/engine/parse-round.ts';
import { parseInThread } from '../support/in-thread.ts';
import { nginxLine } from '../support/nginx-lines.ts';
import { PATTERNS, T0 } from './parts.ts';

const LIMITS = { now: T0 + 60_000, watermark: undefined, stopAt: Number.POSITIVE_INFINITY };

test('a slice that fails before the one in front of it is parsed is an error of the round, and of nobody else', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const line = nginxLine(T0, 200);
  const inTurn = parseInThread({ patterns: PATTERNS, timezone: 'UTC' }, 4, Buffer.byteLength(line));
  const first = Promise.withResolvers<ParsedSlice>();
  const parser: SliceParser = {
    ...inTurn,
    async parse(slice) {
      if (slice.offset === 0) return await first.promise;
      throw new Error('a thread ended');
    },
  };
  const bytes = Buffer.from(line.repeat(3));
  const chunk = { source: 'web', generation: 'g', offset: 0, bytes, pattern: 'nginx-timed', lastTime: T0 };

  const round = parseRound(parser, [chunk], LIMITS);
  const failed = assert.rejects(round, /a thread ended/);
  // By then every promise that failed and was asked by nobody has been told of.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  first.resolve(await inTurn.parse({ ...chunk, bytes: Buffer.from(line) }, { until: LIMITS.stopAt, ...LIMITS }));
  await failed;
  process.off('unhandledRejection', note);

  assert.deepEqual(unhandled, []);
});

test('of a quiet log little more is handed over than a round takes', async () => {
  const lines = Array.from({ length: 7_000 }, (_, at) => nginxLine(T0 + at * 10_000, 200)).join('');
  const { parser, handed } = counting(1024 * 1024);

  const { first, taken } = await parseRound(parser, [chunkOf(lines)], LIMITS);

  assert.equal(first, T0);
  assert.deepEqual(
    taken[0]?.tallies.map((tally) => tally.lines),
    [6],
  );
  assert.ok(lines.length > 1_000_000 && handed.reduce((sum, bytes) => sum + bytes, 0) < 300_000, String(handed));
});

test('of a busy log all that the round takes is parsed, however little is handed over first', async () => {
  const lines = Array.from({ length: 6_000 }, () => nginxLine(T0, 200)).join('');
  const { parser } = counting(512 * 1024);

  const { taken } = await parseRound(parser, [chunkOf(lines)], LIMITS);

  assert.equal(taken[0]?.consumed, lines.length);
  assert.equal(
    taken[0]?.tallies.reduce((sum, tally) => sum + tally.lines, 0),
    6_000,
  );
});

test('the first stamp is found behind more lines without one than are handed over first', async () => {
  const { parser } = counting(1024 * 1024);

  const { first } = await parseRound(
    parser,
    [chunkOf(`no stamp in here ${'x'.repeat(20_000)}\n`.repeat(10) + nginxLine(T0, 200))],
    LIMITS,
  );

  assert.equal(first, T0);
});

function chunkOf(lines: string) {
  return { source: 'web', generation: 'g', offset: 0, bytes: Buffer.from(lines), pattern: 'nginx-timed', lastTime: T0 };
}

/** A parser, and the sizes of all that it was handed. */
function counting(sliceBytes: number) {
  const inTurn = parseInThread({ patterns: PATTERNS, timezone: 'UTC' }, 4, sliceBytes);
  const handed: number[] = [];
  const parser: SliceParser = {
    ...inTurn,
    async firstTime(slice, now) {
      handed.push(slice.bytes.length);
      return await inTurn.firstTime(slice, now);
    },
    async parse(slice, limits) {
      handed.push(slice.bytes.length);
      return await inTurn.parse(slice, limits);
    },
  };
  return { parser, handed };
}
