import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askNtp, ntpServer } from '../../src/machine/ntp.ts';
import { freePort } from '../support/free-port.ts';
import { startNtpStub } from '../support/ntp-stub.ts';

for (const ahead of [0, 3_200, -86_400_000, 20 * 365 * 86_400_000]) {
  test(`a server that is ${ahead} ms ahead says so, off by half of the way at most`, async (t) => {
    const server = await startNtpStub(ahead);
    t.after(server.end);

    const { seconds, roundTripSeconds } = await askNtp({ host: '127.0.0.1', port: server.port });

    // Its clock and ours are read in whole milliseconds.
    assert.ok(Math.abs(seconds - ahead / 1_000) <= roundTripSeconds / 2 + 0.002, `${seconds} in ${roundTripSeconds}`);
  });
}

const WRONG: readonly (readonly [string, (answer: Buffer) => Buffer, RegExp])[] = [
  [
    'one that is asked too often',
    (answer) => written(answer, { 1: 0, 12: 0x52, 13: 0x41, 14: 0x54, 15: 0x45 }),
    /refuses to answer \(RATE\)/,
  ],
  ['one whose clock is not set', (answer) => written(answer, { 0: 0xe4 }), /its own clock is not set/],
  ['one of too many others', (answer) => written(answer, { 1: 16 }), /its own clock is not set/],
  ['a client', (answer) => written(answer, { 0: 0x23 }), /no time server/],
];
for (const [name, change, said] of WRONG) {
  test(`${name} is not believed`, async (t) => {
    const server = await startNtpStub(5_000, change);
    t.after(server.end);

    await assert.rejects(askNtp({ host: '127.0.0.1', port: server.port }), said);
  });
}

test('an answer to another question, and a short one, are none; and where nobody listens it is said', async (t) => {
  const foreign = await startNtpStub(5_000, (answer) => written(answer, { 24: (answer[24] ?? 0) ^ 1 }));
  const short = await startNtpStub(5_000, (answer) => answer.subarray(0, 47));
  t.after(foreign.end);
  t.after(short.end);

  await Promise.all([
    ...[foreign, short].map(
      async ({ port }) => await assert.rejects(askNtp({ host: '127.0.0.1', port }), /did not answer within 2 s/),
    ),
    assert.rejects(askNtp({ host: '127.0.0.1', port: await freePort() }), /ECONNREFUSED/),
  ]);
});

test('names and addresses of servers are read with their ports', () => {
  assert.deepEqual(ntpServer('pool.ntp.org'), { host: 'pool.ntp.org', port: 123 });
  assert.deepEqual(ntpServer('10.0.0.1:1123'), { host: '10.0.0.1', port: 1_123 });
  assert.deepEqual(ntpServer('[::1]:124'), { host: '::1', port: 124 });
  for (const text of ['', 'a b', 'host:0', 'host:65536', 'ntp://host', '::1', 'user:secret@host'])
    assert.equal(ntpServer(text), undefined, text);
});

function written(answer: Buffer, bytes: Readonly<Record<number, number>>): Buffer {
  for (const [at, byte] of Object.entries(bytes)) answer[Number(at)] = byte;
  return answer;
}
