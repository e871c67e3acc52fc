import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createFrameSplitter } from '../../src/sources/syslog-frames.ts';

const SIZE = 60_000;
const TEXT = `<13>${'x'.repeat(SIZE - 5)}`;

for (const [kind, frame] of [
  ['with a count', `${SIZE - 1} ${TEXT}`],
  ['with LF', `${TEXT}\n`],
] as const) {
  test(`a frame ${kind} that comes byte by byte is copied a few times, not once a byte`, (t) => {
    const lines: string[] = [];
    const splitter = createFrameSplitter({
      lines: (line) => void lines.push(Buffer.from(line).toString()),
      skip: () => assert.fail('skipped'),
      partial: () => assert.fail('partial'),
    });
    const bytes = Buffer.from(frame);

    const copied = countCopies(t);
    for (let at = 0; at < bytes.length; at += 1) splitter.push(bytes.subarray(at, at + 1));

    assert.deepEqual(lines, [`${TEXT}\n`]);
    assert.ok(copied() < 8 * SIZE, `${copied()} bytes`);
  });
}

/** Bytes that were copied from one place of memory to another since, in any of the ways there are. */
function countCopies(t: TestContext): () => number {
  let bytes = 0;
  const arrays = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const set = arrays.set;
  const copyWithin = arrays.copyWithin;
  const concat = Buffer.concat;
  const from = Buffer.from as (...given: unknown[]) => Buffer;
  t.mock.method(arrays, 'set', function (this: Uint8Array, source: ArrayLike<number>, at?: number) {
    bytes += source.length;
    set.call(this, source, at);
  });
  t.mock.method(arrays, 'copyWithin', function (this: Uint8Array, to: number, start: number, end?: number) {
    bytes += (end ?? this.length) - start;
    return copyWithin.call(this, to, start, end);
  });
  t.mock.method(Buffer, 'concat', (list: readonly Uint8Array[], total?: number) => {
    const joined = concat(list, total);
    bytes += joined.length;
    return joined;
  });
  t.mock.method(Buffer, 'from', (...given: unknown[]) => {
    const made = from(...given);
    // A view of memory that is there already copies nothing.
    if (!(given[0] instanceof ArrayBuffer)) bytes += made.length;
    return made;
  });
  return () => bytes;
}
