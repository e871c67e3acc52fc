import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeWrapped, unwrap } from '../../../../src/core/parse/wrappers/wrapped.ts';
import { WRAPPERS } from '../../../support/wrappers.ts';

const LINE = '203.0.113.7 - - [25/Nov/2026:08:22:39 +0000] "GET / HTTP/1.1" 200 15 "-" "curl"';
const TIME = '2026-11-25T08:22:39.123456789Z';

test('a plain line has no wrapper', () => {
  for (const line of [
    '',
    'x',
    LINE,
    '2026/11/25 08:22:39 [error] 1#1: *2 open() failed',
    '2026-11-25T08:22:39Z ERROR [cart] no stock of 77',
    '{"status":200,"log":"x\\n"}',
    `{"log":"x\\n","stream":"stdout","time":"${TIME}","status":200}`,
    '{"log":"x\\n"',
    '{"log":"x\\n"}',
    '<html>',
    'Nov 25 08:22:39',
  ])
    assert.equal(unwrap(line), undefined, line);
});

test("Docker's objects hold a line with its LF, whatever the order of their keys", () => {
  for (const object of [
    { log: `${LINE}\n`, stream: 'stdout', time: TIME },
    { log: `${LINE}\r\n`, stream: 'stdout', attrs: { tag: 'web', nested: [[1]] }, time: TIME },
    { time: TIME, log: `${LINE}\n` },
  ])
    assert.deepEqual(unwrap(JSON.stringify(object)), {
      text: LINE,
      stream: 'stdout',
      isPart: false,
      stamp: { format: 'iso8601', text: TIME },
    });
});

test('without LF a full buffer of Docker is a part, a shorter one the end of an output', () => {
  const part = (log: string) => unwrap(JSON.stringify({ log, stream: 'stderr', time: TIME }))?.isPart;

  assert.equal(part('x'.repeat(16_384)), true);
  assert.equal(part('é'.repeat(8_192)), true);
  assert.equal(part('x'.repeat(16_383)), false);
  assert.equal(part(`${'x'.repeat(16_384)}\n`), false);
});

test('Kubernetes writes time, stream, and whether it is a part', () => {
  const stamp = { format: 'iso8601', text: TIME };

  assert.deepEqual(unwrap(`${TIME} stdout F ${LINE}`), { text: LINE, stream: 'stdout', isPart: false, stamp });
  assert.deepEqual(unwrap(`${TIME} stderr P ${LINE}`), { text: LINE, stream: 'stderr', isPart: true, stamp });
  assert.deepEqual(unwrap(`${TIME} stdout F:x:y `), { text: '', stream: 'stdout', isPart: false, stamp });
  assert.equal(unwrap(`${TIME} stdin F x`), undefined);
  assert.equal(unwrap(`${TIME} stdout Q x`), undefined);
});

for (const [name, header, stamp] of [
  ['nginx', '<190>Nov 25 08:22:39 web-1 nginx: ', 'Nov 25 08:22:39'],
  ['nginx with nohostname', '<190>Nov 25 08:22:39 nginx: ', 'Nov 25 08:22:39'],
  ['nginx as it starts, when it has no host yet', '<189>Nov 25 08:22:39  nginx_error: ', 'Nov 25 08:22:39'],
  ['a day of one digit', '<190>Nov  5 08:22:39 web-1 nginx: ', 'Nov  5 08:22:39'],
  ['a process id', '<30>Nov 25 08:22:39 web-1 nginx[12]: ', 'Nov 25 08:22:39'],
  ['an address as host', '<30>Nov 25 08:22:39 2001:db8::7 shop_access: ', 'Nov 25 08:22:39'],
  ['a file of rsyslog', 'Nov 25 08:22:39 web-1 nginx[12]: ', 'Nov 25 08:22:39'],
  ['a file of rsyslog, new', '2026-11-25T08:22:39.003+01:00 web-1 nginx: ', '2026-11-25T08:22:39.003+01:00'],
  ['RFC 5424', '<190>1 2026-11-25T08:22:39.003Z web-1 nginx 12 - - ', '2026-11-25T08:22:39.003Z'],
  ['RFC 5424 with a mark', '<190>1 2026-11-25T08:22:39.003Z web-1 nginx 12 ID7 - \uFEFF', '2026-11-25T08:22:39.003Z'],
  ['structured data', `<190>1 ${TIME} web-1 nginx 12 ID7 [a@1 x="1" y=""][b@1 z="\\]\\" \\\\"] `, TIME],
] as const)
  test(`syslog, ${name}: the message is the line`, () => {
    const format = stamp.startsWith('Nov') ? 'syslog' : 'iso8601';

    assert.deepEqual(unwrap(`${header}${LINE}`), {
      text: LINE,
      stream: 'stdout',
      isPart: false,
      stamp: { format, text: stamp },
    });
  });

test('syslog without a time, without a message, and cut off inside its data', () => {
  assert.deepEqual(unwrap(`<190>1 - - - - - - ${LINE}`)?.stamp, undefined);
  assert.equal(unwrap(`<190>1 - - - - - - ${LINE}`)?.text, LINE);
  assert.equal(unwrap('<190>1 - - nginx - - -')?.text, '');
  assert.equal(unwrap('<190>1 - - nginx - - [a b="c]'), undefined);
  assert.equal(unwrap('<190>1 - - nginx - - [a b="c"]d'), undefined);
  assert.equal(unwrap('<190>1 - - nginx - - '), undefined);
});

test('the journal prints a message as text, as bytes, or leaves it out', () => {
  const journal = (MESSAGE: unknown) =>
    unwrap(JSON.stringify({ __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1795594959123456', PRIORITY: '6', MESSAGE }));

  assert.deepEqual(journal(LINE), {
    text: LINE,
    stream: 'stdout',
    isPart: false,
    stamp: { format: 'micros', text: '1795594959123456' },
  });
  assert.equal(journal([...new TextEncoder().encode('é'), 0xff])?.text, 'é\uFFFD');
  assert.equal(journal(null)?.text, undefined);
  assert.equal(journal(null)?.isPart, false);
  for (const wrong of [1, {}, ['a'], [256], [-1], [1.5], true]) assert.equal(journal(wrong), undefined);
});

test('what JSON can hold is no trap: depth, doubled and inherited keys, wrong kinds, lone surrogates', () => {
  const docker = `"stream":"stdout","time":"${TIME}"}`;

  assert.equal(unwrap(`{"log":"a\\n","log":"b\\n",${docker}`)?.text, 'b');
  assert.equal(unwrap(`{"log":"\\u0000\\u001b[1m\\ud800\\u2028\\nx\\n",${docker}`)?.text, '\0\x1B[1m\uD800\u2028\nx');
  for (const line of [
    `{"__proto__":{"log":"x\\n","stream":"stdout"},"time":"${TIME}"}`,
    `{"log":{"toString":1},${docker}`,
    `{"log":null,${docker}`,
    `{"log":"x\\n","stream":"__proto__","time":"${TIME}"}`,
    '{"log":"x\\n","stream":"stdout","time":5}',
    `{"log":"x\\n",${docker}{"log":"y\\n",${docker}`,
    `{"log":${'['.repeat(100_000)}}`,
    '{"MESSAGE":"x","__REALTIME_TIMESTAMP":5}',
  ])
    assert.equal(unwrap(line), undefined, line.slice(0, 80));
});

test('what is wrapped is told from its first bytes, and a plain line of nginx mostly is not', () => {
  const isTold = (line: string) => mayBeWrapped(new TextEncoder().encode(line), 0);

  for (const [name, wrap] of Object.entries(WRAPPERS)) assert.equal(isTold(wrap(LINE, Date.parse(TIME))), true, name);
  for (const line of [LINE, '::1 - - [25', '2026/11/25 08:22:39 [error] 1#1: x', 'unix: - - [25', ''])
    assert.equal(isTold(line), false, line);
});
