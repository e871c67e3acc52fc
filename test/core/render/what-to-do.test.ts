import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchSpec } from '../../../src/core/plugin.ts';
import { whatToDoOf } from '../../../src/core/render/what-to-do.ts';
import type { Finding } from '../../../src/core/types.ts';

const watch = {
  by: 'mount',
  whatToDo: 'See what is full: `df -h MOUNT`, `du -x MOUNT | sort`. The disk: `smartctl -H DEVICE`.',
} as WatchSpec;

test('the name of the thing stands in the commands, which can be typed as they are', () => {
  assert.equal(
    whatToDoOf(watch, findingOf({ mount: '/srv/data' })),
    'See what is full: `df -h /srv/data`, `du -x /srv/data | sort`. The disk: `smartctl -H DEVICE`.',
  );
  assert.match(
    whatToDoOf(
      { ...watch, by: 'interface', whatToDo: '`ip link show INTERFACE`' },
      findingOf({ interface: 'eth0.100' }),
    ),
    /show eth0\.100`/,
  );
});

test('a name that a shell would read otherwise, or that was cut, is not put into a command', () => {
  for (const mount of ['/mnt/a b', '/mnt/$(id)', '/mnt/`id`', "/mnt/'", '-rf', '/mnt/a\nb', '', '/x'.repeat(50)])
    assert.equal(whatToDoOf(watch, findingOf({ mount })), watch.whatToDo, mount);
});

test('only the whole word is the name', () => {
  assert.equal(whatToDoOf({ ...watch, whatToDo: 'REMOUNT MOUNT' }, findingOf({ mount: '/a' })), 'REMOUNT /a');
});

test('where nothing is told apart the text stays', () => {
  assert.equal(whatToDoOf({ ...watch, by: undefined }, findingOf({})), watch.whatToDo);
});

function findingOf(labels: Finding['labels']): Finding {
  return { labels } as Finding;
}
