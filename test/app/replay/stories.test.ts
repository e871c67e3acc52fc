import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findStories } from '../../../src/app/replay/stories.ts';

test('one story of several has the settings of all, alone as among the others', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-stories-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const shared = join(folder, 'linesman.yaml');
  writeFileSync(shared, 'sources: []\n');
  for (const name of ['one', 'other']) {
    mkdirSync(join(folder, name, 'input'), { recursive: true });
    writeFileSync(join(folder, name, 'input', 'app.log'), 'a line\n');
  }
  const own = join(folder, 'other', 'linesman.yaml');
  writeFileSync(own, 'sources: []\n');

  assert.deepEqual(
    findStories(folder).stories.map(({ config }) => config),
    [shared, own],
  );
  assert.equal(findStories(join(folder, 'one')).stories[0]?.config, shared);
  assert.equal(findStories(join(folder, 'other')).stories[0]?.config, own);
});
