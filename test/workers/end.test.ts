/** Threads end in order: Node may crash where one is ended while it starts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { createParsePool } from '../../src/workers/pool.ts';
import { END_MS } from '../../src/workers/thread.ts';

test('a thread that is still starting is waited for, however long that takes', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const pool = createParsePool({ threads: 1, onTooSlow: () => assert.fail('nothing is parsed') });
  const noticed = once(process, 'worker');
  pool.warmUp();
  const [worker] = (await noticed) as [Worker];
  const terminate = context.mock.method(worker, 'terminate');

  const closing = pool.close();
  context.mock.timers.tick(100 * END_MS);
  await closing;

  assert.equal(terminate.mock.callCount(), 0);
});
