/** The start-up contract over real files: what their last lines are, and what of it is logged and asked for. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createContracts } from '../../../src/app/contract/contract.ts';
import { type GatherParts, gatherContract } from '../../../src/app/contract/gather.ts';
import { readTail } from '../../../src/app/contract/tails.ts';
import { unreadLogs } from '../../../src/app/contract/unread-logs.ts';
import { loadWatching } from '../../../src/app/knowing/watching.ts';
import { type Config, loadConfig } from '../../../src/config/config.ts';
import { compilePattern } from '../../../src/core/parse/pattern.ts';
import type { Logger } from '../../../src/telemetry/logger.ts';
import { parseInThread } from '../../support/in-thread.ts';
import { nginxLines } from '../../support/nginx-lines.ts';

const config = loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' });
const watching = await loadWatching(config);
const parser = parseInThread({ patterns: watching.patterns.map(({ spec }) => compilePattern(spec)), timezone: 'UTC' });
/** The lines are stamped with the clock. */
const NOW = Date.now();

test('the last hundred whole lines are held against the patterns, however long the file is', async (t) => {
  const odd = 'this is no format\n'.repeat(7);
  const path = await fileOf(t, `${'x'.repeat(100_000)}\n${nginxLines(300)}${odd}half a li`);

  const tail = await readTail(path, parser, NOW);

  assert.deepEqual([tail?.lines, tail?.matched], [100, 93]);
  assert.ok(tail?.keys.includes('http.requests'));
  assert.match(tail?.pattern ?? '', /^nginx-/);
});

test('an empty file has no lines, half a line is none, and one that is gone says nothing', async (t) => {
  assert.equal((await readTail(await fileOf(t, ''), parser, NOW))?.lines, 0);
  assert.equal((await readTail(await fileOf(t, 'half'), parser, NOW))?.lines, 0);
  assert.equal((await readTail(await fileOf(t, 'x\n'), parser, NOW))?.lines, 1);
  assert.equal(await readTail('/nowhere/access.log', parser, NOW), undefined);
});

test('a digest that is off is said, where somebody is told by mail', async () => {
  const mail = { ...config.mail, to: ['ops@example.com'] };

  assert.match(
    await notesOf({ mail, digest: undefined }),
    /digest is off, so what these notice is mailed to nobody.*http\.499/,
  );
  assert.doesNotMatch(await notesOf({ mail }), /digest/);
  assert.doesNotMatch(await notesOf({ digest: undefined }), /digest/);
});

test('in a container without the machine that is said, with what to mount', async () => {
  assert.match(await notesOf({}, true), /does not see the machine: its figures .* `-v \/proc:\/host\/proc:ro /);
  assert.doesNotMatch(await notesOf({}, false), /does not see/);
});

test('logs that nginx.conf names and no source reads are said', async (t) => {
  const path = await fileOf(t, '');
  const at = { file: '/etc/nginx/nginx.conf', line: 1 };
  const log = (name: string) => ({ path: name, format: 'main', isStream: false, options: [], block: 'http', at });
  const usedBy = [
    log('/var/log/nginx/x.log'),
    log('/var/log/nginx/shop.log'),
    log('/logs/$host.log'),
    log('syslog:server=a:1'),
  ];
  const format = { format: {}, pattern: undefined, spec: undefined, usedBy, doubts: [], lacks: [] };
  const nginx = {
    file: '/etc/nginx/nginx.conf',
    formats: [format],
    errorLogs: ['/srv/error.log', join(dirname(path), 'late-error.log')].map((name) => ({
      ...{ path: name, level: 'warn', block: 'http', at },
    })),
  };
  const late = join(dirname(path), 'late-*.log');
  const sources = [{ name: 'web', files: [path, late], from: 'end' as const, timezone: 'UTC' }];

  const said = await unreadLogs({ ...config, sources }, nginx as unknown as Parameters<typeof unreadLogs>[1]);

  assert.deepEqual(said, [
    '/etc/nginx/nginx.conf names logs that no source reads: /var/log/nginx/shop.log, syslog:server=a:1, /srv/error.log.',
  ]);
  assert.deepEqual(await unreadLogs(config, undefined), []);
});

test('what was said is not said again where lines of another pattern change nothing of it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const texts: unknown[] = [];
  const totals: { pattern: string }[] = [];
  let receivers: string[] = [];
  // What was gathered is never fresh, so that `latest` waits for what is being gathered.
  let clock = NOW;
  const live = { engine: { state: () => ({ totals, files: [] }) }, reader: { problems: () => [] } };
  const contracts = createContracts({
    ...{ watching: () => watching, places: { isContainerOnly: false }, parserFor: () => parser },
    config: () => ({ ...config, sources: [], mail: { ...config.mail, to: receivers }, digest: undefined }),
    now: () => (clock += 60_000),
    sources: [live] as unknown as GatherParts['sources'],
    log: { info: ({ text }: { text: unknown }) => texts.push(text) } as unknown as Logger,
  });
  const after = async (ms: number) => {
    t.mock.timers.tick(ms);
    await contracts.latest();
  };
  contracts.begin();
  await after(1_000);
  const first = texts.length;
  assert.ok(first >= 2);

  totals.push({ pattern: 'nginx-timed' });
  await after(30_000);
  assert.equal(texts.length, first);

  receivers = ['ops@example.com'];
  totals.push({ pattern: 'nginx-error' });
  await after(30_000);
  assert.match(texts.slice(first).join('\n'), /^linesman .*mailed\s+to\s+ops@example\.com.*digest\s+is\s+off/s);
  assert.ok(texts.length < 2 * first);
  await contracts.stop();
});

async function fileOf(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-contract-'));
  t.after(async () => await rm(folder, { recursive: true }));
  await writeFile(join(folder, 'x.log'), text);
  return join(folder, 'x.log');
}

async function notesOf(given: Partial<Config>, isContainerOnly = false): Promise<string> {
  const parts = { config: () => ({ ...config, sources: [], ...given }), watching: () => watching, sources: [] };
  return (await gatherContract({ ...parts, places: { isContainerOnly }, parserFor: () => parser }, NOW)).notes.join(
    '\n',
  );
}
