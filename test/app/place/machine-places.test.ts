import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findMachinePlaces } from '../../../src/app/place/machine-places.ts';

test('folders that are named are taken, where they are those of a machine', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-places-'));
  t.after(async () => await rm(folder, { recursive: true }));
  for (const inside of ['proc', 'sys/kernel', 'root/etc']) mkdirSync(join(folder, inside), { recursive: true });
  writeFileSync(join(folder, 'proc/stat'), '');
  const [proc, sys, root] = ['proc', 'sys', 'root'].map((name) => join(folder, name));

  const places = await findMachinePlaces({ proc, sys, root: `${root}/` }, true);

  assert.deepEqual(places, { proc, sys, root, isContainerOnly: false });
});

test('others are a mistake, each with what to do: nothing would be measured', async () => {
  await assert.rejects(
    findMachinePlaces({ proc: '/nowhere/proc', sys: '/nowhere/sys', root: '/nowhere' }, true),
    (error: Error) => {
      assert.equal(
        error.message.split('\n')[0],
        'machine.proc: "/nowhere/proc" is not that of a machine, there is no stat in it; mount it there, name another folder or leave this out',
      );
      assert.match(error.message, /^machine\.sys: .* no kernel in it.*\nmachine\.root: .* no etc in it/m);
      return true;
    },
  );
});

test('where none are named it is /proc and /sys, and in a container the mounts of the host, if they are there', async () => {
  const { proc, sys } = await findMachinePlaces({}, false);

  assert.match(`${proc} ${sys}`, /^(\/proc \/sys|\/host\/proc \/host\/sys)$/);
});
