/** Which files were there before, and what is read of them. */
import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FileRecord } from '../../src/core/types.ts';
import { type EarlierFile, listEarlier } from '../../src/sources/earlier-files.ts';
import { createEarlierReader, firstBytesOf } from '../../src/sources/earlier-reader.ts';

test('the files of each log are found by the names that rotation gives, oldest first', async (t) => {
  const { folder, write } = await createFolder(t);
  for (const [name, age] of [
    ...[['access.log', 0] as const, ['access.log.1', 1] as const, ['access.log.2.gz', 2] as const],
    ...[
      ['error.log', 0] as const,
      ['error.log.1', 1] as const,
      ['access.log.json', 1] as const,
      ['other.txt', 0] as const,
    ],
  ])
    await write(name, 'line\n', age);
  await write('error.log.2', '', 2);

  const { logs, ahead } = await listEarlier([join(folder, '*.log')], [], 0);

  assert.deepEqual(names(logs), [
    ['access.log.2.gz', 'access.log.1', 'access.log'],
    ['error.log.1', 'error.log'],
  ]);
  assert.deepEqual(ahead, []);
});

test('a glob that names rotated files too makes no log of each of them', async (t) => {
  const { folder, write } = await createFolder(t);
  await write('access.log', 'line\n', 0);
  await write('access.log.1', 'line\n', 1);

  const { logs } = await listEarlier([join(folder, '*')], [], 0);

  assert.deepEqual(names(logs), [['access.log.1', 'access.log']]);
});

test('what is too old is left out, and what is read from its beginning is no earlier file', async (t) => {
  const { folder, write } = await createFolder(t);
  const path = await write('access.log', 'line\n', 0);
  await write('access.log.1', 'line\n', 1);
  await write('access.log.2', 'line\n', 20);
  const { dev, ino } = await stat(path);
  const record = { state: 'live', offset: 0, size: 5, dev, ino } as FileRecord;

  const { logs, ahead } = await listEarlier([join(folder, '*.log')], [record], Date.now() - 14 * DAY_MS);

  assert.deepEqual(names(logs), [['access.log.1']]);
  assert.deepEqual(names([ahead]), [['access.log']]);
});

test('nor is one that was empty when reading began, whatever it has by now', async (t) => {
  const { folder, write } = await createFolder(t);
  const { dev, ino } = await stat(await write('access.log', 'written since\n', 0));
  const record = { state: 'live', offset: 0, size: 0, dev, ino } as FileRecord;

  const { logs, ahead } = await listEarlier([join(folder, '*.log')], [record], 0);

  assert.deepEqual(logs, []);
  assert.deepEqual(names([ahead]), [['access.log']]);
});

test('each log is read file by file, packed ones too, and logs side by side', async (t) => {
  const { folder, write } = await createFolder(t);
  await write('a.log.1.gz', 'a1\n', 1);
  await write('a.log', 'a2\n', 0);
  await write('b.log', 'b1\nb2\n', 0);
  const { logs } = await listEarlier([join(folder, '*.log')], [], 0);

  assert.deepEqual(await readAll(logs), ['a1\n|b1\nb2\n', 'a2\n']);
});

test('what is damaged, or gone, costs a sentence, and what was renamed is found', async (t) => {
  const { folder, write } = await createFolder(t);
  await write('a.log.3', 'gone\n', 3);
  await writeFile(join(folder, 'a.log.2.gz'), gzipSync('damaged\n'.repeat(999)).subarray(0, 30));
  await utimes(join(folder, 'a.log.2.gz'), daysAgo(2), daysAgo(2));
  await write('a.log.1', 'renamed\n', 1);
  await write('a.log', 'last\n', 0);
  const { logs } = await listEarlier([join(folder, '*.log')], [], 0);
  await rm(join(folder, 'a.log.3'));
  await rename(join(folder, 'a.log.1'), join(folder, 'a.log.4'));
  const reader = readerOf(logs);

  assert.deepEqual(await chunksOf(reader), ['renamed\n', 'last\n']);
  assert.equal(reader.leftOut().length, 2);
  assert.match(reader.leftOut()[0] ?? '', /^a\.log\.3 is gone/);
  assert.match(reader.leftOut()[1] ?? '', /its gzip ends too early/);
});

test('files that ended before a time are skipped, and said', async (t) => {
  const { folder, write } = await createFolder(t);
  for (const age of [3, 2, 1]) await write(`a.log.${age}`, `day ${age}\n`, age);
  await write('a.log', 'today\n', 0);
  const { logs } = await listEarlier([join(folder, '*.log')], [], 0);
  const reader = createEarlierReader(
    'test',
    logs.map((files) => files.map((file) => ({ ...file, first: file.mtimeMs - DAY_MS }))),
    ANY,
  );
  const first = await reader.chunks(0);
  await reader.skipTo(Date.now() - 1.5 * DAY_MS);

  assert.equal(textOf(first[0]?.bytes), 'day 3\n');
  assert.deepEqual(await chunksOf(reader), ['day 1\n', 'today\n']);
  assert.deepEqual(reader.leftOut(), ['a.log.2 is older than there was time for.']);
});

test('the first lines of a file are whole, and none of one that cannot be read', async (t) => {
  const { write } = await createFolder(t);
  const path = await write('a.log.1.gz', 'one\ntwo\nhalf', 1);
  const { dev, ino, size, mtimeMs } = await stat(path);
  const file = { path, dev, ino, size, mtimeMs };

  assert.equal(textOf(await firstBytesOf(file)), 'one\ntwo\n');
  assert.equal((await firstBytesOf({ ...file, ino: ino + 1 })).length, 0);
});

test('of a log of years what is too old is left out unread, and more of it where there is no time, once and no line twice', async (t) => {
  const { folder, write } = await createFolder(t);
  const lines = 800_000;
  await write('a.log', numbered(0, lines), 0);
  const { logs } = await listEarlier([join(folder, '*.log')], [], 0);
  const reader = createEarlierReader(
    'test',
    logs.map((files) => files.map((file) => ({ ...file, first: 0 }))),
    { stampOf: async (bytes) => Number.parseInt(textOf(bytes), 10), from: lines / 2 },
  );
  const [first] = await reader.chunks(0);
  const begin = Number.parseInt(textOf(first?.bytes), 10);
  if (first) reader.take(first.generation, 80, {});
  await reader.skipTo(begin);
  const [again] = await reader.chunks(0);
  await reader.skipTo(lines * 0.75);
  const rest = (await chunksOf(reader)).join('').trimEnd().split('\n').map(Number);

  assert.ok(begin <= lines / 2 && begin > lines / 2 - NEAR_LINES, `${begin}`);
  assert.equal(Number.parseInt(textOf(again?.bytes), 10), begin + 10);
  const from = rest[0] ?? 0;
  assert.ok(from <= lines * 0.75 && from > lines * 0.75 - NEAR_LINES, `${from}`);
  assert.deepEqual(
    rest,
    Array.from({ length: lines - from }, (_, i) => from + i),
  );
  assert.deepEqual(reader.leftOut(), ['The beginning of a.log is older than there was time for.']);
  assert.deepEqual(
    reader.read().map((path) => basename(path)),
    ['a.log'],
  );
});

test('a packed file has no places, and is read on', async (t) => {
  const { folder, write } = await createFolder(t);
  await write('a.log.1.gz', numbered(0, 300_000), 1);
  await write('a.log', 'end\n', 0);
  const { logs } = await listEarlier([join(folder, '*.log')], [], 0);
  const reader = createEarlierReader(
    'test',
    logs.map((files) => files.map((file) => ({ ...file, first: undefined }))),
    { stampOf: async (bytes) => Number.parseInt(textOf(bytes), 10), from: 200_000 },
  );
  await reader.chunks(0);
  await reader.skipTo(250_000);

  assert.equal((await chunksOf(reader)).join(''), `${numbered(0, 300_000)}end\n`);
});

const DAY_MS = 86_400_000;
/** No stamps, and nothing too old. */
const ANY = { stampOf: async () => undefined, from: Number.NEGATIVE_INFINITY };
/** A mebibyte of those that numbered() makes. */
const NEAR_LINES = 1024 * 128;

/** Lines of eight bytes with their number. */
function numbered(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `${String(from + i).padStart(7, '0')}\n`).join('');
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}

async function createFolder(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-earlier-'));
  t.after(async () => await rm(folder, { recursive: true }));
  /** Written last so many days ago. */
  async function write(name: string, text: string, days: number): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
    await utimes(path, daysAgo(days), daysAgo(days));
    return path;
  }
  return { folder, write };
}

function names(logs: readonly (readonly EarlierFile[])[]): readonly (readonly string[])[] {
  return logs.map((files) => files.map(({ path }) => basename(path)));
}

function readerOf(logs: readonly (readonly EarlierFile[])[]) {
  return createEarlierReader(
    'test',
    logs.map((files) => files.map((file) => ({ ...file, first: undefined }))),
    ANY,
  );
}

async function readAll(logs: readonly (readonly EarlierFile[])[]): Promise<readonly string[]> {
  return await chunksOf(readerOf(logs));
}

/** Text of the chunks of each call, all taken. */
async function chunksOf(reader: ReturnType<typeof createEarlierReader>): Promise<readonly string[]> {
  const calls: string[] = [];
  for (;;) {
    const chunks = await reader.chunks(0);
    if (chunks.length === 0) break;
    calls.push(chunks.map(({ bytes }) => textOf(bytes)).join('|'));
    for (const { generation, bytes } of chunks) reader.take(generation, bytes.length, {});
  }
  await reader.close();
  return calls;
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}
