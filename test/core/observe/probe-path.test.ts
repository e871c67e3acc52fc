import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProbePath } from '../../../src/core/observe/probe-path.ts';

test('what no page links to is a probe whatever is answered', () => {
  for (const path of [
    ...[
      '/.env',
      '/app/.env.production',
      '/.git/config',
      '/.aws/credentials',
      '/vendor/phpunit/src/Util/PHP/eval-stdin.php',
    ],
    ...[
      '/cgi-bin/luci/;stok=/locale',
      '/?x=\u0024{jndi:ldap://a}',
      '/static/..%2f..%2fetc/passwd',
      '/?id=1+UNION+SELECT+1',
    ],
    ...['/wp-config.php', '/db.sql', '/?q=<script>alert(1)</script>', '/HNAP1'],
  ])
    for (const status of [undefined, 200, 404]) assert.ok(isProbePath(path, status), `${path} ${status}`);
});

test('doors that some sites have are probes where they are not there', () => {
  for (const path of ['/wp-login.php', '/xmlrpc.php', '/phpmyadmin/', '/admin', '/actuator/health', '/index.php?x=1']) {
    assert.ok(isProbePath(path, 404), path);
    assert.ok(!isProbePath(path, 200), path);
    assert.ok(!isProbePath(path, 502), path);
  }
});

test("a shop's own paths are none", () => {
  for (const path of [
    '/',
    '/shop',
    '/api/items/12?x=1',
    '/environment',
    '/gitignore',
    '/img/logo.svg',
    '/administrators',
    '/robots.txt',
    '/favicon.ico',
  ])
    for (const status of [undefined, 200, 404, 500]) assert.ok(!isProbePath(path, status), `${path} ${status}`);
});
