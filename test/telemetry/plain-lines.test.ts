import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainLines } from '../../src/telemetry/plain-lines.ts';

const RECORD = { level: 'info', time: '2026-11-25T03:12:05.123Z', msg: 'Fault' };

test('a record is a line with its time, level, sentence and fields', () => {
  const record = JSON.stringify({ ...RECORD, watch: 'http.5xx.burst', labels: { vhost: 'a' }, value: 0.5 });

  assert.equal(plainLines(record), '03:12:05 INFO  Fault watch=http.5xx.burst labels={"vhost":"a"} value=0.5\n');
});

test('a text of several lines stands as it is laid out, and nothing steers the terminal', () => {
  const record = JSON.stringify({ ...RECORD, path: '/logs/\u001b[2J', text: 'SOURCE nginx\n  file \u009b1m' });

  assert.equal(plainLines(record), '03:12:05 INFO  Fault path=/logs/\\u001B[2J\n  SOURCE nginx\n    file \\u009B1m\n');
});

test('commands stand on lines of their own, as they are to be copied', () => {
  const record = JSON.stringify({
    ...RECORD,
    name: 'source a',
    remedy: ['Look: `nginx -T | grep "a b"`', 'Or \u001b[2J'],
  });

  assert.equal(
    plainLines(record),
    '03:12:05 INFO  Fault name=source a\n  Look: `nginx -T | grep "a b"`\n  Or \\u001B[2J\n',
  );
});
