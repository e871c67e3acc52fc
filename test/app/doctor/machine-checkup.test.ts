import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkMachine } from '../../../src/app/doctor/machine-checkup.ts';

test('few file watches are worth knowing, with the command that raises them', async (t) => {
  const root = `${mkdtempSync(join(tmpdir(), 'linesman-proc-'))}/`;
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'proc/sys/fs/inotify'), { recursive: true });
  writeFileSync(join(root, 'proc/sys/fs/inotify/max_user_watches'), '8192\n');
  writeFileSync(join(root, 'proc/sys/fs/inotify/max_user_instances'), '128\n');

  const checkups = (await checkMachine(root)).filter(({ says }) => says.includes('inotify'));

  assert.deepEqual(
    checkups.map(({ result }) => result),
    ['note', 'ok'],
  );
  assert.match(checkups[0]?.says ?? '', /^fs\.inotify\.max_user_watches is only 8192\. /);
  assert.equal(checkups[0]?.remedy?.[0], 'sysctl -w fs.inotify.max_user_watches=524352');
});

test('a system without these limits has nothing to say of them', async (t) => {
  const root = `${mkdtempSync(join(tmpdir(), 'linesman-proc-'))}/`;
  t.after(() => rmSync(root, { recursive: true }));

  assert.deepEqual(
    (await checkMachine(root)).filter(({ says }) => says.includes('inotify')),
    [],
  );
});

test('it begins with what this machine is', async () => {
  const [first] = await checkMachine('/');

  assert.match(
    first?.says ?? '',
    new RegExp(
      `^\\S.*, kernel ${release().replaceAll('.', '\\.')}, \\d+ processors? \\(.*\\), [0-9.]+ GB of memory\\.$`,
    ),
  );
});
