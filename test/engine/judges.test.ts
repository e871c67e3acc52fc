import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgesSame } from '../../src/engine/judges.ts';

const DEFAULTS = { tell: 'new', perDay: 5 };

for (const { name, stored, now, same } of [
  { name: 'the same options', stored: { series: 'a', tell: 'new' }, now: { series: 'a', tell: 'new' }, same: true },
  {
    name: 'one that came later, as it is by itself',
    stored: { series: 'a' },
    now: { series: 'a', tell: 'new' },
    same: true,
  },
  { name: 'one that came later and is set', stored: { series: 'a' }, now: { series: 'a', tell: 'more' }, same: false },
  {
    name: 'one that is gone, as it was by itself',
    stored: { series: 'a', tell: 'new' },
    now: { series: 'a' },
    same: true,
  },
  { name: 'another series', stored: { series: 'a' }, now: { series: 'b', tell: 'new' }, same: false },
  { name: 'one more that is nothing by itself', stored: { series: 'a' }, now: { series: 'a', of: 'c' }, same: false },
]) {
  test(`what was learnt with ${name} is ${same ? '' : 'not '}gone on with`, () => {
    assert.equal(judgesSame(judges(stored), judges(now), DEFAULTS), same);
  });
}

test('another detector, label, step or window is not the same', () => {
  const usual = judges({ series: 'a' });

  for (const other of [
    ['count'],
    ['template', 'vhost'],
    ['template', undefined, 60_000],
    ['template', undefined, 10_000, 5],
  ])
    assert.equal(judgesSame(judges({ series: 'a' }, ...other), usual, DEFAULTS), false, String(other));
  assert.equal(judgesSame('', usual), false);
});

function judges(options: object, ...parts: readonly unknown[]): string {
  const [detector = 'template', by, everyMs = 10_000, window] = parts;
  return JSON.stringify([detector, by, everyMs, window, options]);
}
