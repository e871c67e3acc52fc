/** A data folder that may not be written: linesman ends, says why where it can, and mails it once however often it is started. */
import assert from 'node:assert/strict';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld, type Running } from '../support/service.ts';

const NOBODY = 65_534;
const rootOnly = process.getuid?.() === 0 ? false : 'only root can start a process as another user';

test('it is on /healthz while linesman lives, in its log, and in one mail over many starts; then it is over', {
  skip: rootOnly,
}, async (t) => {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const world = await createWorld({ env: { REDIS_URL: redis.url } });
  t.after(world.end);
  const temporary = join(world.folder, 'temporary');
  for (const folder of [world.data, temporary]) await mkdir(folder);
  for (const folder of [world.folder, temporary]) await chown(folder, NOBODY, NOBODY);
  const start = { uid: NOBODY, env: { TMPDIR: temporary } };

  const first = world.begin(start);
  const reason = await first.complains(/data folder/);
  const codes = [await first.ended, await world.begin(start).ended, await world.begin(start).ended];

  assert.match(reason, /^The data folder ".*" cannot be written \(EACCES\): linesman runs as user 65534;/);
  assert.deepEqual(codes, [78, 78, 78]);
  assert.match(String(said(first, 'Not well')?.remedy), /chown -R 65534:65534/);
  assert.match(first.stderr(), /DATA_FOLDER, see docs\/ERRORS\.md/);
  // A container whose temporary folder is in memory remembers nothing, and sends nothing.
  if (said(first, 'No mail is sent: nothing outlives this start that could remember it, and each start would send one'))
    return assert.equal(world.sink.mails.length, 0);
  assert.equal(world.sink.mails.length, 1);

  await chown(world.data, NOBODY, NOBODY);
  const last = await world.start(start);
  const [told, over] = await world.sink.waitFor(2);
  await last.stop();
  const again = await world.start(start);
  await again.isWell();

  assert.equal(world.sink.mails.length, 2);
  assert.match(told?.parsed.subject ?? '', /^\[linesman critical\] test Data folder cannot be written #\w{4}$/);
  assert.match(told?.parsed.text ?? '', /linesman does not run[\s\S]*\| .*`.*chown -R 65534:65534/);
  assert.deepEqual(
    [over?.parsed.inReplyTo, over?.parsed.subject],
    [told?.parsed.messageId, `Re: ${told?.parsed.subject}`],
  );
});

test('a mail server that does not answer does not keep linesman from ending', { skip: rootOnly }, async (t) => {
  const world = await createWorld({ smtp: { mode: { kind: 'stall' } } });
  t.after(world.end);
  await mkdir(world.data);
  await chown(world.folder, NOBODY, NOBODY);

  const linesman = world.begin({ uid: NOBODY, env: { TMPDIR: world.folder } });

  assert.equal(await linesman.ended, 78);
});

function said(linesman: Running, message: string) {
  return linesman.log().find(({ msg }) => msg === message);
}
