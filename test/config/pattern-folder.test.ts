/** The operator's folder as it stands: what is read of it, and what shows that it changed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folderOf } from '../../src/app/reload/reloading.ts';
import { readFolder, stampsOf } from '../../src/config/pattern-folder.ts';

test('pattern files and observations are read; hidden ones, folders and others are not', async (t) => {
  const folder = await folderFor(t);
  await mkdir(join(folder, 'observations'));
  await mkdir(join(folder, 'folder.yaml'));
  for (const name of ['b.yaml', 'a.yml', '.a.yaml.swp', '.hidden.yaml', 'notes.txt', 'observations/o.yaml'])
    await writeFile(join(folder, name), name);

  const { files, unreadable } = await readFolder(folder);

  assert.deepEqual(
    [...files],
    ['a.yml', 'b.yaml', 'observations/o.yaml'].map((name) => [join(folder, name), name]),
  );
  assert.equal(unreadable.size, 0);
});

test('a fifo and a file that is too large are told and not waited for, and what is gone meanwhile is not there', async (t) => {
  const folder = await folderFor(t);
  execFileSync('mkfifo', [join(folder, 'fifo.yaml')]);
  await writeFile(join(folder, 'large.yaml'), Buffer.alloc(256 * 1024 + 1));
  await symlink('nowhere', join(folder, 'link.yaml'));

  const { files, unreadable } = await readFolder(folder);

  assert.equal(files.size, 0);
  assert.deepEqual(
    [...unreadable],
    [
      [join(folder, 'fifo.yaml'), 'It is no file; put a file there'],
      [join(folder, 'large.yaml'), 'It is larger than 256 KiB; split it'],
    ],
  );
});

test('the stamps differ after every way to change a file, and are the same where nothing changed', async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, 'a.yaml');
  const other = join(folder, 'other');
  await writeFile(file, 'one');
  const seen = [await stampsOf(folder)];
  assert.equal(await stampsOf(folder), seen[0]);
  const changes = [
    async () => await writeFile(file, 'longer'),
    async () => await writeFile(other, 'same s').then(async () => await rename(other, file)),
    async () => await utimes(file, 1, 1),
    async () => await rm(file),
    async () => await writeFile(other, 'x').then(async () => await symlink('other', file)),
    async () => await writeFile(other, 'what a link points at'),
  ];

  for (const change of changes) {
    await change();
    seen.push(await stampsOf(folder));
  }

  assert.equal(new Set(seen).size, changes.length + 1);
});

test('a folder that is not there is a mistake at the start, with what to do', async (t) => {
  const folder = join(await folderFor(t), 'missing');

  await assert.rejects(folderOf(folder), {
    code: 'CONFIG',
    message: `${folder}: There is no such folder; patterns or LINESMAN_PATTERNS names it. Make it (mkdir -p), an empty one will do, or leave the setting out`,
  });
});

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-patterns-'));
  t.after(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
}
