/** Names move on between the listing of a folder and the opening of what was found: logrotate renames one after the other. */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createBook } from '../../src/sources/book.ts';
import type { Context } from '../../src/sources/context.ts';
import type { Found } from '../../src/sources/listing.ts';
import { begin } from '../../src/sources/meeting.ts';
import { adoptPacked } from '../../src/sources/strangers.ts';

test('a file whose name has become another file since it was listed is not read as that one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reader-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [one, two] = [join(folder, 'access.log.1'), join(folder, 'access.log.2')];
  writeFileSync(one, 'first\n');
  writeFileSync(two, 'second\n');
  const listed = [foundAt(one), foundAt(two)];
  const context = contextFor(t);

  await begin(context, listed[0] as Found, 0, 'beginning');
  renameSync(two, join(folder, 'access.log.3'));
  renameSync(one, two);
  await begin(context, listed[1] as Found, 0, 'beginning');

  // The first is read once; the second is found under its new name.
  assert.deepEqual(
    context.book.active.map(({ ino }) => ino),
    [listed[0]?.ino],
  );
  assert.equal(context.findSoon, true);
});

test('nor is a compressed one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reader-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [one, two] = [join(folder, 'access.log.1.gz'), join(folder, 'access.log.2.gz')];
  writeFileSync(one, gzipSync('first\n'));
  writeFileSync(two, gzipSync('second\n'));
  const [first, second] = [foundAt(one), foundAt(two)];
  const { book } = contextFor(t);

  await adoptPacked(book, 'web', first, 0);
  renameSync(two, join(folder, 'access.log.3.gz'));
  renameSync(one, two);
  await adoptPacked(book, 'web', second, 0);

  assert.deepEqual(
    book.active.map(({ ino }) => ino),
    [first.ino],
  );
});

function foundAt(path: string): Found {
  const { dev, ino, size, mtimeMs } = statSync(path);
  return { path, name: path, dev, ino, size, mtimeMs, matched: false, rotated: false };
}

/** As much of it as beginning a file needs. */
function contextFor(t: TestContext): Context {
  const context = {
    ...{ source: 'web', book: createBook(), problems: new Map(), files: { limit: 9, opened: 0 }, findSoon: false },
  } as unknown as Context;
  t.after(async () => {
    for (const { handle, inflated } of context.book.active) await (handle ?? inflated)?.close();
  });
  return context;
}
