import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector, createMemoryReader } from '../../src/collectors/memory.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

test('available memory is said in percent of all memory', async () => {
  const reader = createMemoryReader(async () => ({ total: 8_000, available: 600 }));
  assert.deepEqual(await reader.collect(), [{ series: 'host.memory.available', value: 7.5 }]);
});

test('a machine that does not say how much memory it has is not measured', async () => {
  const reader = createMemoryReader(async () => ({ total: 0, available: 0 }));
  assert.deepEqual(await reader.collect(), []);
});

test('this machine says how much memory is available', async () => {
  const [measured] = await collector.compile({}, THIS_MACHINE).collect();
  assert.equal(measured?.series, 'host.memory.available');
  assert.ok(measured !== undefined && measured.value > 0 && measured.value <= 100, `${measured?.value}`);
});
