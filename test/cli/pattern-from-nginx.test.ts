import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linesman-from-nginx-'));
after(() => rmSync(folder, { recursive: true }));

const conf = join(folder, 'nginx.conf');
writeFileSync(
  conf,
  `http {
  log_format shop 'rt=$request_time $host $status [$time_local] "$request" $upstream_addr $upstream_response_time "$http_user_agent"';
  log_format lines escape=json '{"at":"$time_iso8601","code":"$status","who":"$remote_addr","url":"$request_uri"}';
  access_log /var/log/nginx/access.log;
  access_log /var/log/nginx/shop.log shop;
  access_log /var/log/nginx/lines.json lines;
}
`,
);

test('files are written that config check takes, and the report says what cannot be watched', async () => {
  const out = join(folder, 'made');

  const made = await linesman(['pattern', 'from-nginx', conf, '--out', out]);

  assert.equal(made.code, 0, made.err);
  assert.deepEqual(readdirSync(out).sort(), ['nginx-lines.yaml', 'nginx-shop.yaml']);
  assert.match(made.out, /^log_format combined: the shipped pattern nginx-combined reads it$/m);
  assert.match(made.out, /^ {2}access_log \/var\/log\/nginx\/shop\.log of http \(.*nginx\.conf:5\)$/m);
  assert.match(made.out, /cannot be watched: slow answers \(\$request_time is not logged\)/);
  assert.match(
    made.out,
    /^ {4}log_format timed '.* rt=\$request_time .*host=\$host';\n {4}access_log \/var\/log\/nginx\/access\.log timed;$/m,
  );
  const yaml = join(folder, 'linesman.yaml');
  assert.ok(made.out.includes(`LINESMAN_PATTERNS=${out} `), 'how linesman comes to read them');
  writeFileSync(yaml, `patterns: ${out}\n`);
  const checked = await linesman(['config', 'check', '--config', yaml]);
  assert.equal(checked.code, 0, checked.err);
  assert.match(checked.out, /^patterns: .*nginx-lines, nginx-shop/m);
  // Written once more: its own files are replaced, and somebody's own is left.
  writeFileSync(join(out, 'nginx-lines.yaml'), '# mine\n');
  const again = await linesman(['pattern', 'from-nginx', conf, '--out', out]);
  assert.match(again.out, /nginx-lines\.yaml is there and was not made by this command/);
  assert.equal(readFileSync(join(out, 'nginx-lines.yaml'), 'utf8'), '# mine\n');
});

test('what nginx -T prints may come by standard input, and files go to standard output', async () => {
  const dump = `# configuration file /etc/nginx/nginx.conf:\n${readFileSync(conf, 'utf8')}`;

  const { code, out, err } = await linesman(['pattern', 'from-nginx', '-'], dump);

  assert.equal(code, 0, err);
  assert.match(out, /^# nginx-shop\.yaml\n# Made by linesman pattern from-nginx of \/etc\/nginx\/nginx\.conf:2$/m);
  assert.match(err, /^log_format shop \(\/etc\/nginx\/nginx\.conf:2\): the pattern nginx-shop, printed above$/m);
});

test('a file that is not there is a mistake with what to give', async () => {
  const { code, err } = await linesman(['pattern', 'from-nginx', join(folder, 'none.conf')]);

  assert.equal(code, 78);
  assert.match(err, /none\.conf is not there; give the nginx\.conf that includes the others/);
});

async function linesman(args: readonly string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env: { PATH: process.env.PATH } });
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode ?? -1, out, err };
}
