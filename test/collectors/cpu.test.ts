import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector, createCpuReader, createStatReader } from '../../src/collectors/cpu.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

test('the first reading, which is the mean since the machine started, is dropped', async () => {
  const reader = createCpuReader(readings(3, 42.5, 60));

  assert.deepEqual(await reader.collect(), []);
  assert.deepEqual(await reader.collect(), [{ series: 'host.cpu.busy', value: 42.5 }]);
  assert.deepEqual(await reader.collect(), [{ series: 'host.cpu.busy', value: 60 }]);
});

test('a reading that is no number measures nothing, one out of range is brought in', async () => {
  const reader = createCpuReader(readings(3, Number.NaN, 100.4, -1));
  await reader.collect();

  assert.deepEqual(await reader.collect(), []);
  assert.equal((await reader.collect())[0]?.value, 100);
  assert.equal((await reader.collect())[0]?.value, 0);
});

test('idle time and waiting for disks are not busy, everything else is, since the last reading', async () => {
  const read = createStatReader(
    texts(
      'cpu  100 10 50 800 40 0 0 0 7 0\ncpu0 100 10 50 800 40 0 0 0 7 0\n',
      'cpu  130 20 70 815 55 5 3 2 9 0\ncpu0 130 20 70 815 55 5 3 2 9 0\n',
      'cpu  130 20 70 815 55 5 3 2 9 0\n',
    ),
  );
  await read();

  assert.equal((await read()).toFixed(6), '70.000000');
  assert.equal((await read()).toFixed(6), '70.000000', 'no time passed: as busy as it was');
});

test('this machine says how busy it is', async () => {
  const reader = collector.compile({}, THIS_MACHINE);
  await reader.collect();

  const [measured] = await reader.collect();

  assert.equal(measured?.series, 'host.cpu.busy');
  assert.ok(measured !== undefined && measured.value >= 0 && measured.value <= 100, `${measured?.value}`);
});

function readings(...values: readonly number[]): () => Promise<number> {
  const left = [...values];
  return async () => left.shift() ?? assert.fail('read too often');
}

function texts(...given: readonly string[]): () => Promise<string> {
  const left = [...given];
  return async () => left.shift() ?? assert.fail('read too often');
}
