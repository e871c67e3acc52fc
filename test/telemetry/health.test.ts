import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHealth } from '../../src/telemetry/health.ts';

test('all is well until something says otherwise, and again once it is over', () => {
  const health = createHealth();
  assert.deepEqual(health.reasons(), []);

  health.set('redis', 'Redis is not connected.');
  health.set('mail', 'The mail server refused the password.');
  assert.deepEqual(health.reasons(), ['Redis is not connected.', 'The mail server refused the password.']);

  health.clear('redis');
  assert.deepEqual(health.reasons(), ['The mail server refused the password.']);
});

test('a reason is news once, so that it is logged once', () => {
  const health = createHealth();

  assert.equal(health.set('redis', 'Redis is not connected.'), true);
  assert.equal(health.set('redis', 'Redis is not connected.'), false);
  assert.equal(health.set('redis', 'Redis refused the password.'), true);
  assert.equal(health.clear('redis'), true);
  assert.equal(health.clear('redis'), false);
});

test('a note is no reason, and is shown with its command', () => {
  const health = createHealth();
  const remedy = [{ does: 'as root', command: 'sysctl -w fs.inotify.max_user_watches=524288' }];

  assert.equal(health.note('watches', 'No watches are left.', remedy), true);
  assert.equal(health.note('watches', 'No watches are left.', remedy), false);

  assert.deepEqual([health.reasons(), health.notes()], [[], ['No watches are left.']]);
  assert.equal(health.reason('watches'), undefined);
  assert.deepEqual(health.states(), [{ name: 'watches', isNote: true, sentence: 'No watches are left.', remedy }]);
  assert.equal(health.set('watches', 'No watches are left.'), true);
  assert.deepEqual(health.reasons(), ['No watches are left.']);
});

test('a thousand reasons keep a bounded place', () => {
  const health = createHealth();

  for (let number = 0; number < 1_000; number += 1) health.set(`source ${number}`, 'It cannot be read.');

  assert.equal(health.reasons().length, 100);
});
