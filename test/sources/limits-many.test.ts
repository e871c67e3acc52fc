/** Very many files of one kind of name rotated at once, more than may be open: each line once. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MAX_OPEN_FILES } from '../../src/sources/handles.ts';
import { createHarness, type Harness } from './harness.ts';

const MANY = MAX_OPEN_FILES + 20;

for (const [count, how, rotate] of [
  [MANY, 'renamed', (log: Harness, name: string) => log.rename(name, `${name}.1`)],
  [MANY, 'copied and truncated', (log: Harness, name: string) => log.copyTruncate(name, `${name}.1`)],
  [
    100,
    'packed and deleted',
    (log: Harness, name: string) => {
      writeFileSync(log.path(`${name}.1.gz`), gzipSync(readFileSync(log.path(name))));
      rmSync(log.path(name));
    },
  ],
] as const) {
  test(`${count} files ${how} at once give each line once`, async () => {
    const log = createHarness({ globs: ['*.log'] });
    const names = Array.from({ length: count }, (_, index) => `site-${index}.log`);
    const line = (name: string, what: string): string => `one beginning for all of them ${name} ${what}\n`;
    for (const name of names) log.append(name, line(name, 'first').repeat(6));
    await log.start();
    await log.drain();

    for (const name of names) {
      rotate(log, name);
      log.append(name, line(name, 'second'));
    }
    for (let second = 0; second < 5; second += 1) await log.pass(3_000);

    const expected = names.flatMap((name) => [...Array(6).fill(line(name, 'first')), line(name, 'second')]);
    assert.deepEqual(log.lines().toSorted(), expected.map((text) => text.trimEnd()).toSorted());
    assert.deepEqual(log.skipped(), {});
    await log.end();
  });
}

test('a file among very many that was cut and has grown beyond its old size between two looks is read', async () => {
  const log = createHarness({ globs: ['*.log'] });
  const names = Array.from({ length: MANY }, (_, index) => `site-${index}.log`);
  for (const name of names) log.append(name, `${name} first\n`);
  await log.start();
  await log.drain();

  // More than may be open, so that some of these are not.
  const anew = names.slice(0, 40);
  for (const name of anew) writeFileSync(log.path(name), `${name} written anew and longer\n`);
  for (let second = 0; second < 5; second += 1) await log.pass(3_000);

  const expected = [...names.map((name) => `${name} first`), ...anew.map((name) => `${name} written anew and longer`)];
  assert.deepEqual(log.lines().toSorted(), expected.toSorted());
  assert.deepEqual(log.skipped(), {});
  await log.end();
});
