import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../src/config/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-audit-'));
after(() => rmSync(folder, { recursive: true }));

test('an audit asks once a minute unless it says otherwise', () => {
  assert.deepEqual(auditOf('{ url: "http://127.0.0.1/nginx_status" }'), {
    ...{ url: 'http://127.0.0.1/nginx_status', every: 60_000 },
  });
  assert.equal(auditOf('{ url: "https://[::1]:8443/s", every: 30s }')?.every, 30_000);
});

const MISTAKES = {
  '{ every: 30s }': /audit\.url: It is missing; write a text/,
  '{ url: "file:///etc/passwd" }': /is no address of a stub_status; write http:\/\/host:port\/path/,
  '{ url: "http://user:secret@127.0.0.1/s" }': /is no address of a stub_status; (?!.*secret).* without a user/,
  '{ url: "nginx_status" }': /is no address of a stub_status/,
  '{ url: "http://127.0.0.1/s", every: 1s }': /audit\.every: It is too short or too long; write 10s to 5m/,
  '{ url: "http://127.0.0.1/s", every: 1h }': /audit\.every: It is too short or too long/,
};

for (const [audit, says] of Object.entries(MISTAKES)) {
  test(`${audit} is a mistake that says what to write`, () => {
    assert.throws(() => auditOf(audit), says);
  });
}

function auditOf(audit: string) {
  const file = join(folder, 'linesman.yaml');
  writeFileSync(file, `sources:\n  - name: nginx\n    files: /logs/*.log\n    audit: ${audit}\n`);
  return loadConfig({ file, env: {}, hostname: 'web-1' }).sources[0]?.audit;
}
