import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/core/errors.ts';
import { isLoopback, readSmtpUrl, serverName } from '../../src/notifiers/mail-server.ts';

const guardOf = (url: string, requireTls?: boolean) => {
  const { secure, requireTls: required, verifyCertificate } = readSmtpUrl(url, requireTls);
  return { secure, required, verifyCertificate };
};

test('a password never crosses a network in the clear', () => {
  const guarded = { secure: false, required: true, verifyCertificate: true };

  assert.deepEqual(guardOf('smtp://user:secret@mail.example.com'), guarded);
  assert.deepEqual(guardOf('smtp://user:secret@10.0.0.5:25'), guarded);
  assert.deepEqual(guardOf('smtp://user:secret@127.0.0.1.evil.com'), guarded);
});

test('without a password STARTTLS is used when it is offered', () => {
  const optional = { secure: false, required: false, verifyCertificate: false };

  assert.deepEqual(guardOf('smtp://relay.example.com:25'), optional);
  assert.deepEqual(guardOf('smtp://user:secret@localhost:1025'), optional);
  assert.deepEqual(guardOf('smtp://user:secret@[::1]:1025'), optional);
});

test('TLS can be required, and smtps is TLS from the first byte', () => {
  assert.deepEqual(guardOf('smtp://relay.example.com', true), {
    secure: false,
    required: true,
    verifyCertificate: true,
  });
  assert.deepEqual(guardOf('smtps://user:secret@mail.example.com'), {
    secure: true,
    required: false,
    verifyCertificate: true,
  });
});

test('ports have their usual values', () => {
  assert.equal(serverName(readSmtpUrl('smtp://mail.example.com')), 'mail.example.com:587');
  assert.equal(serverName(readSmtpUrl('smtps://mail.example.com/')), 'mail.example.com:465');
  assert.equal(serverName(readSmtpUrl('smtp://[2001:db8::1]:25')), '[2001:db8::1]:25');
});

test('escapes in user and password are undone', () => {
  const { user, password } = readSmtpUrl('smtp://a%40b.com:p%2Fa%3As%40s@mail.example.com');

  assert.deepEqual([user, password], ['a@b.com', 'p/a:s@s']);
});

test('an address that cannot be read is refused with what to write, and without the password', () => {
  const wrong = [
    'mail.example.com:587',
    'http://user:s3cret@mail.example.com',
    'smtp://',
    'user:s3cret@mail.example.com',
    'smtp://user:s3cret@mail.example.com/path',
    'smtp://user:s3cret/x@mail.example.com',
    'smtp://user:s3cret@mail.example.com?tls=no',
    'smtp://user:s3cret%zz@mail.example.com',
    '',
  ];
  for (const url of wrong) {
    assert.throws(
      () => readSmtpUrl(url),
      (error) => {
        assert.ok(error instanceof UserError, url);
        assert.match(error.message, /LINESMAN_SMTP_URL/);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      },
    );
  }
});

test('only the machine itself is loopback', () => {
  for (const host of ['localhost', 'mail.localhost', '127.0.0.1', '127.8.9.1', '::1'])
    assert.ok(isLoopback(host), host);
  for (const host of ['10.0.0.1', 'localhost.example.com', '127.0.0.1.example.com', '::2', 'mailpit']) {
    assert.ok(!isLoopback(host), host);
  }
});
