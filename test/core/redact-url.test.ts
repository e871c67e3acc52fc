import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactSecrets, redactUrl } from '../../src/core/redact-url.ts';

test('what may be secret in an address is not shown, and the rest is', () => {
  const shown: readonly (readonly [given: string, shown: string])[] = [
    ['https://shop.example.com/health', 'https://shop.example.com/health'],
    ['https://eve:hunter2@shop.example.com/health', 'https://***@shop.example.com/health'],
    ['https://eve@shop.example.com/', 'https://***@shop.example.com/'],
    ['redis://:p/a@ss?w@cache:6379/2', 'redis://***@cache:6379/2'],
    ['smtp://eve:12/34@mail', 'smtp://***@mail'],
    ['http://localhost/@vite/client?page=2', 'http://localhost/@vite/client?page=2'],
    ['http://[::1]/@vite/client', 'http://[::1]/@vite/client'],
    ['https://a/h?token=hunter2&page=2', 'https://a/h?token=***&page=2'],
    ['https://a/h?page=2;%74oken=hunter2', 'https://a/h?page=2;%74oken=***'],
    ['https://a/h?X-Api-Key=hunter2#access_token=abc', 'https://a/h?X-Api-Key=***#access_token=***'],
    ['https://a/h?PHPSESSID=1&sig=2&Password=3&auth=4', 'https://a/h?PHPSESSID=***&sig=***&Password=***&auth=***'],
    ['https://a/h?q=eyJhbGciOiJIUzI1NiJ9.e30.abc', 'https://a/h?q=***'],
    ['https://a/h?q=two+words&from=2026-11-28', 'https://a/h?q=two+words&from=2026-11-28'],
    ['https://a/h?q=%E0%A4%A&token=%E0%A4%A', 'https://a/h?q=%E0%A4%A&token=***'],
    ['https://hooks.example.com/T01/B02/8dkfj3kfj29dkfj3kd93', 'https://hooks.example.com/T01/B02/***'],
    ['https://a/ping/3e0dbf1e-4f5b-4d4e-9b5e-1c8f3f0a2b4c', 'https://a/ping/***'],
    ['https://a/my-long-article-of-november-2026.html', 'https://a/my-long-article-of-november-2026.html'],
    ['Moved to /login?next=a&token=hunter2.', 'Moved to /login?next=a&token=***'],
    ['GET http://u:p@a/ failed, and so did "http://u:p@b/"', 'GET http://***@a/ failed, and so did "http://***@b/"'],
    ['no address: a@example.com', 'no address: a@example.com'],
    ['', ''],
  ];
  for (const [given, expected] of shown) assert.equal(redactUrl(given), expected);
});

test('an address that was redacted stays as it is', () => {
  const once = redactUrl('https://u:p@a/8dkfj3kfj29dkfj3kd93?token=x#key=y');
  assert.equal(once, 'https://***@a/***?token=***#key=***');
  assert.equal(redactUrl(once), once);
});

test('secrets are found however they are written', () => {
  const secret = 'p&s"w r/d';
  const text = [
    secret,
    encodeURIComponent(secret),
    btoa(secret),
    JSON.stringify({ secret }),
    'p&amp;s&quot;w r/d',
  ].join(' | ');
  assert.equal(redactSecrets(text, [secret]), '*** | *** | *** | {"secret":"***"} | ***');
});

test('a secret that holds another one is taken out whole, and an empty one is none', () => {
  assert.equal(redactSecrets('user:abc and abc', ['abc', 'user:abc', '']), '*** and ***');
  assert.equal(redactSecrets('text', []), 'text');
});

test('half a letter as a secret breaks nothing', () => {
  assert.equal(redactSecrets('a\ud800b', ['\ud800']), 'a***b');
});
