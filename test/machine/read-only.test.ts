import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mount } from '../../src/machine/mounts.ts';
import { createReadOnly } from '../../src/machine/read-only.ts';

test('what was writable and is mounted read-only is told, until it is writable again', () => {
  const { look } = createReadOnly();

  assert.equal(look(mount('rw', 'rw')), undefined);
  assert.match(
    look(mount('ro', 'ro')) ?? '',
    /^\/srv \(\/dev\/sdb1, ext4\) cannot be written any more: it was mounted read-only anew\.$/,
  );
  assert.equal(look(mount('rw', 'rw')), undefined);
});

test('what was read-only from the beginning is as somebody wants it', () => {
  const { look } = createReadOnly();

  assert.equal(look(mount('ro', 'ro')), undefined);
  assert.equal(look(mount('ro', 'rw')), undefined, 'a bind mount of a writable one');
});

test('what is made writable for a backup or an upgrade, and read-only again, is as somebody wants it', () => {
  const { look } = createReadOnly();

  for (const options of ['ro', 'rw', 'ro', 'rw', 'ro']) assert.equal(look(mount(options, options)), undefined);
  assert.match(look(mount('rw', 'ro')) ?? '', /the kernel stopped writing to it/);
});

test('what the kernel stopped writing to is told too while somebody saves what is on it', () => {
  const { look } = createReadOnly();

  assert.match(look(mount('rw', 'ro')) ?? '', /the kernel stopped/);
  assert.match(look(mount('ro', 'ro')) ?? '', /cannot be written any more: it was mounted read-only anew\.$/);
});

test('what the kernel made read-only is told at the first look', () => {
  for (const [options, superOptions] of [
    ['rw,relatime', 'ro,errors=remount-ro'],
    ['rw,relatime', 'rw,emergency_ro'],
    ['rw,relatime', 'rw,shutdown'],
  ] as const) {
    const said = createReadOnly().look(mount(options, superOptions));

    assert.match(said ?? '', /the kernel stopped writing to it/, superOptions);
  }
  assert.match(createReadOnly().look(mount('rw', 'ro,errors=remount-ro')) ?? '', /\(errors=remount-ro\)\.$/);
});

function mount(options: string, superOptions: string): Mount {
  return {
    ...{ device: '8:17', root: '/', point: '/srv', type: 'ext4', from: '/dev/sdb1' },
    ...{ options: options.split(','), superOptions: superOptions.split(',') },
  };
}
