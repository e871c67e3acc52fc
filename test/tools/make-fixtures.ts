/** `node test/tools/make-fixtures.ts [story…]`: writes the input files of fixtures/, the same ones each time. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { STORIES } from './fixture-stories.ts';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

function makeFixture(name: string): void {
  const files = STORIES[name]?.();
  if (!files) throw new Error(`there is no story '${name}'; there are ${Object.keys(STORIES).join(', ')}`);
  const folder = join(FIXTURES, name, 'input');
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) rmSync(join(folder, old));
  for (const [file, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, file), file.endsWith('.gz') ? gzipSync(bytes, { level: 9 }) : bytes);
  }
}

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  for (const name of wanted.length > 0 ? wanted : Object.keys(STORIES)) makeFixture(name);
}
