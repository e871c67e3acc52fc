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
