/** Of changed files those are taken that are good. Here a file is good when it says so, and what it needs is there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Files, takeGoodFiles } from '../../../src/app/reload/good-files.ts';

test('all that are good together are taken at once', async () => {
  const { found, loads } = await take({ '/a': 'ok', '/b': 'ok' }, { '/a': 'ok 2', '/c': 'ok' });

  assert.deepEqual([...found.files], Object.entries({ '/a': 'ok 2', '/c': 'ok' }));
  assert.equal(found.refused.size, 0);
  assert.equal(loads, 1);
});

test('a bad one stays as it was, with its mistakes, and the others are taken', async () => {
  const { found, loads } = await take({ '/a': 'ok', '/b': 'ok' }, { '/a': 'bad', '/b': 'ok 2', '/c': 'bad' });

  assert.deepEqual(Object.fromEntries(found.files), { '/a': 'ok', '/b': 'ok 2' });
  assert.deepEqual(
    [...found.refused],
    [
      ['/a', ['/a:1:1: bad']],
      ['/c', ['/c:1:1: bad']],
    ],
  );
  assert.equal(loads, 2);
});

test('one that needs a bad one is refused with it', async () => {
  const { found } = await take({}, { '/a': 'ok needs /b', '/b': 'bad', '/c': 'ok' });

  assert.deepEqual([...found.files.keys()], ['/c']);
  assert.deepEqual([...found.refused.keys()].sort(), ['/a', '/b']);
});

test('one that is gone and still needed stays, and the others are taken', async () => {
  const { found } = await take({ '/a': 'ok needs /b', '/b': 'ok' }, { '/a': 'ok needs /b', '/c': 'ok' });

  assert.deepEqual(Object.fromEntries(found.files), { '/a': 'ok needs /b', '/b': 'ok', '/c': 'ok' });
  assert.deepEqual([...found.refused], [['/b', ['/a:1:1: there is no /b']]]);
});

test('two that are only good together are taken one after the other where a third cannot be', async () => {
  const before = { '/a': 'ok needs /b', '/b': 'ok' };
  const { found } = await take(before, { '/c': 'ok', '/d': 'ok needs /c', '/a': 'ok needs /b' });

  assert.deepEqual(Object.fromEntries(found.files), { ...before, '/c': 'ok', '/d': 'ok needs /c' });
  assert.deepEqual([...found.refused.keys()], ['/b']);
});

test('where nothing good changed nothing is loaded', async () => {
  const { found } = await take({ '/a': 'ok' }, { '/a': 'bad' });

  assert.equal(found.loaded, undefined);
  assert.deepEqual([...found.files], [['/a', 'ok']]);
});

async function take(before: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>) {
  let loads = 0;
  const good = await takeGoodFiles(filesOf(before), filesOf(found), async (files) => {
    loads += 1;
    const mistakes = [...files].flatMap(([path, text]) => mistakesIn(path, text, files));
    return mistakes.length > 0 ? { mistakes } : { loaded: [...files.keys()] };
  });
  return { found: good, loads };
}

function mistakesIn(path: string, text: string, files: Files): string[] {
  if (text.startsWith('bad')) return [`${path}:1:1: bad`];
  const needed = / needs (.*)$/.exec(text)?.[1];
  const isMissing = needed !== undefined && (files.get(needed) ?? 'bad').startsWith('bad');
  return isMissing ? [`${path}:1:1: there is no ${needed}`] : [];
}

function filesOf(texts: Readonly<Record<string, string>>): Files {
  return new Map(Object.entries(texts));
}
