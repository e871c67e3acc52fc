import assert from 'node:assert/strict';
import { test } from 'node:test';
import { known, SHUT, startChecking, type Told, WELL } from './checking-harness.ts';

test('a check is asked soon after the start and then at its time', async () => {
  const { told, pass } = startChecking([known('api', async () => WELL)]);

  await pass(31_000);

  assert.deepEqual(times(told), [0, 15, 30]);
  assert.ok(told.every(({ failed }) => failed === 0));
});

test('many are spread, and at most eight are asked at once', async () => {
  let busy = 0;
  let most = 0;
  const answers: (() => void)[] = [];
  const checks = Array.from({ length: 20 }, (_, index) =>
    known(`c${index}`, async () => {
      busy += 1;
      most = Math.max(most, busy);
      await new Promise<void>((resolve) => answers.push(resolve));
      busy -= 1;
      return WELL;
    }),
  );
  const { told, pass } = startChecking(checks);

  await pass(200);
  assert.equal(busy, 1, 'the second one is due a quarter of a second later');
  await pass(4_000);
  assert.equal(busy, 8);
  while (told.length < 20) {
    answers.shift()?.();
    await pass(100);
  }

  assert.equal(most, 8);
  assert.equal(new Set(told.map(({ check }) => check)).size, 20);
});

test('one that does not end is given up, told as hanging, and not asked a second time beside itself', async () => {
  let runs = 0;
  let end = () => {};
  const check = known('disk', async () => {
    runs += 1;
    if (runs === 1) await new Promise<void>((resolve) => (end = resolve));
    return WELL;
  });
  const { told, measured, pass } = startChecking([check]);

  await pass(31_000);

  assert.equal(runs, 1);
  assert.deepEqual(times(told), [6, 15, 30]);
  assert.deepEqual(
    told.map(({ failed, lines }) => [failed, lines[0]]),
    [6, 15, 30].map((seconds) => [1, `No answer came within ${seconds} s, and no failure either.`]),
  );
  assert.ok(measured.some(({ series }) => series === 'check.cause{cause=hangs,check=disk}'));

  end();
  await pass(15_000);
  assert.equal(runs, 2, 'it ended, so it is asked again');
  assert.equal(told.at(-1)?.failed, 0);
});

test('one that ends by the signal says itself what took its time', async () => {
  const check = known('api', async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { cause: 'timeout', said: 'No connection within 5 s.' };
  });
  const { told, pass } = startChecking([check]);

  await pass(6_000);

  assert.deepEqual(told, [{ at: 5, check: 'api', failed: 1, lines: ['No connection within 5 s.'] }]);
});

test('hanging ones keep no place of the eight', async () => {
  const hanging = Array.from({ length: 8 }, (_, index) => known(`h${index}`, async () => await new Promise(() => {})));
  const { told, pass } = startChecking([...hanging, known('api', async () => WELL)]);

  await pass(20_000);

  assert.ok(told.some(({ check, failed }) => check === 'api' && failed === 0));
});

test('what is wrong after a start is not told until it was well once, or its time to settle is over', async () => {
  const slow = known('slow', async () => (now() < 40 ? SHUT : WELL), { settleMs: 60_000 });
  const never = known('never', async () => SHUT, { settleMs: 60_000 });
  const broke = known('broke', async () => (now() < 20 ? WELL : SHUT), { settleMs: 60_000 });
  const { told, pass, ...clock } = startChecking([slow, never, broke]);
  const now = () => (clock.now() - Date.UTC(2026, 10, 28, 12)) / 1_000;

  await pass(80_000);

  const firsts = (check: string) => told.filter((one) => one.check === check && one.failed === 1)[0]?.at;
  assert.equal(firsts('slow'), undefined);
  assert.ok((firsts('never') ?? 0) >= 60);
  assert.ok((firsts('broke') ?? 99) < 40, 'it was well before');
});

test('a check that throws gives no reading, and others go on', async () => {
  const broken = known('broken', async () => {
    throw new Error('x is not a function');
  });
  const { told, asked, pass } = startChecking([broken, known('api', async () => WELL)]);

  await pass(16_000);

  assert.deepEqual(new Set(told.map(({ check }) => check)), new Set(['api']));
  assert.equal(asked.find(({ check }) => check === 'broken')?.bug, 'x is not a function');
});

test('what a log says is wrong has all of them asked, and those that fail again within ten seconds', async () => {
  let isShut = false;
  const api = known('api', async () => (isShut ? SHUT : WELL));
  const db = known('db', async () => WELL);
  const { checking, told, pass } = startChecking([api, db]);
  await pass(26_000);
  const before = told.length;

  isShut = true;
  checking.suspect();
  checking.suspect();
  await pass(5_000);
  checking.suspect();
  await pass(4_000);

  const since = told.slice(before);
  assert.deepEqual(times(since, 'api'), [26, 34], 'two of three within its ten seconds, and not sooner');
  assert.equal(times(since, 'db')[0], 26);
  assert.ok(since.filter(({ check }) => check === 'api').every(({ failed }) => failed === 1));
});

test('one that just was well is asked again all the same: it may have ended since', async () => {
  let isShut = false;
  const { checking, told, pass } = startChecking([known('api', async () => (isShut ? SHUT : WELL))]);
  await pass(15_300);

  isShut = true;
  checking.suspect();
  await pass(9_000);

  assert.deepEqual(times(told), [0, 15, 16, 24]);
});

test('a suspicion asks nobody more often than every five seconds, and rarely asked ones every minute', async () => {
  const tls = known('tls', async () => WELL, { everyMs: 3_600_000 });
  const { checking, told, pass } = startChecking([known('api', async () => WELL), tls]);

  for (let second = 0; second < 59; second += 1) {
    checking.suspect();
    await pass(1_000);
  }

  const api = times(told, 'api');
  assert.ok(api.length > 8 && api.length <= 13, String(api));
  assert.ok(
    api.every((at, index) => index === 0 || at - (api[index - 1] ?? 0) >= 5),
    String(api),
  );
  assert.equal(times(told, 'tls').length, 1);
});

test('two readings of one check never lie in one second', async () => {
  const { checking, told, pass } = startChecking([known('api', async () => SHUT, { everyMs: 5_000 })]);

  for (let i = 0; i < 40; i += 1) {
    checking.suspect();
    await pass(700);
  }

  const seconds = times(told).map(Math.floor);
  assert.equal(new Set(seconds).size, seconds.length);
});

test('other settings: who is the same goes on with what is known of it, who is gone is asked no more', async () => {
  const runs: string[] = [];
  const settle = 60_000;
  const check = (name: string) =>
    known(name, async () => (runs.push(name) > 2 ? SHUT : WELL), {
      settleMs: settle,
      config: { name, kind: 'door', settle, options: {} },
    });
  const { checking, told, pass } = startChecking([check('kept'), check('gone')]);
  await pass(5_000);

  checking.use([check('kept'), check('new')]);
  await pass(16_000);

  assert.deepEqual(times(told, 'kept'), [0, 15], 'on its grid');
  assert.equal(told.findLast((one) => one.check === 'kept')?.failed, 1, 'it was well before, so it counts');
  assert.equal(times(told, 'gone').length, 1);
  assert.equal(times(told, 'new').length, 0, 'it settles');
  assert.ok(runs.includes('new'));
});

test('figures, causes and changes are series of their own', async () => {
  const check = known('api', async () => ({
    ...{ cause: 'shut', said: 'It is shut.', lines: ['For an hour.'] },
    ...{ figures: { seconds: 0.5 }, changes: ['Door api was painted.'] },
  }));
  const { measured, pass } = startChecking([check]);

  await pass(100);

  assert.deepEqual(measured, [
    { series: 'check.failed{check=api}', value: 1, lines: ['It is shut.', 'For an hour.'] },
    { series: 'check.cause{cause=shut,check=api}', value: 1 },
    { series: 'check.seconds{check=api}', value: 0.5 },
    { series: 'machine.change{kind=door}', value: 1, lines: ['Door api was painted.'] },
  ]);
});

test('stopping waits for no check', async () => {
  const { checking, told, pass } = startChecking([known('disk', async () => await new Promise(() => {}))]);
  await pass(1_000);

  await checking.stop();

  assert.deepEqual(told, []);
});

function times(told: readonly Told[], check?: string): number[] {
  return told.filter((one) => check === undefined || one.check === check).map(({ at }) => at);
}
