import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readAgentId, renewAgentId } from '../../../src/app/place/agent-id.ts';

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-id-'));
  t.after(async () => await rm(folder, { recursive: true }));
  return folder;
}

test('a data folder keeps its id', async (t) => {
  const folder = await folderFor(t);

  const first = await readAgentId(folder);

  assert.equal(await readAgentId(folder), first);
  assert.notEqual(await readAgentId(await folderFor(t)), first);
});

test('an id that a loss of power emptied is made anew', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'agent-id'), '');

  const made = await readAgentId(folder);

  assert.match(made, /^[0-9a-f-]{36}$/);
  assert.equal(await readAgentId(folder), made);
});

test('a folder that is a copy gets an id of its own', async (t) => {
  const folder = await folderFor(t);
  const copied = await readAgentId(folder);

  const renewed = await renewAgentId(folder);

  assert.notEqual(renewed, copied);
  assert.equal(await readAgentId(folder), renewed);
});
