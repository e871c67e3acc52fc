/** Name servers that hang, for all checks that connect by name. */
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { mock, test } from 'node:test';
import { check as http } from '../../src/checks/http.ts';
import { check as port } from '../../src/checks/port.ts';
import { check as tls } from '../../src/checks/tls.ts';
import { askedCheck } from '../support/places.ts';
import { until } from '../support/until.ts';

const NAME = 'hangs.example.com';
type Answer = (error: Error | null, addresses: unknown) => void;
for (const [what, asked] of [
  ['http', askedCheck(http, { url: `http://${NAME}:1/` })],
  ['http that may be asked link-local', askedCheck(http, { url: `http://${NAME}:1/`, linkLocal: true })],
  ['port', askedCheck(port, { host: NAME, port: 1 })],
  ['port of UDP', askedCheck(port, { host: NAME, port: 1, protocol: 'udp', send: 'hello' })],
  ['tls', askedCheck(tls, { host: NAME, port: 1 })],
] as const)
  test(`${what}: the name servers are to blame, and are asked once however often it is read`, async () => {
    using names = hangingNames();
    const { answers } = names;

    const first = await asked.ask(AbortSignal.timeout(50));
    const second = await asked.ask(AbortSignal.timeout(50));
    const inFlight = answers.length;
    for (const answer of answers) answer(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    const later = asked.ask(AbortSignal.timeout(5_000));
    await until('it asks anew', () => answers.length === 2);
    answers.at(-1)?.(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);

    assert.equal(first.cause, 'unknown-host');
    assert.match(first.said, /ETIMEDOUT/);
    assert.equal(second.cause, 'unknown-host');
    assert.equal(inFlight, 1);
    assert.match((await later).said, /ENOTFOUND/);
  });

function hangingNames() {
  const answers: Answer[] = [];
  const { mock: mocked } = mock.method(
    dns,
    'lookup',
    (_: string, __: unknown, answer: Answer) => void answers.push(answer),
  );
  syncBuiltinESMExports();
  return {
    answers,
    [Symbol.dispose]() {
      mocked.restore();
      syncBuiltinESMExports();
    },
  };
}
