import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LineReader } from '../../src/core/ports.ts';
import type { Intake } from '../../src/sources/feed.ts';
import { pipeOf } from '../../src/sources/pipe.ts';
import { createStdinReader } from '../../src/sources/stdin.ts';
import { createStreamReader } from '../../src/sources/stream.ts';
import { createLineSplitter } from '../../src/sources/stream-lines.ts';
import { until } from '../support/until.ts';
import { createStreamHarness } from './stream-harness.ts';

test('lines that came are taken once, in their order, however they were cut', async () => {
  const { input, harness } = await startStdin();

  input.write('one\ntw');
  input.write('o\nthr');
  input.write('ee\n');
  await harness.takes(3);

  assert.deepEqual(harness.stored().lines, ['one', 'two', 'three']);
});

test('who waits for lines is woken by them', async () => {
  const { input, harness } = await startStdin();
  await harness.round();

  const waiting = harness.reader().wait(600_000);
  input.write('one\n');
  await waiting;

  assert.equal(await harness.round(), true);
});

test('a line that came between two looks does not wait', async () => {
  const { input, harness, said } = await startStdin();
  await harness.round();
  input.end('one\n');
  await until('it has come', () => said.length > 0);

  await harness.reader().wait(600_000);

  assert.equal(await harness.round(), true);
});

test('standard input ends: its last line is taken without LF, it is said once, and its record is done', async () => {
  const { input, harness, said } = await startStdin();

  input.end('one\ntwo');
  await harness.takes(2);
  await until('the end is seen', () => said.length > 0);
  await harness.round();

  const { lines, skipped, files } = harness.stored();
  assert.deepEqual(lines, ['one', 'two']);
  assert.deepEqual(skipped, { partial_final: 1 });
  assert.equal(files[0]?.state, 'done');
  assert.deepEqual(said, ['ended']);
  assert.deepEqual(harness.reader().problems(), []);
});

test('while nothing is stored standard input is read up to a bound, and no further', async () => {
  const { input, harness } = await startStdin();
  const line = `${'x'.repeat(999)}\n`;

  // write() says false when its own buffer is full, and then nobody reads any more.
  let written = 0;
  await until('the writer must wait', async () => {
    for (let i = 0; i < 100 && !input.writableNeedDrain; i += 1) {
      input.write(line);
      written += 1;
    }
    await new Promise((resolve) => setImmediate(resolve));
    return input.writableNeedDrain && input.readableLength > 0;
  });
  const waiting = harness.reader().records()[0]?.size ?? 0;
  await harness.takes(written);

  assert.ok(waiting >= 2 * 1024 * 1024, `${waiting} bytes`);
  assert.ok(waiting < 2.5 * 1024 * 1024, `${waiting} bytes`);
});

test('a line over a mebibyte is stepped over and counted, and the next one is taken', async () => {
  const { input, harness } = await startStdin();

  input.write(`${'x'.repeat(3 * 1024 * 1024)}\n`);
  input.write('two\n');
  await harness.takes(1);

  const { lines, skipped, ledger } = harness.stored();
  assert.equal(lines[0]?.slice(0, 9), 'two');
  assert.deepEqual(skipped, { line_too_long: 1 });
  assert.deepEqual(ledger, { present: 3 * 1024 * 1024 + 5, taken: 4, skipped: { line_too_long: 3 * 1024 * 1024 + 1 } });
});

test('a commit that the store refuses: its lines are given again', async () => {
  const { input, harness, said } = await startStdin();
  input.end('one\ntwo\nthree\n');
  await until('all has come', () => said.length > 0);
  await harness.round({ take: 'line' });

  await harness.round({ store: 'refuses' });
  await harness.takes(3);

  assert.deepEqual(harness.stored().lines, ['one', 'two', 'three']);
  assert.deepEqual(harness.stored().ledger, { present: 14, taken: 14, skipped: {} });
});

test('a store that forgets its last commits gets their lines and counts again', async () => {
  const { input, harness } = await startStdin();
  await writeEach(input, harness, ['a\n', 'b\n', `${'x'.repeat(1024 * 1024)}\nc\n`, 'd\n']);
  assert.deepEqual(harness.stored().skipped, { line_too_long: 1 });

  harness.forget(3);
  await harness.round();
  await harness.takes(4);

  assert.deepEqual(harness.stored().lines, ['a', 'b', 'c', 'd']);
  assert.deepEqual(harness.stored().skipped, { line_too_long: 1 });
});

test('what a store forgot and is no longer held is counted as dropped, with its lines', async () => {
  const { input, harness } = await startStdin();
  const blocks = Array.from({ length: 12 }, (_, i) => `${`${i}`.padEnd(524_287)}\n`);
  await writeEach(input, harness, blocks);

  harness.forget(11);
  await harness.round();
  await until('the rest is stored', async () => !(await harness.round()) && harness.stored().lines.length > 1);

  const { lines, skipped, ledger } = harness.stored();
  const missing = 12 - lines.length;
  assert.ok(missing > 0);
  assert.equal(lines.at(-1)?.trim(), '11');
  assert.deepEqual(skipped, { dropped: missing });
  assert.equal(ledger.skipped.dropped, missing * 524_288);
});

test('after a restart the lines held and not stored are counted as dropped, and what comes now is taken', async () => {
  const first = await startStdin();
  first.input.write('one\ntwo\n');
  await until('it has come', () => (first.harness.reader().records()[0]?.size ?? 0) > 0);
  await first.harness.round({ take: 'line' });
  const input = new PassThrough();

  await first.harness.restart(readerOf(input));
  input.write('three\n');
  await first.harness.takes(2);

  const { lines, ledger, files } = first.harness.stored();
  assert.deepEqual(lines, ['one', 'three']);
  assert.deepEqual(ledger, { present: 14, taken: 10, skipped: { dropped: 4 } });
  assert.deepEqual(
    files.map(({ state, offset, size }) => [state, offset, size]),
    [
      ['live', 6, 6],
      ['done', 8, 8],
    ],
  );
});

test('a store that forgot lines while linesman was away: they are counted as dropped, as the mirror saw them', async () => {
  const { input, harness } = await startStdin();
  await writeEach(input, harness, ['one\n', 'two\n', 'three\n']);
  harness.forget(1);

  await harness.restart(readerOf(new PassThrough()));
  await harness.round();

  assert.deepEqual(harness.stored().lines, ['one', 'two']);
  assert.deepEqual(harness.stored().ledger, { present: 14, taken: 8, skipped: { dropped: 6 } });
});

test('nor is a whole start forgotten without a count', async () => {
  const { harness } = await startStdin();
  const input = new PassThrough();
  await harness.restart(readerOf(input));
  await writeEach(input, harness, ['one\n', 'two\n']);
  harness.forget(9);

  await harness.restart(readerOf(new PassThrough()));
  await harness.round();

  assert.deepEqual(harness.stored().lines, []);
  assert.deepEqual(harness.stored().ledger, { present: 8, taken: 0, skipped: { dropped: 8 } });
});

test('many restarts leave few records', async () => {
  const { harness } = await startStdin();
  for (let i = 0; i < 10; i += 1) {
    const input = new PassThrough();
    await harness.restart(readerOf(input));
    input.write(`${i}\n`);
    await harness.takes(i + 1);
  }

  assert.equal(harness.stored().files.length, 4);
});

test('two that write to one source: what each brings is stored once', async () => {
  // One store, two readers, as two linesmen with one name by mistake: every commit of one is a conflict for the other.
  const inputs = [new PassThrough(), new PassThrough()];
  const readers = inputs.map((input) => readerOf(input));
  const stored: string[] = [];
  let files: string | undefined;
  const seen: (string | undefined)[] = [undefined, undefined];
  const round = async (reader: LineReader, index: number) => {
    const taken: string[] = [];
    for (const { generation, bytes } of await reader.chunks(0)) {
      taken.push(...Buffer.from(bytes).toString().split('\n').slice(0, -1));
      reader.take(generation, bytes.length, {});
    }
    if (seen[index] !== files || files === undefined) {
      await reader.open(files === undefined ? undefined : JSON.parse(files), 0);
      files ??= JSON.stringify(reader.records());
    } else {
      stored.push(...taken);
      files = JSON.stringify(reader.records());
    }
    seen[index] = files;
  };

  for (let i = 0; i < 20; i += 1) {
    for (const [index, reader] of readers.entries()) {
      inputs[index]?.write(`${index}.${i}\n`);
      await round(reader, index);
    }
  }
  await until('both are stored', async () => {
    for (const [index, reader] of readers.entries()) {
      await round(reader, index);
      await round(reader, index);
    }
    return stored.length >= 40;
  });

  const expected = [0, 1].flatMap((index) => Array.from({ length: 20 }, (_, i) => `${index}.${i}`));
  assert.deepEqual(stored.toSorted(), expected.toSorted());
});

test('whatever is brought, stored, refused and forgotten: every line once', async () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ bring: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ round: fc.constantFrom('all' as const, 'line' as const), refused: fc.boolean() }),
      fc.record({ forget: fc.integer({ min: 1, max: 3 }) }),
    ),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (actions) => {
      let intake: Intake | undefined;
      const reader = createStreamReader({
        ...{ source: 'web', name: 'test', holdBytes: 1024 },
        createFeed(given) {
          intake = given;
          return { ...QUIET_FEED };
        },
      });
      const harness = createStreamHarness(reader);
      await harness.open();
      const brought: string[] = [];

      for (const action of actions) {
        if ('bring' in action) {
          for (let i = 0; i < action.bring; i += 1) brought.push(`${brought.length}`.repeat(1 + (i % 7)));
          intake?.lines(
            Buffer.from(
              brought
                .slice(-action.bring)
                .map((line) => `${line}\n`)
                .join(''),
            ),
          );
        } else if ('round' in action) {
          await harness.round({ take: action.round, store: action.refused ? 'refuses' : 'takes' });
        } else harness.forget(action.forget);
        harness.stored();
      }
      await harness.round();
      await until('all is stored', async () => !(await harness.round()) && !(await harness.round()));

      assert.deepEqual(harness.stored().lines, brought);
      assert.deepEqual(harness.stored().skipped, {});
    }),
    { numRuns: 200 },
  );
});

test('lines are cut the same wherever the pieces end', () => {
  const text = fc
    .array(fc.constantFrom('a', 'bc', '\n', 'x'.repeat(9)), { maxLength: 30 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.nat(20), { maxLength: 10 }), (given, cuts) => {
      const whole = splitBy(given, []);
      const cut = splitBy(given, cuts);

      assert.equal(cut.bytes, whole.bytes);
      assert.equal(whole.bytes, Buffer.byteLength(given) + (given === '' || given.endsWith('\n') ? 0 : 1));
    }),
  );
});

const QUIET_FEED = {
  start: async () => undefined,
  pause() {},
  resume() {},
  problems: () => [],
  close: async () => {},
};

/** Bytes given and skipped together: none may be missing. */
function splitBy(text: string, cuts: readonly number[]): { readonly bytes: number } {
  let bytes = 0;
  const splitter = createLineSplitter(1_000, {
    lines: (lines) => {
      bytes += lines.length;
    },
    skip: (_, skipped) => {
      bytes += skipped;
    },
    partial() {},
  });
  let rest = Buffer.from(text);
  for (const cut of cuts) {
    splitter.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  splitter.push(rest);
  splitter.end();
  return { bytes };
}

function readerOf(input: PassThrough, onEnded: () => void = () => {}): LineReader {
  return createStdinReader({ source: 'web', open: (handlers) => pipeOf(input, handlers), onEnded });
}

async function startStdin() {
  const input = new PassThrough();
  const said: string[] = [];
  const reader = readerOf(input, () => said.push('ended'));
  const harness = createStreamHarness(reader);
  await harness.open();
  return { input, harness, said };
}

/** One commit each. */
async function writeEach(
  input: PassThrough,
  harness: ReturnType<typeof createStreamHarness>,
  pieces: readonly string[],
): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    input.write(piece);
    await harness.takes(index + 1);
  }
}
