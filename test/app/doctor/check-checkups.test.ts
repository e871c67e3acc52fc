import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkChecks } from '../../../src/app/doctor/check-checkups.ts';
import { containerOnlyText } from '../../../src/app/place/container-only.ts';
import { known } from '../checking/checking-harness.ts';

const spec = {
  title: 'It may not be looked at',
  severity: 'warning',
  why: 'w',
  whatToDo: 'usermod -aG door linesman',
} as const;

test('what fails is worth knowing, what may not be asked is wrong, each with what to do', async () => {
  const well = known('well', async () => ({ said: 'It is open.' }));
  const failing = known('failing', async () => ({ cause: 'shut', said: 'It is shut.' }));
  const barred = known('barred', async () => ({ cause: 'not-permitted', said: 'EACCES.' }), {
    runner: {
      target: 'door',
      causes: { 'not-permitted': spec },
      run: async () => ({ cause: 'not-permitted', said: 'EACCES.' }),
    },
  });
  const broken = known('broken', async () => {
    throw new Error('x is not a function');
  });

  const checkups = await checkChecks([well, failing, barred, broken], Date.now);

  assert.deepEqual(
    checkups.map(({ result, says, remedy }) => [result, says, remedy]),
    [
      ['ok', '4 are configured, 1 of them well now.', undefined],
      ['note', 'failing fails now (shut): It is shut.', ['t']],
      ['wrong', 'barred cannot be asked: EACCES.', ['usermod -aG door linesman']],
      ['wrong', 'broken is broken, please report this: x is not a function', undefined],
    ],
  );
});

test('without checks there is nothing to say of them', async () => {
  assert.deepEqual(await checkChecks([], Date.now), []);
});

test('a container without the machine is said where something is asked of the machine', () => {
  const worker = { ...known('worker', async () => ({ said: '' })), kind: 'process' };
  const port = { ...known('port', async () => ({ said: '' })), kind: 'port' };

  assert.match(
    containerOnlyText({ isContainerOnly: true }, { collectors: [], checks: [worker, port] }) ?? '',
    /does not see the machine: checks see only what is in it \(worker\)\. /,
  );
  assert.equal(containerOnlyText({ isContainerOnly: true }, { collectors: [], checks: [port] }), undefined);
  assert.equal(containerOnlyText({ isContainerOnly: false }, { collectors: [], checks: [worker] }), undefined);
});
