import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { loadConfig } from '../../src/config/config.ts';
import { OTHER_VARIABLES, VARIABLES } from '../../src/config/environment.ts';
import { configSchema } from '../../src/config/schema.ts';

const page = readFileSync(new URL('../../docs/CONFIG.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'linesman-docs-'));
// Not what may stand in the folder in which the tests run.
const nothing = join(folder, 'nothing.yaml');
writeFileSync(nothing, '');
after(() => rmSync(folder, { recursive: true }));

test('every key that may be written is on the page, and no other', () => {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });

  assert.deepEqual(firstCells('Keys of linesman.yaml').sort(), keysOf(schema as Schema).sort());
});

test('every variable that is read is on the page, and no other', () => {
  assert.deepEqual(firstCells('Variables').sort(), [...Object.keys(VARIABLES), ...OTHER_VARIABLES].sort());
});

test('the example on the page is right, down to the options of its watches', async () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const file = join(folder, 'linesman.yaml');
  // The folder of own patterns is not on this machine.
  writeFileSync(file, yaml.replace('/etc/linesman/patterns', folder));

  const config = loadConfig({ file, env: {}, hostname: 'x' });
  const watching = await loadWatching({ ...config, patterns: undefined });

  assert.equal(config.sources.length, 2);
  const burst = watching.lineWatches.find(({ watch }) => watch.name === 'http.5xx.burst');
  assert.equal(burst?.watch.clearAfterMs, 300_000);
  assert.equal(burst?.watch.options.minShare, 0.05);
});

test('the example of every variable is one that may be set', () => {
  for (const [variable = '', , , example = ''] of rows('Variables')) {
    if (variable === 'LINESMAN_CONFIG') continue;
    const other = { LINESMAN_MAIL_TO: 'a@example.com', LINESMAN_SMTP_URL: 'smtp://mail.example.com' };
    const config = loadConfig({ file: nothing, env: { ...other, [variable]: example }, hostname: 'x' });

    assert.deepEqual(config.warnings, [], variable);
  }
});

test('the defaults on the page are those of the code', () => {
  const config = loadConfig({ file: nothing, env: {}, hostname: 'HOST' });
  const defaults = Object.fromEntries(rows('Variables').map(([variable = '', , value]) => [variable, value]));

  assert.equal(defaults.LINESMAN_DATA, config.data);
  assert.equal(defaults.LINESMAN_HTTP, `${config.http.host}:${config.http.port}`);
  assert.equal(defaults.LINESMAN_LOG, config.log);
  assert.equal(defaults.LINESMAN_FROM, config.sources[0]?.from);
  assert.equal(defaults.LINESMAN_LOGS, config.sources[0]?.files?.join(','));
  assert.equal(defaults.LINESMAN_MAIL_FROM, config.mail.from);
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | false;
}

/** mail.to, sources[].name, watches.NAME.enabled */
function keysOf(schema: Schema, base = ''): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const path = base === '' ? key : `${base}.${key}`;
    return [path, ...keysOf(inner, path)];
  });
  const named = schema.additionalProperties ? keysOf(schema.additionalProperties, `${base}.NAME`) : [];
  return [...own, ...named, ...(schema.items ? keysOf(schema.items, `${base}[]`) : [])];
}

function firstCells(heading: string): string[] {
  return rows(heading).map(([first = '']) => first);
}

/** Cells of the table under a heading, without the code marks. */
function rows(heading: string): string[][] {
  const [, section = ''] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(page) ?? [];
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
  );
}
