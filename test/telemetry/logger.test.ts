import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type LogLevel } from '../../src/telemetry/logger.ts';
import { rateLimited } from '../../src/telemetry/rate-limited.ts';

test('a sentence and its fields are one JSON object on one line', () => {
  const { log, lines } = recording('info');

  log.warn({ path: '/var/log/nginx/a.log', inode: 7 }, 'File was truncated; reading from its start');

  const { time, ...rest } = lines()[0] ?? {};
  assert.deepEqual(rest, {
    level: 'warn',
    path: '/var/log/nginx/a.log',
    inode: 7,
    msg: 'File was truncated; reading from its start',
  });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('what steers a terminal or cannot be seen is escaped in the line and whole in its value', () => {
  const { log, lines, text } = recording('info');
  const hostile = 'a\u009b2J\u202eb\u200bc\u007f\u{e0041}\ud800 \\ é 漢';

  log.warn({ hostile, [hostile]: 1, error: new Error(hostile) }, hostile);

  assert.match(text(), /^[\x20-\x7eé漢]+\n$/u);
  const [line] = lines();
  assert.deepEqual([line?.hostile, line?.[hostile], line?.msg], [hostile, 1, hostile]);
});

test('a line below the level is not written', () => {
  const { log, lines } = recording('warn');

  log.info({}, 'Started');
  log.error({}, 'Stopped');

  assert.deepEqual(
    lines().map(({ level }) => level),
    ['error'],
  );
});

test('the password in an address is masked wherever it stands', () => {
  const { log, text } = recording('info');
  const secret = 's3cr3t';

  log.info({ smtp: `smtp://ops:${secret}@mail.example.com:587` }, 'Field named after its secret');
  log.info({ reason: `cannot reach redis://:${secret}@cache:6379/1` }, 'Within a sentence');
  log.info({ nested: { list: [`smtps://a:${secret}@/${secret}@b`] } }, 'Deep inside');
  log.info({ password: secret, auth: { user: 'ops', pass: secret } }, 'By its name');
  log.error({ error: new Error(`smtp://u:${secret}@h`, { cause: new Error(`redis://u:${secret}@h`) }) }, 'Thrown');
  log.info({}, `Even in the sentence smtp://u:${secret}@h`);

  assert.doesNotMatch(text(), /s3cr3t/);
  assert.match(text(), /smtp:\/\/\*\*\*@mail\.example\.com:587/);
});

test('an error is written with its message, code, stack and cause', () => {
  const { log, lines } = recording('info');
  const error = Object.assign(new Error('no such file', { cause: new Error('deeper') }), { code: 'ENOENT' });

  log.error({ error }, 'Could not be read');

  const written = lines()[0]?.error as Record<string, unknown>;
  assert.equal(written.message, 'no such file');
  assert.equal(written.code, 'ENOENT');
  assert.match(String(written.stack), /logger\.test\.ts/);
  assert.equal((written.cause as Record<string, unknown>).message, 'deeper');
});

test('text of others stays inside its string: no second line, no terminal control', () => {
  const { log, lines, text } = recording('info');
  const hostile = 'a"b\n{"level":"error"}\u001b[31m';

  log.info({ line: hostile }, 'Line was skipped');

  assert.equal(text().match(/\n/g)?.length, 1);
  assert.doesNotMatch(text(), /\u001b/);
  assert.equal(lines()[0]?.line, hostile);
});

test('endless texts, lists and nesting are cut', () => {
  const { log, text } = recording('info');
  const endless: Record<string, unknown> = { long: 'x'.repeat(1_000_000), list: Array(100_000).fill('y') };
  endless.self = endless;

  log.info(endless, 'Much');

  assert.ok(text().length < 20_000, `${text().length} characters`);
});

test('the same sentence is written once in a while, and says how often it was left out', () => {
  let now = 0;
  const { log, lines } = recording('info');
  const calm = rateLimited(log, 1_000, () => now);

  for (now = 0; now < 2_500; now += 100) calm.error({ now }, 'Redis is not usable');
  calm.error({}, 'Another sentence');

  assert.deepEqual(
    lines().map(({ now: at, leftOut, msg }) => ({ at, leftOut, msg })),
    [
      { at: 0, leftOut: undefined, msg: 'Redis is not usable' },
      { at: 1_000, leftOut: 9, msg: 'Redis is not usable' },
      { at: 2_000, leftOut: 9, msg: 'Redis is not usable' },
      { at: undefined, leftOut: undefined, msg: 'Another sentence' },
    ],
  );
  assert.equal(calm.dropped(), 22);
});

test('the same sentence at another level is another sentence', () => {
  const { log, lines } = recording('info');
  const calm = rateLimited(log, 1_000, () => 0);

  calm.warn({}, 'Redis');
  calm.error({}, 'Redis');

  assert.equal(lines().length, 2);
});

function recording(level: LogLevel) {
  const written: string[] = [];
  return {
    log: createLogger(level, { write: (line: string) => void written.push(line) }),
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
