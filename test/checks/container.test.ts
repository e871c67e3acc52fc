/** Containers as an engine's API tells of them, on a socket of the tests' own; by hand it was held to a real engine. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { check } from '../../src/checks/container.ts';
import { askAsNobody, noOtherUser } from '../support/nobody.ts';
import { askedCheck, thisMachine } from '../support/places.ts';
import { startStubEngine } from '../support/stub-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-container-'));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true }));
const STARTED = Date.UTC(2026, 0, 10, 12, 0, 0);

/** What GET /containers/NAME/json of Docker 20.10 says, as far as it is read. */
function container(state: Readonly<Record<string, unknown>>, restarts = 0): unknown {
  const given = { Status: 'running', Running: true, OOMKilled: false, ExitCode: 0, Error: '', ...state };
  return { Name: '/api', RestartCount: restarts, State: { StartedAt: new Date(STARTED).toISOString(), ...given } };
}

function health(status: string, output = ''): Readonly<Record<string, unknown>> {
  return {
    Health: {
      Status: status,
      FailingStreak: 3,
      Log: [
        { ExitCode: 1, Output: 'older' },
        { ExitCode: 1, Output: output },
      ],
    },
  };
}

let sockets = 0;
async function engine(options = {}, now = STARTED) {
  sockets += 1;
  const socket = join(folder, `engine-${sockets}.sock`);
  const clock = { now };
  const stub = await startStubEngine(socket);
  const asked = askedCheck(check, { container: 'api', socket, ...options }, { now: () => clock.now });
  return { ...stub, socket, asked, clock };
}

test('a container that ends is told with its exit code, and well again when it runs', async () => {
  const { asked, say, end, paths } = await engine();
  say(200, container({}));
  const well = await asked.ask();
  say(200, container({ Status: 'exited', Running: false, ExitCode: 137 }));
  const ended = await asked.ask();
  say(200, container({ StartedAt: new Date(STARTED + 60_000).toISOString() }));
  const again = await asked.ask();
  await end();

  assert.equal(asked.target, 'container api');
  assert.equal(well.cause, undefined);
  assert.equal(well.said, 'Container api is running.');
  assert.equal(ended.cause, 'not-running');
  assert.equal(asked.titleOf(ended), 'Container api is not running');
  assert.equal(
    ended.said,
    'Container api is exited: it ended with exit code 137, it was killed (SIGKILL), as the kernel does for want of memory.',
  );
  assert.match(asked.remedyOf(ended), /`docker logs --tail 50 api`.*`docker start api`/);
  assert.equal(again.cause, undefined);
  // Nothing is asked of the engine but to tell.
  assert.deepEqual([...new Set(paths)], ['GET /containers/api/json']);
});

test('an unhealthy container is told with what its health check printed', async () => {
  const { asked, say, end } = await engine();
  say(200, container(health('healthy')));
  const well = await asked.ask();
  say(200, container(health('unhealthy', ' connection refused\n')));
  const sick = await asked.ask();
  await end();

  assert.equal(well.said, 'Container api is running and healthy.');
  assert.equal(sick.cause, 'unhealthy');
  assert.equal(asked.titleOf(sick), 'Container api is unhealthy');
  assert.deepEqual(sick.lines, ['Its health check printed: connection refused']);
  assert.match(asked.remedyOf(sick), /`docker inspect -f '\{\{json \.State\.Health\.Log\}\}' api`/);
});

test('a health check may start for five minutes, and no longer', async () => {
  const { asked, say, end, clock } = await engine();
  say(200, container(health('starting')));
  clock.now = STARTED + 4 * 60_000;
  const early = await asked.ask();
  clock.now = STARTED + 6 * 60_000;
  const late = await asked.ask();
  await end();

  assert.equal(early.cause, undefined);
  assert.equal(late.cause, 'starting');
  assert.equal(asked.titleOf(late), 'Container api does not get healthy');
  assert.match(late.said, /has not passed for 6 min\.$/);
});

test('restarts within ten minutes are a crash loop, older ones are not', async () => {
  const { asked, say, end, clock } = await engine();
  const causes: (string | undefined)[] = [];
  for (const restarts of [7, 8, 9, 10]) {
    clock.now += 60_000;
    say(200, container({ StartedAt: new Date(clock.now).toISOString() }, restarts));
    causes.push((await asked.ask()).cause);
  }
  const looping = await asked.ask();
  clock.now += 10 * 60_000;
  const later = await asked.ask();
  say(200, container({ Status: 'restarting', ExitCode: 1 }, 10));
  const about = await asked.ask();
  await end();

  assert.deepEqual(causes, [undefined, undefined, undefined, 'restarts']);
  assert.equal(asked.titleOf(looping), 'Container api restarts again and again');
  assert.equal(looping.said, 'Container api is running; restarts within 10 minutes: 3.');
  assert.equal(later.cause, undefined);
  assert.equal(about.cause, 'restarts');
  assert.equal(about.said, 'Container api is restarting: it ended with exit code 1; restarts within 10 minutes: 0.');
});

test('a restart, and a process that was killed in a container that goes on, are changes and no faults', async () => {
  const { asked, say, end } = await engine();
  say(200, container({}));
  await asked.ask();
  say(200, container({ StartedAt: new Date(STARTED + 1_000).toISOString() }));
  const restarted = await asked.ask();
  say(200, container({ StartedAt: new Date(STARTED + 1_000).toISOString(), OOMKilled: true }));
  const killed = await asked.ask();
  await end();

  assert.deepEqual([restarted.cause, killed.cause], [undefined, undefined]);
  assert.deepEqual(restarted.changes, ['Container api was started anew.']);
  assert.deepEqual(killed.changes, [
    'A process in container api was killed for want of memory; the container goes on.',
  ]);
});

test('each way of not running has its own words', async () => {
  const { asked, say, end } = await engine();
  const table = [
    [
      { Status: 'exited', OOMKilled: true, ExitCode: 137 },
      'oom-killed',
      'Container api is exited: it was killed for want of memory.',
    ],
    [{ Status: 'paused' }, 'paused', 'Container api is paused.'],
    [{ Status: 'created' }, 'not-running', 'Container api is created: it was never started.'],
    [{ Status: 'dead', ExitCode: 1 }, 'not-running', 'Container api is dead: it ended with exit code 1.'],
  ] as const;
  for (const [state, cause, said] of table) {
    say(200, container(state));
    const reading = await asked.ask();

    assert.equal(reading.cause, cause);
    assert.equal(reading.said, said);
  }
  assert.equal(asked.titleOf({ cause: 'oom-killed', said: '' }), 'Container api was killed for want of memory');
  assert.match(asked.remedyOf({ cause: 'paused', said: '' }), /`docker unpause api`/);
  say(200, container({ Status: 'created', Error: 'port is already allocated' }));
  assert.deepEqual((await asked.ask()).lines, ['The engine says: port is already allocated']);
  await end();
});

test('a container that is not there is told, and how to find its name', async () => {
  const { asked, say, end, paths } = await engine({ container: 'shop-api-1' });
  say(404, { message: 'No such container: shop-api-1' });

  const reading = await asked.ask();
  await end();

  assert.equal(reading.cause, 'not-found');
  assert.equal(asked.titleOf(reading), 'There is no container shop-api-1');
  assert.match(asked.remedyOf(reading), /`docker ps -a --format/);
  assert.deepEqual(paths, ['GET /containers/shop-api-1/json']);
});

test('an engine that hangs, or talks nonsense, is no dead container', async () => {
  const { asked, say, hang, end } = await engine();
  hang();
  const hanging = await asked.ask(AbortSignal.timeout(200));
  say(500, { message: 'database is locked' });
  const broken = await asked.ask();
  say(200, '<html>');
  const nonsense = await asked.ask();
  say(200, 'x'.repeat(1_100_000));
  const endless = await asked.ask();
  await end();
  const gone = await asked.ask();

  for (const reading of [hanging, broken, nonsense, endless]) assert.equal(reading.cause, 'no-answer');
  assert.match(hanging.said, /did not answer \(ETIMEDOUT\)\.$/);
  assert.match(broken.said, /no answer of use \(status 500\)\.$/);
  assert.match(endless.said, /more than 1048576 bytes/);
  assert.equal(asked.titleOf(hanging), 'The container engine does not answer about api');
  assert.match(asked.remedyOf(hanging), /`timeout 10 docker ps`/);
  assert.equal(gone.cause, 'no-socket');
  assert.equal(asked.titleOf(gone), 'No container engine can be asked for api');
});

test('who may not use the socket says so', { skip: noOtherUser }, async () => {
  const { socket, end, asked } = await engine();
  chmodSync(socket, 0o660);

  const reading = await askAsNobody('container', { container: 'api', socket });
  await end();

  assert.equal(reading.cause, 'not-permitted');
  assert.equal(reading.said, `linesman may not use ${socket} (EACCES).`);
  assert.equal(asked.titleOf(reading), 'linesman may not ask about container api');
  assert.match(asked.remedyOf(reading), /`usermod -aG docker linesman`/);
});

test('below a mounted root the socket is found where the host has it', async () => {
  const root = mkdtempSync(join(folder, 'root-'));
  mkdirSync(join(root, 'run'));
  const stub = await startStubEngine(join(root, 'run', 'engine.sock'));
  stub.say(200, container({}));

  const reading = await askedCheck(
    check,
    { container: 'api', socket: '/var/run/engine.sock' },
    { places: { ...thisMachine, root } },
  ).ask();
  await stub.end();

  assert.equal(reading.said, 'Container api is running.');
});

test('options that name nothing are refused with what to write', () => {
  assert.throws(
    () => askedCheck(check, { container: '../x' }),
    /option "container" is "\.\.\/x"; write its name or id/,
  );
  assert.throws(() => askedCheck(check, { socket: 'tcp://1.2.3.4' }), /option "socket" is .*write the full path/);
});
