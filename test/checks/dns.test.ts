/** The dns check against a name server of the test's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../src/checks/dns.ts';
import type { OptionValue } from '../../src/core/plugin.ts';
import { type Answering, RCODE, startDnsStub } from '../support/dns-stub.ts';
import { freePort } from '../support/free-port.ts';
import { askedCheck } from '../support/places.ts';
import { until } from '../support/until.ts';

const NAME = 'shop.example.com';

test('a name that leads where it should is well, and what it leads to is said', async () => {
  await using server = await startDnsStub(() => ({ records: ['192.0.2.11', '192.0.2.10'] }));
  const asked = at(server.address, { expect: '192.0.2.10, 192.0.2.11' });

  const { cause, said, figures } = await asked.ask();

  assert.equal(cause, undefined);
  assert.match(said, /^A of shop\.example\.com is 192\.0\.2\.10, 192\.0\.2\.11 \(\d+ ms\)\.$/);
  assert.ok((figures?.seconds ?? 0) > 0);
  assert.equal(asked.target, `A of shop.example.com at ${server.address}`);
});

test('each type of record is compared in its own way', async () => {
  const records: Readonly<Record<string, readonly string[]>> = {
    A: ['192.0.2.10'],
    AAAA: ['2001:db8::1'],
    CNAME: ['Shop.Example.NET'],
    MX: ['10 Mail.example.com', '20 mail2.example.com'],
    NS: ['ns1.example.net'],
    TXT: [`v=spf1 include:a, b ${'x'.repeat(300)} -all`],
  };
  await using server = await startDnsStub((_, type = 'A') => ({ records: records[type] ?? [] }));
  const expected = {
    A: '192.0.2.10',
    AAAA: '2001:0DB8:0:0::1',
    CNAME: 'shop.example.net.',
    MX: '10 mail.example.com, mail2.example.com',
    NS: 'NS1.example.net.',
    TXT: `v=spf1 include:a, b ${'x'.repeat(300)} -all`,
  };
  for (const [type, expect] of Object.entries(expected)) {
    const reading = await at(server.address, { type, expect, match: 'exactly' }).ask();
    assert.equal(reading.cause, undefined, reading.said);
  }
  const wrong = await at(server.address, { type: 'MX', expect: '10 mail2.example.com' }).ask();
  assert.equal(wrong.cause, 'wrong-answer');
});

test('a wrong answer names what is missing or too much, as match has it', async () => {
  await using server = await startDnsStub(() => ({ records: ['192.0.2.10', '192.0.2.66'] }));
  const said = async (given: Given) => (await at(server.address, given).ask()).said.replace(/ \(\d+ ms\)/, '');
  const is = 'A of shop.example.com is 192.0.2.10, 192.0.2.66';

  assert.equal(await said({ expect: '192.0.2.10, 192.0.2.12' }), `${is}, without 192.0.2.12.`);
  assert.equal(await said({ expect: '192.0.2.10', match: 'exactly' }), `${is}, with 192.0.2.66 besides.`);
  assert.equal(await said({ expect: '192.0.2.10' }), `${is}.`);
  assert.equal(await said({ expect: '192.0.2.10, 192.0.2.12', match: 'any' }), `${is}.`);
  assert.equal(await said({ expect: '192.0.2.12', match: 'any' }), `${is}, without 192.0.2.12.`);
});

test('what a name server says of a name it cannot give has a cause and a command each', async () => {
  const cases: readonly (readonly [answer: ReturnType<Answering>, cause: string, command: RegExp])[] = [
    [{ rcode: RCODE.nxDomain }, 'no-such-name', /`dig \+trace shop\.example\.com A`/],
    [{}, 'no-answer', /`dig @127\.0\.0\.1 -p \d+ shop\.example\.com A`/],
    [{ rcode: RCODE.servFail }, 'servfail', /`dig \+cd @127\.0\.0\.1 -p \d+ shop\.example\.com A`/],
    [{ rcode: RCODE.refused }, 'not-permitted', /`server`/],
    [{ rcode: RCODE.formErr }, 'bad-response', /`dig @127/],
  ];
  for (const [answer, cause, command] of cases) {
    await using server = await startDnsStub(() => answer);
    const asked = at(server.address);
    const reading = await asked.ask();
    assert.equal(reading.cause, cause);
    assert.match(asked.remedyOf(reading), command);
  }
});

test('a name that flaps is told reading by reading', async () => {
  let rcode: number = RCODE.ok;
  await using server = await startDnsStub(() => (rcode === RCODE.ok ? { records: ['192.0.2.10'] } : { rcode }));
  const asked = at(server.address);
  const causes: (string | undefined)[] = [];
  for (const now of [RCODE.ok, RCODE.nxDomain, RCODE.ok, RCODE.servFail]) {
    rcode = now;
    causes.push((await asked.ask()).cause);
  }

  assert.deepEqual(causes, [undefined, 'no-such-name', undefined, 'servfail']);
});

test('a name server that never answers ends with the signal, as a timeout', async () => {
  await using server = await startDnsStub(() => undefined);
  const given = new AbortController();
  const reading = at(server.address).ask(given.signal);
  await until('it was asked', () => server.asked.length > 0);
  given.abort();

  const { cause, said } = await reading;

  assert.equal(cause, 'timeout');
  assert.equal(said, `The name server ${server.address} did not answer in time when asked for A of ${NAME}.`);
});

test('a signal that is over before it begins is a timeout too', async () => {
  await using server = await startDnsStub(() => ({ records: ['192.0.2.10'] }));

  assert.equal((await at(server.address).ask(AbortSignal.abort())).cause, 'timeout');
});

test('a lost packet is asked for again', async () => {
  let questions = 0;
  await using server = await startDnsStub(() => {
    questions += 1;
    return questions === 1 ? undefined : { records: ['192.0.2.10'] };
  });

  assert.equal((await at(server.address).ask()).cause, undefined);
  assert.equal(questions, 2);
});

test('nobody who listens there is refused, without waiting for the signal', async () => {
  const asked = at(`127.0.0.1:${await freePort()}`);

  const reading = await asked.ask();

  assert.equal(reading.cause, 'refused');
  assert.match(asked.remedyOf(reading), /`ss -lnup 'sport = :\d+'`/);
});

test('an answer too long for a datagram is asked for by TCP', async () => {
  const records = Array.from({ length: 80 }, (_, i) => `192.0.2.${i}`);
  await using server = await startDnsStub((_name, _type, by) => (by === 'udp' ? { isTruncated: true } : { records }));

  const reading = await at(server.address, { expect: '192.0.2.79' }).ask();

  assert.equal(reading.cause, undefined, reading.said);
  assert.deepEqual(server.asked, [`udp A ${NAME}`, `tcp A ${NAME}`]);
});

test('an answer that is no DNS is not taken for one', async () => {
  await using server = await startDnsStub(() => ({ raw: Buffer.from('HTTP/1.1 400 Bad Request') }));

  const { cause, said } = await at(server.address).ask();

  assert.equal(cause, 'bad-response');
  assert.match(said, /answered something that cannot be read when asked for A of shop\.example\.com \(EBADRESP\)\.$/);
});

test('another answer is a change that is told once, and going back to one just seen is a pool', async () => {
  let records = ['192.0.2.10'];
  let time = 0;
  await using server = await startDnsStub(() => ({ records }));
  const asked = at(server.address, {}, () => time);
  const changes = async () => (await asked.ask()).changes;
  const MINUTE = 60_000;

  assert.equal(await changes(), undefined);
  records = ['192.0.2.20'];
  assert.deepEqual(await changes(), ['A of shop.example.com changed: 192.0.2.10 is now 192.0.2.20.']);
  assert.equal(await changes(), undefined);
  records = ['192.0.2.10'];
  time += 29 * MINUTE;
  assert.equal(await changes(), undefined, 'the pool turns');
  records = ['192.0.2.20'];
  time += 31 * MINUTE;
  assert.deepEqual(await changes(), ['A of shop.example.com changed: 192.0.2.10 is now 192.0.2.20.']);
});

test('with expect: same a changed answer is wrong until it is the old one again', async () => {
  let records = ['192.0.2.10'];
  await using server = await startDnsStub(() => ({ records }));
  const asked = at(server.address, { expect: 'same' });
  const causes: (string | undefined)[] = [];
  for (const now of ['192.0.2.10', '192.0.2.66', '192.0.2.66', '192.0.2.10']) {
    records = [now];
    causes.push((await asked.ask()).cause);
  }

  assert.deepEqual(causes, [undefined, 'changed', 'changed', undefined]);
});

test('an answer that is right and takes too long is slow', async () => {
  await using server = await startDnsStub(() => {
    const end = performance.now() + 2;
    while (performance.now() < end);
    return { records: ['192.0.2.10'] };
  });

  const { cause, said } = await at(server.address, { slow: '1ms', expect: '192.0.2.10' }).ask();

  assert.equal(cause, 'slow');
  assert.match(said, /^The answer to A of shop\.example\.com took \d+ ms, longer than 1 ms\.$/);
});

test('what a zone writes into its records steers no terminal and has an end', async () => {
  await using server = await startDnsStub(() => ({ records: [`\u001b[2J${'y'.repeat(2_000)}`] }));

  const { said } = await at(server.address, { type: 'TXT' }).ask();

  assert.match(said, /is \\u001B\[2Jy+…/);
  assert.ok(said.length < 400);
});

test('options that do not go together are said in one sentence', () => {
  const mistakes: readonly (readonly [given: Given, said: RegExp])[] = [
    [{ domain: 'https://shop.example.com/' }, /^domain is "https.*write a name to look up/],
    [{ domain: '192.0.2.10' }, /^domain is/],
    [{ domain: 'a..b' }, /^domain is/],
    [{ server: 'ns1.example.com' }, /^server is "ns1\.example\.com"; write the address of a name server/],
    [{ server: '192.0.2.53:99999' }, /^server is/],
    [{ expect: '192.0.2.10, shop' }, /^expect has "shop", which is no value of A records/],
    [{ expect: '192.0.2.10', type: 'AAAA' }, /^expect has "192\.0\.2\.10", which is no value of AAAA/],
    [{ expect: 'a,,b', type: 'NS' }, /^expect has ""/],
  ];
  for (const [given, said] of mistakes)
    assert.throws(() => askedCheck(check, { domain: NAME, ...given }), { name: 'UserError', message: said });
});

test('servers are named with and without port, of both families', () => {
  for (const server of ['192.0.2.53', '192.0.2.53:5353', '2001:db8::53', '[2001:db8::53]:5353'])
    assert.equal(askedCheck(check, { domain: NAME, server }).target, `A of ${NAME} at ${server}`);
});

type Given = Readonly<Record<string, OptionValue>>;

function at(server: string, given: Given = {}, now?: () => number) {
  return askedCheck(check, { domain: NAME, server, ...given }, now && { now });
}
