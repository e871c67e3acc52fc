/** Files that may not be read, or whose names cannot be: named with the remedy, and read once when they can be. */
import assert from 'node:assert/strict';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createHarness, type Harness } from './harness.ts';

const NOBODY = 65_534;
const rootOnly = process.getuid?.() === 0 ? false : 'only root can act as another user';

test('a file whose rights are taken away is named with its group, and read once when they come back', {
  skip: rootOnly,
}, async () => {
  const log = openHarness(['*.log']);
  log.append('bad.log', 'one\n');
  log.append('good.log', 'one\n');
  await asNobody(log.start);
  await asNobody(log.drain);

  log.rename('bad.log', 'bad.log.1');
  log.append('bad.log', 'two\n');
  chmodSync(log.path('bad.log'), 0o640);
  log.append('good.log', 'two\n');
  await asNobody(async () => await log.pass(1_000));
  assert.deepEqual(log.lines().toSorted(), ['one', 'one', 'two']);
  assert.deepEqual(log.reader().problems(), [notPermitted(log, 'bad.log')]);

  chmodSync(log.path('bad.log'), 0o644);
  await asNobody(async () => await log.pass(1_000));
  assert.deepEqual(log.lines().toSorted(), ['one', 'one', 'two', 'two']);
  assert.deepEqual(log.reader().problems(), []);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('files that were read are not read again after their folder was shut for hours', { skip: rootOnly }, async () => {
  for (const mode of [0o000, 0o644]) {
    const log = openHarness(['access.log']);
    log.append('access.log', 'one\n');
    await asNobody(log.start);
    log.rename('access.log', 'access.log.1');
    log.append('access.log', 'two\n');
    await asNobody(async () => await log.pass(6_000));
    await asNobody(async () => await log.pass(6_000));

    chmodSync(log.folder, mode);
    for (let hour = 0; hour < 3; hour += 1) await asNobody(async () => await log.pass(3_600_000));
    chmodSync(log.folder, 0o755);
    for (let round = 0; round < 5; round += 1) await asNobody(async () => await log.pass(3_000));

    assert.deepEqual(log.lines(), ['one', 'two'], mode.toString(8));
    await log.end();
  }
});

test('a file that may not be read at a restart, for however long, is read on where it stopped', {
  skip: rootOnly,
}, async () => {
  const log = openHarness(['access.log']);
  log.append('access.log', 'one\n');
  await asNobody(log.start);
  await asNobody(log.drain);
  log.commit();
  await log.crash();

  chmodSync(log.path('access.log'), 0o640);
  log.append('access.log', 'two\n');
  await asNobody(log.start);
  for (let minute = 0; minute < 3; minute += 1) await asNobody(async () => await log.pass(60_000));
  assert.deepEqual(log.lines(), ['one']);
  assert.deepEqual(log.reader().problems(), [notPermitted(log, 'access.log')]);
  log.commit();
  await log.crash();
  await asNobody(log.start);

  chmodSync(log.path('access.log'), 0o644);
  await asNobody(async () => await log.pass(1_000));
  assert.deepEqual(log.lines(), ['one', 'two']);
  assert.deepEqual(log.reader().problems(), []);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('a folder whose rights are taken away is named, and its files are read once when they come back', {
  skip: rootOnly,
}, async () => {
  const log = openHarness(['*.log']);
  log.append('access.log', 'one\n');
  await asNobody(log.start);
  await asNobody(log.drain);

  chmodSync(log.folder, 0o700);
  log.append('access.log', 'two\n');
  log.append('late.log', 'three\n');
  await asNobody(async () => await log.pass(60_000));
  assert.ok(log.reader().problems().length > 0);
  for (const problem of log.reader().problems())
    assert.match(problem, /may not be (read|looked at): .*setfacl -m u:USER:/);

  chmodSync(log.folder, 0o755);
  await asNobody(async () => await log.pass(1_000));
  assert.deepEqual(log.lines().toSorted(), ['one', 'three', 'two']);
  assert.deepEqual(log.reader().problems(), []);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('a name that is not UTF-8 is said with its remedy, and the file is read under another', async () => {
  const log = createHarness({ globs: ['*.log'] });
  const latin = Buffer.concat([Buffer.from(log.path('caf')), Buffer.from([0xe9]), Buffer.from('.log')]);
  log.append('good.log', 'one\n');
  writeFileSync(latin, 'two\n');
  await log.start();
  await log.drain();
  assert.deepEqual(log.lines(), ['one']);
  assert.deepEqual(log.reader().problems(), [
    `'${log.path('caf\uFFFD.log')}' has bytes in its name that are not UTF-8 (shown as \uFFFD), so it cannot be opened: rename it.`,
  ]);

  renameSync(latin, log.path('café.log'));
  await log.pass(1_000);
  assert.deepEqual(log.lines(), ['one', 'two']);
  assert.deepEqual(log.reader().problems(), []);
  await log.end();
});

test('a name with the character that stands for wrong bytes is a name like any other', async () => {
  const log = createHarness({ globs: ['*.log'] });
  log.append('odd\uFFFD.log', 'one\n');
  await log.start();
  await log.drain();

  assert.deepEqual(log.lines(), ['one']);
  assert.deepEqual(log.reader().problems(), []);
  await log.end();
});

function openHarness(globs: readonly string[]): Harness {
  const log = createHarness({ globs });
  chmodSync(log.folder, 0o755);
  return log;
}

/** Root may read everything; the file system asks for the effective user. */
async function asNobody(act: () => Promise<void>): Promise<void> {
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([NOBODY]);
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    await act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}

function notPermitted(log: Harness, name: string): string {
  return `'${log.path(name)}' may not be read: it belongs to group 0 with mode 0640; let linesman's user alone read it (setfacl -m u:USER:rX FILE), or give it a group of its own (chgrp GROUP FILE, chmod g+rX FILE) that linesman's user is in.`;
}
