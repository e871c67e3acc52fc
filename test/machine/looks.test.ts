/** One look at a time, and none that is waited for longer than its signal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLook } from '../../src/machine/looks.ts';

test('a look that does not end is late, so is each one until it has ended, and what it finds then is nobody’s', async () => {
  const look = createLook();
  const control = new AbortController();
  let end: (value: string) => void = () => undefined;
  let begun = 0;
  const slow = () => {
    begun += 1;
    return new Promise<string>((resolve) => {
      end = resolve;
    });
  };

  const first = look(control.signal, slow);
  control.abort();
  const second = await look(new AbortController().signal, slow);
  end('found too late');
  const answers = [await first, second];
  await new Promise(setImmediate);

  assert.deepEqual(answers, ['late', 'late']);
  assert.equal(begun, 1);
  assert.equal(await look(new AbortController().signal, async () => 'in time'), 'in time');
});

test('a look that fails says so in time, and harms nobody when it is late', async () => {
  const look = createLook();
  const fails = async () => {
    throw new Error('EIO');
  };

  await assert.rejects(look(new AbortController().signal, fails), /EIO/);
  assert.equal(await look(AbortSignal.abort(), fails), 'late');
});
