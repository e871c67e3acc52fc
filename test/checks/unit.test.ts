/** Units of a real systemd, which runs as a user's for the tests, and what a bus says that does not let us in. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { judgeUnit } from '../../src/checks/unit/judge-unit.ts';
import { readUnit } from '../../src/checks/unit/read-unit.ts';
import { check } from '../../src/checks/unit.ts';
import { askAsNobody, noOtherUser } from '../support/nobody.ts';
import { askedCheck, thisMachine } from '../support/places.ts';
import { startStubBus } from '../support/stub-bus.ts';
import { noSystemd, startSystemd, type TestSystemd } from '../support/systemd.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-unit-'));
after(() => rmSync(folder, { recursive: true }));
const skip = await noSystemd();

const RUNS = '[Service]\nExecStart=/bin/sleep 100000\n';
const UNITS = {
  'api.service': RUNS,
  'fails.service': '[Service]\nExecStart=/bin/sh -c "exit 3"\n',
  'killed.service': '[Service]\nExecStart=/bin/sh -c "kill -9 $$$$"\n',
  'waits.service': '[Service]\nType=notify\nExecStart=/bin/sleep 100000\n',
  'loops.service': 'StartLimitIntervalSec=0\n[Service]\nExecStart=/bin/false\nRestart=always\nRestartSec=20ms\n',
  'once.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n',
  'backup.service': '[Service]\nType=oneshot\nExecStart=/bin/sleep 100000\n',
  'nightly.timer': '[Timer]\nOnActiveSec=1d\nUnit=once.service\n',
  'worker@.service': RUNS,
};

/** Of one systemd for all that follow, which ends with them. */
let started: Promise<TestSystemd> | undefined;
after(async () => await (await started)?.end());
async function systemd(): Promise<TestSystemd> {
  started ??= startSystemd(UNITS);
  return await started;
}

function checkOf(unit: string, root: string, options = {}, now = Date.now) {
  return askedCheck(check, { unit, ...options }, { places: { ...thisMachine, root }, now });
}

test('a unit that is stopped is told, and well again when it is started', { skip }, async () => {
  const { root, ctl } = await systemd();
  const asked = checkOf('api', root);
  ctl('start', 'api.service');

  const well = await asked.ask();
  ctl('stop', 'api.service');
  const stopped = await asked.ask();
  ctl('start', 'api.service');
  const again = await asked.ask();
  const still = await asked.ask();

  assert.equal(asked.target, 'unit api.service');
  assert.equal(well.cause, undefined);
  assert.equal(well.said, 'Unit api.service is active (running).');
  assert.equal(stopped.cause, 'inactive');
  assert.equal(asked.titleOf(stopped), 'Unit api.service is not running');
  assert.equal(stopped.said, 'Unit api.service is inactive (dead).');
  assert.match(asked.remedyOf(stopped), /`systemctl status api\.service`, `journalctl -u api\.service -n 50`/);
  assert.equal(again.cause, undefined);
  assert.match(again.changes?.[0] ?? '', /^Unit api\.service was started anew: process \d+ is now \d+\.$/);
  assert.deepEqual(still.changes, []);
});

test('what is read is what systemctl shows', { skip }, async () => {
  const { root, ctl } = await systemd();
  ctl('start', 'api.service');
  ctl('start', 'fails.service');
  ctl('start', 'nightly.timer');

  for (const unit of ['api.service', 'fails.service', 'nightly.timer', 'once.service', 'absent.service']) {
    const answer = await readUnit({ ...thisMachine, root }, unit, AbortSignal.timeout(30_000));
    const shown = new Map(
      ctl('show', unit)
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    assert.ok(answer.trouble === undefined, unit);
    const { state } = answer;
    const numbers = (values: readonly (number | undefined)[]) =>
      values.map((value) => (value === undefined ? undefined : String(value)));

    assert.deepEqual(
      [state.load, state.active, state.sub, state.result],
      ['LoadState', 'ActiveState', 'SubState', 'Result'].map((name) => shown.get(name)),
      unit,
    );
    assert.deepEqual(
      numbers([state.restarts, state.exitKind, state.exitStatus, state.pid]),
      ['NRestarts', 'ExecMainCode', 'ExecMainStatus', 'ExecMainPID'].map((name) => shown.get(name)),
      unit,
    );
  }
});

test('a unit that failed is told with its exit code or signal', { skip }, async () => {
  const { root, ctl } = await systemd();
  ctl('start', 'fails.service');
  ctl('start', 'killed.service');
  const fails = checkOf('fails.service', root);
  const killed = checkOf('killed.service', root);

  await until(
    'both failed',
    async () => (await fails.ask()).cause === 'failed' && (await killed.ask()).cause === 'failed',
  );
  const [exited, signalled] = [await fails.ask(), await killed.ask()];

  assert.equal(fails.titleOf(exited), 'Unit fails.service failed');
  assert.equal(exited.said, 'Unit fails.service is failed (failed): it ended with exit code 3.');
  assert.equal(signalled.said, 'Unit killed.service is failed (failed): it was ended by signal 9.');
  assert.match(fails.remedyOf(exited), /`systemctl restart fails\.service`/);
});

test('a unit that systemd restarts again and again is told, although it runs now and then', { skip }, async () => {
  const { root, ctl } = await systemd();
  const asked = checkOf('loops.service', root);
  await asked.ask();
  ctl('start', '--no-block', 'loops.service');
  await until(
    'it was restarted three times',
    () => Number(/\d+/.exec(ctl('show', '-p', 'NRestarts', 'loops.service'))?.[0]) >= 3,
  );

  const reading = await asked.ask();
  ctl('stop', 'loops.service');

  assert.equal(reading.cause, 'restarts');
  assert.equal(asked.titleOf(reading), 'Unit loops.service restarts again and again');
  assert.match(reading.said, /; it was restarted \d+ times within 10 minutes/);
  assert.ok((reading.figures?.restarts ?? 0) >= 3);
});

test('a unit that starts for too long is told', { skip }, async () => {
  const { root, ctl } = await systemd();
  let ahead = 0;
  const asked = checkOf('waits', root, {}, () => Date.now() + ahead);
  ctl('start', '--no-block', 'waits.service');
  await until('it starts', () => ctl('is-active', 'waits.service').trim() === 'activating');

  const early = await asked.ask();
  ahead = 130_000;
  const late = await asked.ask();
  ctl('stop', 'waits.service');

  assert.equal(early.cause, undefined);
  assert.equal(late.cause, 'starting');
  assert.equal(asked.titleOf(late), 'Unit waits.service does not get started');
  assert.match(late.said, /^Unit waits\.service is activating \(start\) for 1[3-9]\d s\.$/);
});

test('what a timer starts may rest, and the timer has to run', { skip }, async () => {
  const { root, ctl } = await systemd();
  ctl('start', 'nightly.timer');

  assert.equal((await checkOf('nightly.timer', root).ask()).said, 'Unit nightly.timer is active (waiting).');
  assert.equal((await checkOf('once', root, { expect: 'not-failed' }).ask()).cause, undefined);
  assert.equal((await checkOf('once', root).ask()).cause, 'inactive');
  ctl('start', '--no-block', 'backup.service');
  await until('it runs', () => ctl('is-active', 'backup.service').trim() === 'activating');
  const hourLater = () => Date.now() + 3_600_000;
  const backup = await checkOf('backup', root, { expect: 'not-failed' }, hourLater).ask();
  ctl('stop', 'backup.service');
  assert.equal(backup.cause, undefined);
  assert.match(backup.said, /^Unit backup\.service is activating \(start\) for 36\d\d s\.$/);
});

test('names with an @ and a dash are found, and one that systemd does not know is said', { skip }, async () => {
  const { root, ctl } = await systemd();
  ctl('start', 'worker@a-1.service');
  const absent = checkOf('absent', root);

  const instance = await checkOf('worker@a-1', root).ask();
  const reading = await absent.ask();
  ctl('stop', 'worker@a-1.service');

  assert.equal(instance.said, 'Unit worker@a-1.service is active (running).');
  assert.equal(reading.cause, 'not-found');
  assert.equal(absent.titleOf(reading), 'There is no unit absent.service');
  assert.match(absent.remedyOf(reading), /`systemctl list-unit-files \| grep -F absent\.service`/);
});

test('the same is read over a real bus', { skip: skip || noBus() }, async () => {
  const bus = 'dbus-daemon --session --address=systemd: --nofork --nopidfile --systemd-activation';
  const { root, ctl, end } = await startSystemd({
    'api.service': RUNS,
    'dbus.socket': '[Socket]\nListenStream=%t/dbus/system_bus_socket\n',
    'dbus.service': `[Service]\nType=notify\nExecStart=${bus}\n`,
  });
  ctl('start', 'dbus.socket', 'dbus.service', 'api.service');
  // Were it asked directly, the bus would not be asked.
  const own = join(root, 'run', 'systemd', 'private');
  renameSync(own, `${own}.away`);

  await until('systemd is on the bus', async () => (await checkOf('api', root).ask()).cause === undefined);
  const well = await checkOf('api', root).ask();
  const absent = await checkOf('absent', root).ask();
  // systemctl stops the bus too, and must not ask over it.
  renameSync(`${own}.away`, own);
  await end();

  assert.equal(well.said, 'Unit api.service is active (running).');
  assert.equal(absent.cause, 'not-found');
});

function noBus(): string | false {
  try {
    execFileSync('dbus-daemon', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no dbus-daemon is installed';
  }
}

/** A root with an empty folder for the bus's socket. */
function rootFor(name: string): { readonly root: string; readonly socket: string } {
  const root = join(folder, name);
  mkdirSync(join(root, 'run', 'dbus'), { recursive: true });
  return { root, socket: join(root, 'run', 'dbus', 'system_bus_socket') };
}

test('where there is no systemd this is said, and not that the unit is gone', async () => {
  const { root } = rootFor('none');
  const asked = checkOf('nginx', root);
  const inContainer = askedCheck(check, { unit: 'nginx' }, { places: { ...thisMachine, root, isContainerOnly: true } });

  const reading = await asked.ask();

  assert.equal(reading.cause, 'no-systemd');
  assert.equal(asked.titleOf(reading), 'systemd cannot be asked for unit nginx.service');
  assert.match(reading.said, /there is neither .*system_bus_socket nor .*private\.$/);
  assert.match(asked.remedyOf(reading), /`ps -p 1 -o comm=`/);
  assert.equal((await inContainer.ask()).cause, 'no-systemd');
});

test('a bus that does not answer is no failed unit', async () => {
  const { root, socket } = rootFor('hangs');
  const stub = await startStubBus(socket, { login: undefined });
  const asked = checkOf('nginx', root);

  const reading = await asked.ask(AbortSignal.timeout(200));
  await stub.end();

  assert.equal(reading.cause, 'no-answer');
  assert.equal(asked.titleOf(reading), 'systemd does not answer about unit nginx.service');
  assert.match(reading.said, /system_bus_socket: ETIMEDOUT\.$/);
});

test('who may not ask says so', async () => {
  const DENIED = ['org.freedesktop.DBus.Error.AccessDenied', 'An AppArmor policy prevents this sender'] as const;
  const cases = [
    ['rejected', { login: 'REJECTED EXTERNAL' }, /system_bus_socket: REJECTED\.$/],
    ['denied', { login: 'OK 12', error: DENIED, calls: 10 }, /An AppArmor policy prevents this sender\.$/],
  ] as const;
  for (const [name, answers, said] of cases) {
    const { root, socket } = rootFor(name);
    const stub = await startStubBus(socket, answers);
    const asked = checkOf('nginx', root);

    const reading = await asked.ask();
    await stub.end();

    assert.equal(reading.cause, 'not-permitted', name);
    assert.match(reading.said, said);
    assert.equal(asked.titleOf(reading), 'linesman may not ask about unit nginx.service');
    assert.match(asked.remedyOf(reading), /apparmor=unconfined.*`busctl get-property/);
  }
});

test('a bus without systemd on it is told as no systemd', async () => {
  const { root, socket } = rootFor('without');
  const error = ['org.freedesktop.DBus.Error.ServiceUnknown', 'The name is not known'] as const;
  const stub = await startStubBus(socket, { login: 'OK 12', error, calls: 10 });

  const reading = await checkOf('nginx', root).ask();
  await stub.end();

  assert.equal(reading.cause, 'no-systemd');
});

test('a socket that others may not use is told', { skip: noOtherUser }, async () => {
  const { root, socket } = rootFor('private');
  chmodSync(folder, 0o755);
  const stub = await startStubBus(socket, { login: 'OK 12' });

  const reading = await askAsNobody('unit', { unit: 'nginx' }, { places: { root } });
  await stub.end();

  assert.equal(reading.cause, 'not-permitted');
  assert.match(reading.said, /system_bus_socket: EACCES\.$/);
});

test('states that no test can bring about are judged by what systemd says of them', () => {
  const wanted = {
    unit: 'a.service',
    mayRest: false,
    startWithinMs: 120_000,
    limit: { restarts: 3, withinMs: 600_000 },
  };
  const state = {
    ...{ load: 'loaded', active: 'failed', sub: 'failed', changedAt: 0, result: 'success', restarts: 0 },
    ...{ exitKind: 2, exitStatus: 9, pid: 1 },
  };
  const judged = (part: Partial<typeof state>) =>
    judgeUnit(wanted, { state: { ...state, ...part }, restarts: 0, now: 0 });

  assert.deepEqual(judged({ result: 'oom-kill' }), {
    cause: 'oom-killed',
    said: 'Unit a.service is failed (failed): the kernel or systemd ended it for want of memory.',
  });
  assert.equal(judged({ active: 'activating', sub: 'auto-restart', result: 'exit-code', exitKind: 1 }).cause, 'failed');
  assert.equal(
    judged({ active: 'inactive', sub: 'dead', load: 'masked' }).said,
    'Unit a.service is masked, so that nothing can start it.',
  );
  assert.equal(judged({ active: 'reloading', sub: 'reload' }).cause, undefined);
  assert.equal(judged({ active: 'deactivating', sub: 'stop-sigterm' }).cause, 'inactive');
});

test('a name that is no unit is refused with what to write', () => {
  for (const unit of ['/usr/sbin/nginx', 'a b', 'worker@', ''])
    assert.throws(() => askedCheck(check, { unit }), /option "unit" is .*write the name of one unit/);
});
