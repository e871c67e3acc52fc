import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { expandGlob, isWanted, segmentRegExp, watchRoot } from '../../src/sources/glob.ts';
import { isRotatedName, namesBefore } from '../../src/sources/names.ts';
import { failing, isContainerOutput, notPermitted } from '../../src/sources/problems.ts';

test('names that rotation gives are told from other logs', () => {
  for (const name of ['access.log.1', 'access.log.12.gz', 'access.log-20260101', 'access.log-20260101-1767225600.gz']) {
    assert.equal(isRotatedName(`/logs/${name}`, '/logs/access.log'), true, name);
  }
  for (const name of ['access.log', 'access.log.json', 'access.logger', 'error.log.1', 'access.log.bak']) {
    assert.equal(isRotatedName(`/logs/${name}`, '/logs/access.log'), false, name);
  }
  assert.equal(isRotatedName('/other/access.log.1', '/logs/access.log'), false);
});

test('names that rotation gives where it keeps the extension are told from other logs', () => {
  const live = '/logs/app.log';
  const hourly = 'app-2026-01-01T10.log';
  for (const name of ['app.1.log', 'app.12.log.gz', 'app-20260101.log', 'app-20260101-1767225600.log.gz', hourly]) {
    assert.equal(isRotatedName(`/logs/${name}`, live), true, name);
    assert.equal(namesBefore(`/logs/${name}`).includes(live), true, name);
    assert.equal(isWanted([live], `/logs/${name}`), true, name);
  }
  for (const name of [
    'app.json.log',
    'app2.log',
    'app-2.log',
    'app-admin.log',
    'app.1.json',
    'webapp.1.log',
    'app.log',
  ]) {
    assert.equal(isRotatedName(`/logs/${name}`, live), false, name);
    assert.equal(namesBefore(`/logs/${name}`).includes(live), false, name);
  }
  assert.equal(isRotatedName('/other/app.1.log', live), false);
  assert.equal(isRotatedName('/logs/1.log', '/logs/.log'), false);
});

test('a glob names files in folders, at any depth, by choice and by set', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'glob-'));
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  for (const name of ['one.log', 'two.log', 'three.txt', '.hidden.log', 'a/four.log', 'a/b/five.log', 'odd[1].log']) {
    writeFileSync(join(folder, name), '');
  }
  const names = async (glob: string): Promise<readonly string[]> =>
    (await expandGlob(join(folder, glob))).paths.map((path) => path.slice(folder.length + 1));

  assert.deepEqual(await names('*.log'), ['odd[1].log', 'one.log', 'two.log']);
  assert.deepEqual(await names('*/*.log'), ['a/four.log']);
  assert.deepEqual(await names('**/*.log'), ['a/b/five.log', 'a/four.log', 'odd[1].log', 'one.log', 'two.log']);
  assert.deepEqual(await names('{one,three}.*'), ['one.log', 'three.txt']);
  assert.deepEqual(await names('[!o]*.log'), ['two.log']);
  assert.deepEqual(await names('odd[1].log'), ['odd[1].log']);
  assert.deepEqual(await names('none/*.log'), []);
  rmSync(folder, { recursive: true });
});

test('characters that mean something in a regular expression mean themselves in a glob', () => {
  assert.equal(segmentRegExp('a.b+(c)*').test('a.b+(c)d'), true);
  assert.equal(segmentRegExp('a.b').test('axb'), false);
});

test('the folder to watch ends before the first wildcard', () => {
  assert.deepEqual(watchRoot('/var/log/nginx/*.log'), { folder: '/var/log/nginx', depth: 0 });
  assert.deepEqual(watchRoot('/var/log/*/access.log'), { folder: '/var/log', depth: 1 });
  assert.deepEqual(watchRoot('/access.log'), { folder: '/', depth: 0 });
});

test('a file that may not be read is named with a remedy that works for its group and mode', () => {
  assert.equal(
    notPermitted('/logs/a.log', { gid: 4, mode: 0o100640 }),
    `'/logs/a.log' may not be read: it belongs to group 4 with mode 0640; start linesman as a member of that group: usermod -aG 4 USER, or in a container --group-add 4 (compose.yaml: group_add: ["4"]).`,
  );
  assert.match(
    notPermitted('/logs/a.log', { gid: 4, mode: 0o100600 }),
    /mode 0600; let its group read it \(chmod g\+rX FILE\) and start linesman as a member of that group: usermod/,
  );
  for (const mode of [0o100600, 0o100640]) {
    const asRoot = notPermitted('/logs/a.log', { gid: 0, mode });
    assert.match(asRoot, /setfacl -m u:USER:rX FILE.*chgrp GROUP FILE, chmod g\+rX FILE/);
    assert.doesNotMatch(asRoot, /group.add|usermod/);
  }
});

test('a problem says what to do', () => {
  assert.match(notPermitted('/logs/a.log', undefined), /group_add/);
  assert.match(isContainerOutput('/logs/a.log', '/dev/stdout'), /mount an empty folder at \/logs or/);
  const error = Object.assign(new Error('i/o error'), { code: 'EIO' });
  assert.match(failing('/logs/a.log', error), /cannot be read \(EIO\): the disk or mount fails/);
});
