import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { promisify } from 'node:util';
import { openJournal } from '../../src/notifiers/journal.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

test('what was appended is known, now and after the next start', async () => {
  const folder = await newFolder();
  const first = await openJournal(folder);
  await first.append({ id: 'a', at: 1, outcome: 'sent' });
  assert.equal(first.has('a'), true);
  await first.close();

  const second = await openJournal(folder);

  assert.deepEqual([second.has('a'), second.has('b')], [true, false]);
  await second.close();
});

test('an appended line is in the file when append resolves', async () => {
  const folder = await newFolder();
  const journal = await openJournal(folder);

  await Promise.all(['a', 'b', 'c'].map((id) => journal.append({ id, at: 1, outcome: 'dead' })));

  const text = await readFile(join(folder, 'delivered.jsonl'), 'utf8');
  assert.deepEqual(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id),
    ['a', 'b', 'c'],
  );
  await journal.close();
});

test('a last line torn anywhere loses only itself, and what is appended next is whole', async () => {
  const line = '{"id":"b","at":2,"outcome":"sent"}\n';
  for (let cut = 1; cut < line.length; cut += 1) {
    const folder = await newFolder();
    const path = join(folder, 'delivered.jsonl');
    await writeFile(path, `{"id":"a","at":1,"outcome":"sent"}\n${line}`);
    await truncate(path, 35 + line.length - cut);

    const journal = await openJournal(folder);
    await journal.append({ id: 'c', at: 3, outcome: 'sent' });
    await journal.close();

    const again = await openJournal(folder);
    // Without its newline alone the line is whole.
    assert.deepEqual([again.has('a'), again.has('b'), again.has('c')], [true, cut === 1, true], `cut ${cut}`);
    await again.close();
  }
});

test('lines that are no entries are left out', async () => {
  const folder = await newFolder();
  const path = join(folder, 'delivered.jsonl');
  await appendFile(path, 'null\n[]\n{"id":7,"at":1,"outcome":"sent"}\n{"id":"x","at":1,"outcome":"lost"}\n\0\0\0\n');
  await appendFile(path, '{"id":"good","at":1,"outcome":"sent"}\n');

  const journal = await openJournal(folder);

  assert.deepEqual([journal.has('x'), journal.has('good')], [false, true]);
  await journal.close();
});

test('an entry that finds the disk full is known all the same, is said, and is in the file when there is room again', async () => {
  const folder = await newFolder();
  const journal = await openJournal(folder);
  await journal.append({ id: 'before', at: 1, outcome: 'sent' });
  const { size } = await stat(join(folder, 'delivered.jsonl'));

  await limitFileSize(size + 10);
  await assert.rejects(journal.append({ id: 'full', at: 2, outcome: 'sent' }), { code: 'EFBIG' });
  assert.equal(journal.has('full'), true);
  await limitFileSize('unlimited');
  await journal.append({ id: 'after', at: 3, outcome: 'sent' });
  assert.deepEqual(['before', 'full', 'after'].map(journal.has), [true, true, true]);
  await journal.close();

  const again = await openJournal(folder);
  assert.deepEqual(['before', 'full', 'after'].map(again.has), [true, true, true]);
  await again.close();
});

test('only the newest 10,000 are kept', async () => {
  const folder = await newFolder();
  const lines = Array.from({ length: 10_005 }, (_, index) => `{"id":"n${index}","at":${index},"outcome":"sent"}\n`);
  await writeFile(join(folder, 'delivered.jsonl'), lines.join(''));

  const journal = await openJournal(folder);

  assert.deepEqual([journal.has('n4'), journal.has('n5'), journal.has('n10004')], [false, true, true]);
  assert.equal((await readFile(join(folder, 'delivered.jsonl'), 'utf8')).split('\n').length, 10_001);
  await journal.close();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-journal-'));
  folders.push(folder);
  return folder;
}

/** Files of this process cannot grow beyond it: what is written fits in part, as on a full disk. */
async function limitFileSize(bytes: number | 'unlimited'): Promise<void> {
  await promisify(execFile)('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);
}
