/** Logs that cannot be read, looked at without a service: each trap as it is on a disk. */
import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { logsNamedIn, probeLogs } from '../../../src/app/reading/log-states.ts';
import { createSourceStates } from '../../../src/app/reading/source-states.ts';
import type { Surroundings } from '../../../src/core/reading/state.ts';
import { createHealth } from '../../../src/telemetry/health.ts';
import { until } from '../../support/until.ts';

const NOBODY = 65_534;
const WHERE: Surroundings = { place: 'container', uid: 1000, gid: 1000, user: 'node', groups: {} };

test('links to the output of a container are one state each, with commands for all of them', async (t) => {
  const folder = await logFolder(t);
  await symlink('/dev/stdout', join(folder, 'access.log'));
  await symlink('/dev/stderr', join(folder, 'error.log'));

  const states = await probeLogs([join(folder, '*.log')], WHERE);

  assert.deepEqual(
    states.map(({ name }) => name),
    ['log_is_output', 'log_is_output'],
  );
  assert.match(states[0]?.sentence ?? '', /access\.log' is a link to \/dev\/stdout, so Nginx writes/);
  assert.match(states[0]?.remedy[1]?.command ?? '', /rm \/var\/log\/nginx\/access\.log \/var\/log\/nginx\/error\.log/);
});

test('a log of another group is not permitted, with its group', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can act as another user');
  const folder = await logFolder(t);
  await writeFile(join(folder, 'access.log'), '');
  await chown(join(folder, 'access.log'), 0, 4);
  await chmod(join(folder, 'access.log'), 0o640);

  const states = await asNobody(async () => await probeLogs([join(folder, '*.log')], WHERE));

  assert.deepEqual(
    states.map(({ name, remedy }) => [name, remedy.map(({ command }) => command)]),
    [['log_not_permitted', ['docker run --group-add 4 … linesman', 'group_add: ["4"]']]],
  );
});

test('no log says whether its folder is there, and where there are some', async (t) => {
  const folder = await logFolder(t);
  await mkdir(join(folder, 'other'));
  await writeFile(join(folder, 'other', 'site.log'), '');
  const elsewhere = join(folder, 'other', '*.log');

  const [empty] = await probeLogs([join(folder, '*.log')], WHERE, [elsewhere]);
  const [none] = await probeLogs([join(folder, 'none', '*.log')], WHERE, [elsewhere]);

  assert.match(empty?.sentence ?? '', /^Nothing matches '.*' yet; .* The folder '.*' is there and has no such file\./);
  assert.match(none?.sentence ?? '', /There is no folder '.*none'\. There are logs at .*other\/\*\.log/);
  assert.match(none?.remedy[0]?.command ?? '', /^docker run -e LINESMAN_LOGS='.*other\/\*\.log' … linesman$/);
});

test('logs that nginx.conf names are among those that are looked for', async (t) => {
  const folder = await logFolder(t);
  const conf = join(folder, 'nginx.conf');
  await writeFile(conf, `http { access_log ${folder}/site.log; access_log /logs/$host.log; access_log logs/x.log; }\n`);

  assert.deepEqual(await logsNamedIn(conf), [`${folder}/site.log`]);
  assert.deepEqual(await logsNamedIn(join(folder, 'none.conf')), []);
  assert.deepEqual([await logsNamedIn('off'), await logsNamedIn(undefined)], [[], []]);
});

test('files that can be read are no state', async (t) => {
  const folder = await logFolder(t);
  await writeFile(join(folder, 'access.log'), '');

  assert.deepEqual(await probeLogs([join(folder, '*.log')], WHERE), []);
});

test('what a source cannot read is said with its commands, and what is only slower is a note', async () => {
  const health = createHealth();
  const problem = "'/logs/access.log' is a link to /dev/stdout, so Nginx writes elsewhere.";
  const slower = 'The system has no file watches left (ENOSPC), so …: raise fs.inotify.max_user_watches.';
  const states = createSourceStates({
    ...{ sources: [{ name: 'web', files: ['/logs/*.log'] }], health, now: () => 0 },
    probe: async () => [{ name: 'log_is_output', sentence: problem, remedy: [{ does: 'mend it', command: 'rm x' }] }],
  });

  states.saw('web', [problem, slower]);
  await until('it is said', () => health.reasons().length > 0);

  assert.deepEqual([health.reasons(), health.notes()], [[problem], [slower]]);
  assert.deepEqual(states.evidence('web'), [problem, 'Mend it: `rm x`']);
  assert.deepEqual(
    health.states().map(({ remedy }) => remedy[0]?.command),
    ['sysctl -w fs.inotify.max_user_watches=524288', 'rm x'],
  );
  states.saw('web', []);
  assert.deepEqual([health.reasons(), health.notes(), states.evidence('web')], [[], [], []]);
});

test('what is over before the look at it ends is not said any more, and a look that fails keeps nothing back', async () => {
  const health = createHealth();
  const gate = Promise.withResolvers<never>();
  const states = createSourceStates({
    ...{ sources: [{ name: 'web', files: ['/logs/*.log'] }], health, now: () => 0 },
    probe: async () => await gate.promise,
  });

  states.saw('web', ['It cannot be read.']);
  states.saw('web', []);
  states.saw('web', ['It can still not be read.']);
  gate.reject(new Error('the mount hangs'));
  await until('it is said', () => health.reasons().length > 0);

  assert.deepEqual(health.reasons(), ['It can still not be read.']);
});

async function logFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-states-'));
  await chmod(folder, 0o755);
  t.after(async () => await rm(folder, { recursive: true }));
  return folder;
}

/** Root may read everything; the file system asks for the effective user. */
async function asNobody<Result>(act: () => Promise<Result>): Promise<Result> {
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([NOBODY]);
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}
