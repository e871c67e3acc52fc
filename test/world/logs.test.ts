/** Logs that cannot be read: linesman says which and why, and counts all of their lines once they can be. */
import assert from 'node:assert/strict';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { nginxLines } from '../support/nginx-lines.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

const NOBODY = 65_534;

test('a log folder that is missing is named, and read from its first line once it is there', async (t) => {
  const world = await createWorld({ hasNoLogs: true });
  t.after(world.end);
  const linesman = await world.start();

  const reason = await linesman.complains(/Nothing matches/);
  await mkdir(dirname(world.accessLog));
  await world.append(nginxLines(250));
  await linesman.takes(250);

  assert.match(reason, /^Nothing matches '.*\/logs\/\*\.log' yet; it is looked for every second: check the path/);
  await linesman.isWell();
});

test('a log that may not be read is named with its group and the remedy, and read once it may', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can start a process as another user');
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const world = await createWorld({ env: { REDIS_URL: redis.url } });
  t.after(world.end);
  await mkdir(world.data);
  for (const path of [world.folder, world.data]) await chown(path, NOBODY, NOBODY);
  await chmod(world.accessLog, 0o640);
  await chown(world.accessLog, 0, 4);
  const linesman = await world.start({ uid: NOBODY });

  const reason = await linesman.complains(/may not be read/);
  await until('the command is there that gives the group', async () =>
    /--group-add 4 |usermod -aG \w+ |supplementalGroups: \[4\]/.test(JSON.stringify((await linesman.health()).states)),
  );
  await world.append(nginxLines(120));
  await chmod(world.accessLog, 0o644);
  await linesman.takes(120);

  assert.equal(
    reason,
    `'${world.accessLog}' may not be read: it belongs to group 4 with mode 0640; start linesman as a member of that group: usermod -aG 4 USER, or in a container --group-add 4 (compose.yaml: group_add: ["4"]).`,
  );
  await linesman.isWell();
});
