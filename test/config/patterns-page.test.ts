import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { judgeExpressions } from '../../src/config/expression-safety.ts';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { FIELD_KINDS } from '../../src/core/parse/field-kind.ts';
import { GROK_NAMES } from '../../src/core/parse/grok-names.ts';
import { TIME_FORMATS } from '../../src/core/parse/stamps.ts';

const page = readFileSync(new URL('../../docs/PATTERNS.md', import.meta.url), 'utf8');
const shipped = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

test('the example of the page is a pattern without a mistake', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'patterns-page-'));
  try {
    mkdirSync(join(folder, 'observations'));
    writeFileSync(join(folder, 'app.yaml'), example);

    const { patterns } = loadPatterns({ folders: [folder], checkWatch: () => [] });

    assert.deepEqual(
      patterns.map(({ name }) => name),
      ['app'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the example of a histogram and of distinct values can be observed', () => {
  const observe = /```yaml\n(observe:[\s\S]*?)```/.exec(page)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'patterns-page-'));
  const read =
    "name: app\ndescription: x\nexpressions: ['%{IP:client} %{NUMBER:took:float}']\nsamples: [{ line: '10.0.0.1 0.5' }]\n";
  try {
    writeFileSync(join(folder, 'app.yaml'), `${read}${observe}`);

    const { patterns } = loadPatterns({ folders: [folder], checkWatch: () => [] });

    const { series, distincts } = patterns[0]?.spec.observation ?? {};
    assert.equal(series?.[1]?.histogram, true);
    assert.deepEqual(distincts, [{ series: 'app.requests', by: 'client' }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what the page says of a hostile expression is what is said', async () => {
  const [verdict] = await judgeExpressions(['^(?:(a+)+b)$']);

  const said = /app\.yaml:5:5: (.*)…/.exec(page)?.[1] ?? 'nothing';
  assert.ok(verdict?.is === 'refused' && verdict.message.startsWith(said), JSON.stringify(verdict));
});

test('a line in the log format of the page is matched by nginx-timed, with host and upstream', () => {
  const format = /log_format timed ([\s\S]*?);/.exec(page)?.[1] ?? '';
  const values: Readonly<Record<string, string>> = {
    remote_addr: '203.0.113.7',
    remote_user: '-',
    time_local: '25/Nov/2026:05:22:42 +0000',
    request: 'GET / HTTP/1.1',
    status: '200',
    body_bytes_sent: '15',
    upstream_addr: '10.0.0.1:80, 10.0.0.2:80',
    host: 'shop.example.com',
  };
  const line = [...format.matchAll(/'([^']*)'/g)]
    .map(([, part = '']) => part)
    .join('')
    .replace(/\$([a-z_]+)/g, (_, name: string) => values[name] ?? '-');
  const pattern = shipped.patterns.find(({ name }) => name === 'nginx-timed');

  const raw = pattern?.match(line);

  assert.ok(raw, line);
  assert.equal(pattern?.readerOf('vhost')?.(raw), 'shop.example.com');
  assert.equal(pattern?.readerOf('upstream')?.(raw), '10.0.0.2:80');
});

test('the examples of JSON and of lines that go on can be read', () => {
  const [json = '', continues = ''] = ['json:', 'continues:'].map(
    (key) => new RegExp(`\`\`\`yaml\\n(${key}[\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '',
  );
  const folder = mkdtempSync(join(tmpdir(), 'patterns-page-'));
  const sample =
    'samples:\n  - line: \'{"ts":1795584162,"code":200,"request":{"uri":"/"}}\'\n    time: \'2026-11-25T05:22:42Z\'\n    fields: { status: 200, path: / }\n    continued: [\'  at x\', \'Caused by: y\']\n';
  try {
    writeFileSync(join(folder, 'app.yaml'), `name: app\ndescription: x\n${json}${continues}${sample}`);

    const { patterns } = loadPatterns({ folders: [folder], checkWatch: () => [] });

    assert.equal(patterns[0]?.spec.continues?.length, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the page names everything there is', () => {
  const names = /<!-- names -->([\s\S]*?)<!-- \/names -->/.exec(page)?.[1]?.trim().split(/\s+/);
  const code = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word));
  const series = shipped.patterns.flatMap(({ spec }) => spec.observation.series.map(({ name }) => name));
  const words = shipped.patterns.map(({ name }) => name);

  assert.deepEqual(names, Object.keys(GROK_NAMES).sort());
  assert.deepEqual(
    [...words, ...series, ...FIELD_KINDS, ...TIME_FORMATS].filter((word) => !code.has(word)),
    [],
  );
});
