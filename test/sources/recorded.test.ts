import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { UserError } from '../../src/core/errors.ts';
import { createRecordedReader, type RecordedReader } from '../../src/sources/recorded.ts';

const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
after(() => rmSync(folder, { recursive: true }));

test('plain and compressed files are read once, side by side', async () => {
  const plain = put('a.log', 'one\ntwo\n');
  const packed = put('b.log.gz', Buffer.concat([gzipSync('three\n'), gzipSync('four\n')]));
  const reader = createRecordedReader({ source: 'web', files: [plain, packed] });
  await reader.open(undefined, 0);

  const [first, second] = await reader.chunks(0);

  assert.equal(Buffer.from(first?.bytes ?? []).toString(), 'one\ntwo\n');
  assert.equal(Buffer.from(second?.bytes ?? []).toString(), 'three\nfour\n');
  assert.deepEqual(await readAll(reader), ['one', 'two', 'three', 'four']);
  assert.deepEqual(await reader.chunks(0), []);
  assert.equal(reader.bytesRead(), reader.bytesTotal());
  await reader.close();
});

test('a compressed file is known by its content, not by its name', async () => {
  const reader = createRecordedReader({ source: 'web', files: [put('packed.log', gzipSync('one\n'))] });
  await reader.open(undefined, 0);

  assert.deepEqual(await readAll(reader), ['one']);
  await reader.close();
});

test('a large file comes in whole lines, each once, with their positions', async () => {
  const expected = Array.from({ length: 50_000 }, (_, index) => `${index} ${'x'.repeat(index % 200)}`);
  const content = `${expected.join('\n')}\n`;
  const files = [put('large.log', content), put('large.log.gz', gzipSync(content))];
  const reader = createRecordedReader({ source: 'web', files });
  await reader.open(undefined, 0);
  const seen = new Map<string, string>();

  for (let chunks = await reader.chunks(0); chunks.length > 0; chunks = await reader.chunks(0)) {
    for (const { generation, bytes, offset } of chunks) {
      const text = seen.get(generation) ?? '';
      assert.equal(offset, text.length);
      // Half of each chunk is taken, so that the rest comes again.
      const taken = bytes.indexOf(10, Math.floor(bytes.length / 2)) + 1 || bytes.length;
      seen.set(generation, text + Buffer.from(bytes.subarray(0, taken)).toString());
      reader.take(generation, taken, {});
    }
  }

  for (const text of seen.values()) assert.ok(text === content);
  assert.equal(seen.size, 2);
  await reader.close();
});

test('over-long lines are stepped over, a last line without its end is taken; both are counted', async () => {
  const content = `one\n${'x'.repeat(3 * 1024 * 1024)}\n\0two\nthree`;
  const reader = createRecordedReader({ source: 'web', files: [put('long.log', content)] });
  await reader.open(undefined, 0);

  assert.deepEqual(await readAll(reader), ['one', '\0two', 'three']);
  assert.deepEqual(reader.skipped(), { line_too_long: 1, partial_final: 1 });
  assert.deepEqual(reader.skipped(), {});
  await reader.close();
});

test('an empty file gives nothing', async () => {
  const reader = createRecordedReader({ source: 'web', files: [put('empty.log', ''), put('e.gz', gzipSync(''))] });
  await reader.open(undefined, 0);

  assert.deepEqual(await reader.chunks(0), []);
  await reader.close();
});

test('a missing file, a folder and damaged gzip are named', async () => {
  await assert.rejects(openOf(join(folder, 'none.log')), isInput(/none.log' cannot be read: there is no such file/));
  await assert.rejects(openOf(folder), isInput(/it is a folder/));
  const torn = put('torn.gz', gzipSync('one\n'.repeat(1_000)).subarray(0, 30));
  await assert.rejects(openOf(torn), isInput(/torn.gz' cannot be read: its gzip ends too early/));
});

test("'-' reads standard input, compressed too", async () => {
  const program = `
    import { createRecordedReader } from '${new URL('../../src/sources/recorded.ts', import.meta.url).href}';
    const reader = createRecordedReader({ source: 'web', files: ['-'] });
    await reader.open(undefined, 0);
    for (let chunks = await reader.chunks(0); chunks.length > 0; chunks = await reader.chunks(0)) {
      for (const { generation, bytes } of chunks) {
        process.stdout.write(bytes);
        reader.take(generation, bytes.length, {});
      }
    }
    await reader.close();`;
  for (const input of [Buffer.from('one\ntwo\n'), gzipSync('one\ntwo\n')]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
    child.stdin.end(input);

    const [code] = await once(child, 'close');

    assert.equal(code, 0);
    assert.equal(output, 'one\ntwo\n');
  }
});

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(reader: RecordedReader): Promise<readonly string[]> {
  let text = '';
  for (let chunks = await reader.chunks(0); chunks.length > 0; chunks = await reader.chunks(0)) {
    for (const { generation, bytes } of chunks) {
      text += `${Buffer.from(bytes).toString()}${bytes.at(-1) === 10 ? '' : '\n'}`;
      reader.take(generation, bytes.length, {});
    }
  }
  return text.split('\n').slice(0, -1);
}

async function openOf(path: string): Promise<void> {
  const reader = createRecordedReader({ source: 'web', files: [path] });
  try {
    await reader.open(undefined, 0);
    await reader.chunks(0);
  } finally {
    await reader.close();
  }
}

function isInput(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UserError && error.code === 'INPUT' && message.test(error.message);
}
