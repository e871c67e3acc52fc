import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createJudgeSoon } from '../../../src/app/checking/judge-soon.ts';
import { T0 } from './checking-harness.ts';

function start() {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  let passed = 0;
  const done: string[] = [];
  const errors: unknown[] = [];
  const parts = { fails: false };
  const soon = createJudgeSoon({
    now: () => T0 + passed,
    settled: async () => void done.push('settled'),
    reach: (time) => void done.push(`reached ${(time - T0) / 1_000}`),
    async judge() {
      if (parts.fails) throw new Error('away');
      done.push('judged');
    },
    onError: (error) => void errors.push(error),
  });
  return {
    ...{ soon, done, errors, parts },
    saw: (isWrong: boolean) => soon.saw(T0 + passed, isWrong),
    async pass(ms: number) {
      passed += ms;
      mock.timers.tick(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a second is judged when it is over and its figures are in, once, where one was wrong', async () => {
  const { saw, pass, done } = start();
  await pass(300);

  saw(false);
  saw(true);
  saw(false);
  await pass(600);
  assert.deepEqual(done, []);
  await pass(100);

  assert.deepEqual(done, ['settled', 'reached 1', 'judged']);
});

test('what was wrong is judged again when its mail is held no longer, although no figure comes', async () => {
  const { saw, pass, done } = start();

  saw(true);
  await pass(1_000);
  await pass(3_900);
  assert.equal(done.length, 3);
  await pass(100);

  assert.deepEqual(done.slice(3), ['settled', 'reached 5', 'judged']);
});

test('where all is well it only says how far it is', async () => {
  const { saw, pass, done } = start();

  saw(false);
  await pass(1_000);

  assert.deepEqual(done, ['settled', 'reached 1']);
});

test('what fails is told, and the next one goes on', async () => {
  const { saw, pass, done, errors, parts } = start();

  parts.fails = true;
  saw(true);
  await pass(1_000);
  parts.fails = false;
  saw(true);
  await pass(1_000);

  assert.equal(errors.length, 1);
  assert.deepEqual(done, ['settled', 'reached 1', 'settled', 'reached 2', 'judged']);
});

test('nothing comes after it was stopped', async () => {
  const { soon, saw, pass, done } = start();

  saw(true);
  soon.stop();
  await pass(2_000);
  assert.deepEqual(done, []);

  saw(true);
  await pass(1_000);
  soon.stop();
  await pass(10_000);

  assert.equal(done.length, 3);
});
