/** Each example of linesman.yaml on these pages is one that a start takes. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { loadConfig } from '../../src/config/config.ts';

const PAGES = ['README.md', 'docs/CHECKS.md', 'docs/WATCHES.md', 'docs/MACHINE.md'];
const folder = mkdtempSync(join(tmpdir(), 'linesman-examples-'));
after(() => rmSync(folder, { recursive: true }));

for (const page of PAGES) {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, example = '']) => example);

  for (const [index, example] of examples.entries())
    test(`${page}, example ${index + 1}`, async () => {
      const file = join(folder, 'linesman.yaml');
      writeFileSync(file, example);
      const config = loadConfig({ file, env: { LINESMAN_NGINX_CONF: 'off' }, hostname: 'web-1' });

      const { machineWatches } = await loadWatching(config);

      const armed = machineWatches.map(({ watch }) => watch.name);
      for (const { name } of config.checks) assert.ok(armed.includes(`check.${name}`), name);
    });
}

test('there are such examples', () => {
  assert.match(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'), /^```yaml\nchecks:/m);
});
