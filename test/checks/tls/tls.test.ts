/** The tls check against servers with right, wrong, old and unfinished certificates. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { check } from '../../../src/checks/tls.ts';
import { issue } from '../../support/certificates.ts';
import { freePort } from '../../support/free-port.ts';
import { askedCheck, thisMachine } from '../../support/places.ts';
import { at, between, localhost, root, showing, trusted } from './shown.ts';

const DAY = 24 * 3_600_000;
const ca = trusted(root.cert);
after(() => ca[Symbol.dispose]());

test('a certificate that is trusted, for its name and valid for long is well', async () => {
  await using server = await showing(localhost());

  const { cause, said, figures } = await at(server, { ca: ca.file }).ask();

  assert.equal(cause, undefined, said);
  assert.match(
    said,
    /^The certificate of 127\.0\.0\.1:\d+ is valid for 89 days, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/,
  );
  assert.ok(Math.abs((figures?.days_left ?? 0) - 90) < 0.1, String(figures?.days_left));
});

test('21 days ahead it is a warning, 7 days ahead critical, then it has expired', async () => {
  const from = Date.now() - DAY;
  const until = from + 90 * DAY;
  await using server = await showing(localhost({ from, until }));
  let now = 0;
  const asked = at(server, { ca: ca.file }, () => now);
  const causes: (string | undefined)[] = [];
  for (const left of [21 * DAY + 60_000, 21 * DAY, 7 * DAY + 60_000, 7 * DAY, 1, 0]) {
    // Certificates know whole seconds.
    now = Math.floor(until / 1_000) * 1_000 - left;
    causes.push((await asked.ask()).cause);
  }

  assert.deepEqual(causes, [undefined, 'expires', 'expires', 'expires-soon', 'expires-soon', 'expired']);
  const { causes: told } = check.compile({ host: 'a', port: 443 }, { name: 'a', places: thisMachine, now: Date.now });
  assert.deepEqual(
    ['expires', 'expires-soon', 'expired'].map((cause) => told[cause]?.severity),
    ['warning', 'critical', 'critical'],
  );
});

test('certificates of short lives are told later, unless somebody wrote a time', async () => {
  const from = Date.now() - 40 * DAY;
  await using server = await showing(localhost({ from, until: from + 60 * DAY }));

  // A quarter of 60 days is 15, a twelfth 5; there are 20.
  const well = await at(server, { ca: ca.file }).ask();
  assert.equal(well.cause, undefined);
  assert.match(well.said, / UTC\. Of its life of 60 days the last 15 days are told\.$/);
  assert.equal((await at(server, { ca: ca.file, warn: '21d' }).ask()).cause, 'expires');
  assert.equal((await at(server, { ca: ca.file, warn: '30d', critical: '21d' }).ask()).cause, 'expires-soon');
});

test('a certificate that expired is told as that, with what it shows', async () => {
  const until = Math.floor(Date.now() / 1_000) * 1_000 - 3 * DAY;
  await using server = await showing(localhost({ from: until - 90 * DAY, until }));
  const asked = at(server, { ca: ca.file });

  const reading = await asked.ask();

  assert.equal(reading.cause, 'expired');
  assert.match(reading.said, /^The certificate of 127\.0\.0\.1:\d+ expired 3 days ago, at \d{4}-/);
  assert.match(reading.lines?.[0] ?? '', /^Certificate of localhost, issued by Test Intermediate, valid from \d/);
  assert.equal(reading.lines?.[1], 'For localhost.');
  assert.equal(
    reading.lines?.[2],
    'Sent: localhost, issued by Test Intermediate; Test Intermediate, issued by Test Root.',
  );
  assert.match(
    asked.remedyOf(reading),
    /`openssl s_client -connect 127\.0\.0\.1:\d+ -servername localhost 2>\/dev\/null <\/dev\/null \| openssl x509/,
  );
});

test('a certificate that is not valid yet is told, and that the clock may be wrong', async () => {
  const from = Date.now() + 2 * DAY + 60_000;
  await using server = await showing(localhost({ from }));
  const asked = at(server, { ca: ca.file });

  const reading = await asked.ask();

  assert.equal(reading.cause, 'not-yet-valid');
  assert.match(reading.said, /is valid only from .* UTC on, in 2 days\.$/);
  assert.match(asked.remedyOf(reading), /`timedatectl`/);
});

test('a certificate for other names says which', async () => {
  await using server = await showing(localhost({ subject: 'other', names: ['other.example.com', '192.0.2.1'] }));

  const { cause, said } = await at(server, { ca: ca.file }).ask();

  assert.equal(cause, 'wrong-host');
  assert.match(said, /is not for localhost: it is for other\.example\.com, 192\.0\.2\.1\.$/);
});

test('an address is asked for by itself', async () => {
  await using server = await showing(localhost({ names: ['127.0.0.1'] }));

  assert.equal((await at(server, { ca: ca.file, serverName: '127.0.0.1' }).ask()).cause, undefined);
  assert.equal((await at(server, { ca: ca.file }).ask()).cause, 'wrong-host');
});

test('an incomplete chain names the certificate that is missing', async () => {
  const own = issue({ subject: 'localhost', names: ['localhost'], issuer: between });
  await using server = await showing(own);

  const { cause, said } = await at(server, { ca: ca.file }).ask();

  assert.equal(cause, 'untrusted');
  assert.match(
    said,
    /does not send the certificate of Test Intermediate, which issued it, and it is not known here \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\.$/,
  );
});

test('one that signs itself, and one of an unknown authority, are not trusted; their dates alone may be judged', async () => {
  await using own = await showing(issue({ subject: 'localhost', names: ['localhost'] }));
  await using unknown = await showing(withRoot());

  const self = await at(own).ask();
  const foreign = await at(unknown).ask();

  assert.equal(self.cause, 'untrusted');
  assert.match(self.said, /is signed by itself \(DEPTH_ZERO_SELF_SIGNED_CERT\)\.$/);
  assert.equal(foreign.cause, 'untrusted');
  assert.match(foreign.said, /comes from an authority that is not trusted here \(SELF_SIGNED_CERT_IN_CHAIN\)\.$/);
  assert.equal((await at(own, { verify: false }).ask()).cause, undefined);
});

test('what is worst is the cause, and the rest is said below it', async () => {
  const until = Date.now() - DAY;
  await using server = await showing(issue({ subject: 'x', names: ['other'], from: until - DAY, until }));

  const { cause, lines } = await at(server).ask();

  assert.equal(cause, 'expired');
  assert.match(lines?.[0] ?? '', /is not for localhost/);
  assert.match(lines?.[1] ?? '', /^Certificate of x, issued by x/);
});

test('an authority in the chain whose time is over is no fault of the certificate itself', async () => {
  const until = Date.now() - DAY;
  const old = issue({ subject: 'Old Intermediate', isAuthority: true, issuer: root, from: until - DAY, until });
  const own = issue({ subject: 'localhost', names: ['localhost'], issuer: old });
  await using server = await showing({ key: own.key, cert: own.cert + old.cert });

  const { cause, said } = await at(server, { ca: ca.file }).ask();

  assert.equal(cause, 'untrusted');
  assert.match(said, /^A certificate above that of .* is out of its time \(CERT_HAS_EXPIRED\)\.$/);
});

test('a server that wants a certificate of ours is not called down', async () => {
  const wanting = { ...localhost(), requestCert: true, rejectUnauthorized: true, ca: root.cert };
  await using old = await showing({ ...wanting, maxVersion: 'TLSv1.2' });
  await using now = await showing(wanting);

  const reading = await at(old, { ca: ca.file }).ask();

  assert.equal(reading.cause, 'client-certificate');
  assert.equal((await at(old, { verify: false }).ask()).cause, undefined);
  // With TLS 1.3 the handshake ends before the server asks for it, so everything is seen.
  assert.equal((await at(now, { ca: ca.file }).ask()).cause, undefined);
});

test('a server whose machines differ flaps reading by reading', async () => {
  const shown = [localhost(), localhost({ names: ['other.example.com'] })];
  let asked = 0;
  await using server = await showing({
    SNICallback: (_, done) => done(null, createSecureContext(shown[asked % shown.length])),
  });
  const check = at(server, { ca: ca.file });
  const causes: (string | undefined)[] = [];
  for (; asked < 4; asked += 1) causes.push((await check.ask()).cause);

  assert.deepEqual(causes, [undefined, 'wrong-host', undefined, 'wrong-host']);
});

test('another certificate is a change that is told once', async () => {
  let shown = localhost();
  await using server = await showing({ SNICallback: (_, done) => done(null, createSecureContext(shown)) });
  const asked = at(server, { ca: ca.file });
  const [first] = [shown];
  assert.equal((await asked.ask()).changes, undefined);

  shown = localhost();
  const { changes } = await asked.ask();
  shown = first;
  const back = await asked.ask();

  assert.match(changes?.join() ?? '', /^127\.0\.0\.1:\d+ shows another certificate, valid until \d{4}-.* UTC\.$/);
  assert.equal(back.changes, undefined);
});

test('what a certificate says steers no terminal and has an end', async () => {
  const evil = `\u001b[2J\u202e${'x'.repeat(3_000)}`;
  await using server = await showing(issue({ subject: evil, names: [`${'y'.repeat(2_000)}.example.com`] }));

  const { said, lines = [] } = await at(server).ask();

  for (const text of [said, ...lines]) {
    assert.ok(text.length < 1_000, text);
    assert.doesNotMatch(text, /[\u001b\u202e\n]/);
  }
  assert.ok(lines.some((line) => line.includes('\\1B[2J\\u202Exxx')));
});

test('a file of authorities that is not there or holds none says so, and nothing of the server', async () => {
  await using server = await showing(localhost());
  using empty = trusted('nothing\n');
  for (const file of ['/nonexistent/ca.pem', empty.file]) {
    const asked = at(server, { ca: file });
    const reading = await asked.ask();
    assert.equal(reading.cause, 'no-authorities');
    assert.ok(reading.said.includes(file));
    assert.ok(asked.remedyOf(reading).includes(`\`ls -l ${file}\``));
  }
});

test('a port that is closed is refused', async () => {
  const port = await freePort();

  const { cause, said } = await askedCheck(check, { host: '127.0.0.1', port }).ask();

  assert.equal(cause, 'refused');
  assert.equal(said, `127.0.0.1:${port} refused the connection (ECONNREFUSED).`);
});

/** Its chain up to the root. */
function withRoot() {
  const { cert, key } = localhost();
  return { cert: cert + root.cert, key };
}
