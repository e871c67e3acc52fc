import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadWatching } from '../../../src/app/knowing/watching.ts';
import { loadConfig } from '../../../src/config/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-nginx-logs-'));
after(() => rmSync(folder, { recursive: true }));

const CONF = `http {
  log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';
  log_format timed 't=$msec s=$status rt=$request_time h=$host';
  log_format idle '$status';
  access_log /var/log/nginx/access.log main;
  access_log /var/log/nginx/timed.log timed;
}
stream { log_format tcp '$time_iso8601 $status $session_time'; access_log /var/log/nginx/tcp.log tcp; }
`;

function configOf(settings: object, conf = CONF) {
  const nginxConf = write('nginx.conf', conf);
  const file = write('linesman.yaml', JSON.stringify({ nginxConf, data: folder, ...settings }));
  return loadConfig({ file, env: {}, hostname: 'x' });
}

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test('formats in use become patterns beside those shipped, and it is known which log has which', async () => {
  const { patterns, warnings, nginx } = await loadWatching(configOf({}));

  assert.deepEqual(warnings, []);
  const made = patterns.find(({ name }) => name === 'nginx-timed-conf');
  assert.deepEqual(made?.spec.time, { field: 'time', format: 'epoch' });
  assert.ok(made?.spec.observation.series.some(({ name }) => name === 'http.5xx'));
  const known = nginx?.formats.map(({ format, pattern, usedBy }) => [
    format.name,
    pattern,
    usedBy.map(({ path, at }) => [path, at.line]),
  ]);
  assert.deepEqual(
    known,
    [
      ['main', 'nginx-combined', [['/var/log/nginx/access.log', 5]]],
      ['timed', 'nginx-timed-conf', [['/var/log/nginx/timed.log', 6]]],
      ['tcp', 'nginx-tcp', [['/var/log/nginx/tcp.log', 8]]],
    ].map(([name, pattern, logs]) => [name, pattern === 'nginx-combined' ? nginx?.formats[0]?.pattern : pattern, logs]),
  );
  assert.ok(['nginx-combined', 'nginx-main'].includes(nginx?.formats[0]?.pattern ?? ''));
  assert.ok(nginx?.formats[0]?.lacks.some(({ variable }) => variable === 'request_time'));
  assert.ok(!nginx?.formats[1]?.lacks.some(({ variable }) => variable === 'request_time'));
  // Connections are no requests.
  assert.deepEqual(patterns.find(({ name }) => name === 'nginx-tcp')?.spec.observation.series, []);
});

test('a file of the operator with the name takes the place of what would be made', async () => {
  const patterns = join(folder, 'patterns');
  mkdirSync(patterns);
  const own = `name: nginx-timed-conf
description: Mine
expressions: ['mine %{STATUS:status:int}']
samples: [{ line: mine 200 }]
`;
  writeFileSync(join(patterns, 'nginx-timed-conf.yaml'), own);

  const { patterns: all, nginx } = await loadWatching(configOf({ patterns }));

  assert.deepEqual(
    all.filter(({ name }) => name === 'nginx-timed-conf').map(({ spec }) => spec.description),
    ['Mine'],
  );
  assert.equal(nginx?.formats[1]?.pattern, 'nginx-timed-conf');
});

test('of files that were read before the folder is not asked again, which may be gone by now', async () => {
  const gone = join(folder, 'gone');
  const text = "name: nginx-timed-conf\ndescription: Mine\nexpressions: ['mine']\nsamples: [{ line: mine }]\n";
  const texts = { folder: gone, files: new Map([[join(gone, 'nginx-timed-conf.yaml'), text]]) };

  const { warnings, nginx } = await loadWatching(configOf({ patterns: gone }), { texts });

  assert.deepEqual(warnings, []);
  assert.equal(nginx?.formats[1]?.pattern, 'nginx-timed-conf');
});

test('a broken nginx.conf is a warning, and what can be read of it counts', async () => {
  const broken = CONF.replace('stream {', 'include none; include \u001b[2Jx; log_format a "$status"; }}}} server { "');
  const { patterns, warnings } = await loadWatching(configOf({}, broken));

  assert.ok(patterns.some(({ name }) => name === 'nginx-timed-conf'));
  assert.ok(warnings.length > 1 && warnings.length <= 4, warnings.join('\n'));
  for (const warning of warnings) assert.match(warning, /^nginx\.conf: [ -~…]+$/);
});

test('one that is not there is a warning, and off is nothing at all', async () => {
  const missing = await loadWatching(configOf({ nginxConf: join(folder, 'none') }));
  assert.match(missing.warnings.join('\n'), /none: it is not there/);

  const off = await loadWatching(configOf({ nginxConf: 'off' }));
  assert.deepEqual([off.warnings, off.nginx], [[], undefined]);
});

test('a replay reads none that nobody named', () => {
  const file = write('empty.yaml', '');
  assert.equal(loadConfig({ file, env: {}, hostname: 'x' }).nginxConf, undefined);
  assert.equal(loadConfig({ file, env: { LINESMAN_NGINX_CONF: '/x' }, hostname: 'x' }).nginxConf, '/x');
});

test('the usual one is read by who watches this machine, and by nobody else', () => {
  const there = existsSync('/etc/nginx/nginx.conf') ? '/etc/nginx/nginx.conf' : undefined;
  const parts = { env: { LINESMAN_TIMEZONE: 'UTC' }, hostname: 'x', file: write('empty.yaml', '') };

  assert.equal(loadConfig({ ...parts, isOfThisMachine: true }).nginxConf, there);
  assert.equal(loadConfig(parts).nginxConf, undefined);
});
