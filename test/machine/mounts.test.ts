import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountsIn } from '../../src/machine/mounts.ts';

test('mounts are read with what of their file system is seen, and how', () => {
  const text = [
    '22 27 0:20 / /proc rw,nosuid - proc proc rw',
    '40 27 8:1 /srv/my\\040state /data rw,relatime shared:1 master:2 - ext4 /dev/sda1 ro,errors=remount-ro',
    'nonsense',
    '',
  ].join('\n');

  assert.deepEqual(mountsIn(text), [
    {
      ...{ device: '0:20', root: '/', point: '/proc', type: 'proc', from: 'proc' },
      ...{ options: ['rw', 'nosuid'], superOptions: ['rw'] },
    },
    {
      ...{ device: '8:1', root: '/srv/my state', point: '/data', type: 'ext4', from: '/dev/sda1' },
      ...{ options: ['rw', 'relatime'], superOptions: ['ro', 'errors=remount-ro'] },
    },
  ]);
});
