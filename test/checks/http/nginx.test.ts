/** The http and tls checks beside a real Nginx that is well, fails, flaps, locks out, hangs and is gone. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { check as tls } from '../../../src/checks/tls.ts';
import { issue } from '../../support/certificates.ts';
import { noNginx, runNginx } from '../../support/nginx.ts';
import { askedCheck } from '../../support/places.ts';
import { until } from '../../support/until.ts';
import { ask, serve, serveRaw } from './asking.ts';

const skip = noNginx();
const authority = issue({ subject: 'Test Root', isAuthority: true });

test('an Nginx is well, locks out, and answers for an upstream that flaps, hangs and is gone', { skip }, async () => {
  let isWell = true;
  await using upstream = await serve((_, response) => response.writeHead(isWell ? 200 : 500).end('shop'));
  let isAsked = false;
  await using hanging = await serveRaw((socket) => {
    isAsked = true;
    socket.resume();
  });
  const nginx = await runNginx((listen, folder) => {
    writeFileSync(join(folder, 'users'), 'eve:{PLAIN}hunter2\n');
    return `
  server {
    listen ${listen};
    access_log off;
    location = /health { return 200 "ok"; }
    location = /members { auth_basic "x"; auth_basic_user_file ${folder}/users; alias ${folder}/pid; }
    location = /slash { return 301 /slash/; }
    location = /slash/ { return 200 "here"; }
    location = /shop { proxy_pass ${upstream.url}; }
    location = /hang { proxy_pass ${hanging.url}; }
  }`;
  });
  const at = (path: string) => `http://127.0.0.1:${nginx.port}${path}`;
  try {
    assert.equal((await ask({ url: at('/health'), contains: 'ok', method: 'GET' })).cause, undefined);
    assert.equal((await ask({ url: at('/health'), method: 'HEAD' })).cause, undefined);
    assert.equal((await ask({ url: at('/slash'), contains: 'here' })).cause, undefined);
    assert.equal((await ask({ url: at('/members') })).cause, 'not-permitted');
    assert.equal((await ask({ url: at('/members').replace('//', '//eve:hunter2@') })).cause, undefined);
    assert.equal((await ask({ url: at('/nothing') })).cause, 'wrong-status');

    const flapping: (string | undefined)[] = [];
    for (const now of [true, false, true]) {
      isWell = now;
      flapping.push((await ask({ url: at('/shop') })).cause);
    }
    assert.deepEqual(flapping, [undefined, 'server-error', undefined]);

    await upstream[Symbol.asyncDispose]();
    const gone = await ask({ url: at('/shop') });
    assert.equal(gone.said, `${at('/shop')} answered 502.`);
    assert.match(gone.lines?.at(-1) ?? '', /502 Bad Gateway/);

    const end = new AbortController();
    const hangs = ask({ url: at('/hang') }, end.signal);
    await until('the upstream was asked', () => isAsked);
    end.abort();
    assert.equal((await hangs).cause, 'timeout');
  } finally {
    await nginx.end();
  }
  assert.equal((await ask({ url: at('/health') })).cause, 'refused');
});

test('an Nginx with TLS is well with its authority, and shows another site to another name', { skip }, async () => {
  let files = '';
  const nginx = await runNginx((listen, folder) => {
    files = folder;
    writeFileSync(join(folder, 'ca.pem'), authority.cert);
    const site = (name: string) => {
      const { cert, key } = issue({ subject: name, names: [name], issuer: authority });
      writeFileSync(join(folder, `${name}.pem`), cert + key);
      return `
  server {
    listen ${listen} ssl;
    server_name ${name};
    access_log off;
    ssl_certificate ${folder}/${name}.pem;
    ssl_certificate_key ${folder}/${name}.pem;
    return 200 "${name}";
  }`;
    };
    return site('first.example.com') + site('localhost');
  });
  const url = `https://localhost:${nginx.port}/`;
  const plain = `http://127.0.0.1:${nginx.port}/`;
  try {
    const ca = join(files, 'ca.pem');
    const well = await ask({ url, ca, contains: 'localhost' });
    assert.equal(well.cause, undefined, well.said);

    const untrusted = await ask({ url });
    assert.equal(untrusted.cause, 'tls');
    assert.match(
      untrusted.said,
      /is not to be trusted: it sends its certificate without that of the authority that issued it \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\.$/,
    );
    assert.equal((await ask({ url, verify: false })).cause, undefined);
    assert.equal((await ask({ url, ca: join(files, 'none.pem') })).cause, 'no-authorities');

    const byAddress = await ask({ url: url.replace('localhost', '127.0.0.1'), ca });
    assert.match(byAddress.said, /its certificate is for other names \(ERR_TLS_CERT_ALTNAME_INVALID\)\.$/);
    const hosted = await ask({ url: url.replace('localhost', '127.0.0.1'), ca, headers: 'Host: first.example.com' });
    assert.equal(hosted.cause, undefined, hosted.said);

    assert.equal((await ask({ url: plain })).cause, 'wrong-status');
    const shown = { host: '127.0.0.1', port: nginx.port, ca };
    assert.equal((await askedCheck(tls, { ...shown, serverName: 'first.example.com' }).ask()).cause, undefined);
    const other = await askedCheck(tls, { ...shown, serverName: 'nobody.example.com' }).ask();
    assert.equal(other.cause, 'wrong-host');
    assert.match(other.said, /is not for nobody\.example\.com: it is for first\.example\.com\.$/);
  } finally {
    await nginx.end();
  }
});

test('https to a port that speaks none, and a name that nobody knows, are told apart', async () => {
  await using server = await serve((_, response) => response.end());

  const plain = await ask({ url: server.url.replace('http:', 'https:') });
  const unknown = await ask({ url: 'http://nobody.invalid/' });

  assert.equal(plain.cause, 'tls');
  assert.match(plain.said, /made no TLS connection: it does not speak TLS on this port \(/);
  assert.equal(unknown.cause, 'unknown-host');
  assert.match(unknown.said, /nobody\.invalid/);
});
