/** What docs/LINES.md and docs/TESTING-ALERTS.md show is what the program does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { createNormaliser } from '../../src/core/parse/normalised.ts';
import { compilePattern } from '../../src/core/parse/pattern.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINES = page('docs/LINES.md');
const ALERTS = page('docs/TESTING-ALERTS.md');

function page(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

function linesman(args: readonly string[], { input = '', cwd = ROOT } = {}) {
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'src/main.ts'), ...args], {
    ...{ input, cwd, encoding: 'utf8', env: { PATH: process.env.PATH } },
  });
  return { status, out: stdout };
}

/** The fenced block between two marks. */
function shown(mark: string): string {
  return new RegExp(`<!-- ${mark} -->\\n\`\`\`\\w*\\n([\\s\\S]*?)\`\`\`\\n<!-- /${mark} -->`).exec(LINES)?.[1] ?? '';
}

test('the objects of the page are what parse prints', () => {
  const objects = shown('parse');
  const input = objects
    .trimEnd()
    .split('\n')
    .map((object) => `${JSON.parse(object).line}\n`)
    .join('');

  // Of several that come as far any may be named.
  const anyName = (text: string) => text.replace(/: [a-z-]+ came furthest/, ': one came furthest');
  assert.equal(anyName(linesman(['parse', '-'], { input }).out), anyName(objects));
});

test('the tree of the page is what explain prints', () => {
  const [command = '', ...tree] = shown('explain').trimEnd().split('\n');
  const line = /^\$ linesman explain '(.*)'$/.exec(command)?.[1] ?? '';

  const { out } = linesman(['explain', line]);

  assert.deepEqual(out.split('\n').slice(0, tree.length), tree);
});

test('every field that is made or renamed is in the table', () => {
  const pattern = compilePattern({
    ...{ name: 'all', description: 'of a test', fields: {}, samples: [], rejects: [], status: 'status' },
    ...{
      expressions: ['(?<vhost>.) (?<host>.) (?<status>.) (?<request_time>.) (?<upstream_response_time>.) (?<rest>.*)'],
    },
    ...{ observation: { series: [], tops: [] }, fields: { status: 'int' } },
    keyValues: {
      ...{ field: 'rest', separator: ' ', assign: '=' },
      names: { us: 'upstream_status', ua: 'upstream', agent: 'agent', path: 'path', m: 'message', level: 'level' },
    },
    classes: { from: 'message', into: 'class', of: [{ name: 'disk', texts: ['full'] }], otherwise: 'other' },
  });
  const raw = pattern.match('v h 5 1 1 us=1 ua=1 agent=x path=/ m=full level=warn');
  assert.ok(raw);

  const names = Object.keys(createNormaliser(pattern)(raw)).filter((name) => !['agent', 'message'].includes(name));
  const table = LINES.slice(LINES.indexOf('### Fields'));
  for (const name of [...names, 'class']) assert.ok(table.includes(`\`${name}\``), name);
});

test('the example is laid out as the page says, and its commands succeed', () => {
  const files = ['linesman.yaml', 'patterns/app.yaml', 'out-of-stock/input/app.log.gz', 'quiet-night/expected.txt'];
  for (const file of files) {
    assert.ok(existsSync(join(ROOT, 'examples/alerting', file)), file);
    assert.ok(ALERTS.includes(file.split('/').at(-1) ?? ''), file);
  }
  const cwd = join(ROOT, 'examples');
  assert.equal(linesman(['pattern', 'test', 'alerting/patterns'], { cwd }).status, 0);

  const { status, out } = linesman(['test', 'alerting'], { cwd });

  assert.equal(status, 0, out);
  assert.ok(ALERTS.includes(`\`\`\`\n${out}\`\`\``));
});

test('the job is YAML, and what it runs are commands and options that there are', () => {
  const job = /```yaml\n([\s\S]*?)```/.exec(ALERTS)?.[1] ?? '';
  const steps: readonly { readonly run?: string }[] = parse(job).jobs.alerting.steps;
  const runs = steps.flatMap(({ run }) => (run?.includes('dist/main.js') ? [run.split('dist/main.js ')[1] ?? ''] : []));

  assert.equal(runs.length, 2);
  for (const run of runs) {
    const words = run.split(' ');
    const help = linesman([...words.slice(0, words[0] === 'pattern' ? 2 : 1), '--help']).out;
    for (const option of words.filter((word) => word.startsWith('--'))) assert.ok(help.includes(option), option);
  }
});
