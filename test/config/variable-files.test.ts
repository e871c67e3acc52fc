import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { environmentSettings } from '../../src/config/environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-secrets-'));
after(() => rmSync(folder, { recursive: true }));

const SMTP = 'smtp://user:pa%40ss@mail.example.com:587';

test('a variable may stand in a file, with the line end that editors and secrets leave', () => {
  const { settings, mistakes, warnings } = environmentSettings({
    LINESMAN_SMTP_URL_FILE: file('smtp', `${SMTP}\n`),
    REDIS_URL_FILE: file('redis', 'redis://:secret@cache:6379/0'),
    LINESMAN_MAIL_TO_FILE: file('to', 'a@example.com,b@example.com\r\n'),
  });

  assert.deepEqual(mistakes, []);
  assert.deepEqual(warnings, []);
  assert.deepEqual(settings.mail, { smtp: SMTP, to: ['a@example.com', 'b@example.com'] });
  assert.equal(settings.redis, 'redis://:secret@cache:6379/0');
});

test('what is wrong with a file is said with its variable and never with what it holds', () => {
  mkdirSync(join(folder, 'folder'));
  const cases: readonly (readonly [path: string, message: RegExp])[] = [
    [join(folder, 'nothing'), /cannot be read \(ENOENT\); check the path, and in a container/],
    [join(folder, 'folder'), /is no file; name the file/],
    [file('empty', ' \n'), /is empty; write the value/],
    [file('lines', `${SMTP}\nanother secret\n`), /has several lines/],
    [file('large', 'secret'.repeat(20_000)), /has 120000 bytes/],
  ];
  for (const [path, message] of cases) {
    const { settings, mistakes } = environmentSettings({ LINESMAN_SMTP_URL_FILE: path });

    assert.equal(mistakes.length, 1, path);
    assert.match(mistakes[0] ?? '', /^LINESMAN_SMTP_URL_FILE: /);
    assert.match(mistakes[0] ?? '', message);
    assert.doesNotMatch(mistakes[0] ?? '', /pa%40ss|another secret|secretsecret/);
    assert.equal(settings.mail, undefined);
  }
});

test('a value in a file is held to the same rules, and is not quoted', () => {
  const { mistakes } = environmentSettings({ LINESMAN_SMTP_URL_FILE: file('wrong', 'hunter2') });

  assert.equal(mistakes.length, 1);
  assert.match(mistakes[0] ?? '', /^LINESMAN_SMTP_URL: mail.smtp: It does not begin with smtp:\/\//);
  assert.doesNotMatch(mistakes[0] ?? '', /hunter2/);
});

test('set both ways is a mistake, empty is not set, and an unknown one is a warning with its neighbour', () => {
  const both = environmentSettings({ LINESMAN_SMTP_URL: SMTP, LINESMAN_SMTP_URL_FILE: file('both', SMTP) });
  const empty = environmentSettings({ LINESMAN_SMTP_URL: '', LINESMAN_SMTP_URL_FILE: file('one', SMTP) });
  const nothing = environmentSettings({ LINESMAN_SMTP_URL: SMTP, LINESMAN_SMTP_URL_FILE: '' });
  const config = environmentSettings({ LINESMAN_CONFIG_FILE: file('config', 'x'), LINESMAN_SMTP_URI_FILE: 'x' });

  assert.deepEqual(both.mistakes, ['LINESMAN_SMTP_URL_FILE: LINESMAN_SMTP_URL is set too; leave one of them out']);
  assert.equal(empty.settings.mail?.smtp, SMTP);
  assert.equal(nothing.settings.mail?.smtp, SMTP);
  assert.deepEqual(config.mistakes, []);
  assert.equal(config.warnings.length, 2);
  assert.match(config.warnings[1] ?? '', /did you mean LINESMAN_SMTP_URL_FILE\?/);
});

test('a file that may not be read says so', { skip: process.getuid?.() === 0 && 'root may read everything' }, () => {
  const path = file('closed', SMTP);
  chmodSync(path, 0o000);

  const { mistakes } = environmentSettings({ LINESMAN_SMTP_URL_FILE: path });

  assert.match(mistakes[0] ?? '', /cannot be read \(EACCES\); let linesman's user read it/);
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
