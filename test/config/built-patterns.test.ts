/** A build keeps what the shipped pattern files say; a start takes it for what the files say. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BUILT_PATTERNS_FILE, readBuiltPatterns } from '../../src/config/built-patterns.ts';
import { shippedPatterns } from '../tools/shipped-patterns.ts';

test('patterns and watches are the same behind a build', async (t) => {
  const shipped = await shippedPatterns();
  const file = await write(t, JSON.stringify(shipped));

  assert.deepEqual(await readBuiltPatterns(file), shipped);
});

test('the source has none, so that a change of a pattern file needs no build', async () => {
  assert.equal(await readBuiltPatterns(), undefined);
});

test('a damaged file is an error, not a start without patterns', async (t) => {
  const file = await write(t, '{"patterns": [');

  await assert.rejects(readBuiltPatterns(file), SyntaxError);
});

async function write(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-built-'));
  t.after(async () => await rm(folder, { recursive: true }));
  const file = join(folder, BUILT_PATTERNS_FILE);
  await writeFile(file, text);
  return file;
}
