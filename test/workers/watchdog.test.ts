import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_PATTERN } from '../../src/workers/messages.ts';
import type { Beat } from '../../src/workers/thread.ts';
import { createWatchdog, LINE_CPU_MS, SLICE_CPU_MS } from '../../src/workers/watchdog.ts';

const IN_LINE: Beat = { id: 7, calls: 3, pattern: 1 };

test('a second of CPU in one line is too much', async () => {
  const watch = thread();

  assert.equal(await watch(IN_LINE, 100), undefined);
  assert.equal(await watch(IN_LINE, 300), undefined);
  assert.equal(await watch(IN_LINE, 300 + LINE_CPU_MS - 1), undefined);
  assert.deepEqual(await watch(IN_LINE, 300 + LINE_CPU_MS), { pattern: 1, call: 3 });
});

test('a machine that is asleep or busy takes no pattern away', async () => {
  const watch = thread();

  for (let look = 0; look < 100; look += 1) assert.equal(await watch(IN_LINE, 100), undefined);
});

test('where the CPU time is not known, nothing is taken away', async () => {
  const watch = thread();

  for (let look = 0; look < 100; look += 1) assert.equal(await watch(IN_LINE, undefined), undefined);
});

test('lines that end in time are well, however many there are, up to five seconds of CPU for a slice', async () => {
  const watch = thread();

  for (let look = 0; look <= 10; look += 1) {
    assert.equal(await watch({ ...IN_LINE, calls: look }, (look * SLICE_CPU_MS) / 11), undefined);
  }
  for (let look = 0; look <= 10; look += 1) {
    assert.equal(await watch({ id: 8, calls: look, pattern: 0 }, 10_000 + (look * SLICE_CPU_MS) / 11), undefined);
  }
  assert.deepEqual(await watch({ id: 8, calls: 11, pattern: 0 }, 20_000), { pattern: 0, call: 11 });
});

test('only a RegExp is to blame', async () => {
  const watch = thread();
  const elsewhere = { ...IN_LINE, pattern: NO_PATTERN };

  for (let look = 0; look < 10; look += 1) assert.equal(await watch(elsewhere, look * SLICE_CPU_MS), undefined);
});

test('a thread that went on while its CPU time was asked for is well', async () => {
  let beat = IN_LINE;
  let cpu = 0;
  const watchdog = createWatchdog({
    beat: () => beat,
    async cpuMs() {
      cpu += SLICE_CPU_MS;
      beat = { ...beat, calls: beat.calls + 1 };
      return cpu;
    },
  });

  for (let look = 0; look < 10; look += 1) assert.equal(await watchdog.look(), undefined);
});

/** Looks at a thread that is there, and has used so much. */
function thread() {
  let beat = IN_LINE;
  let cpu: number | undefined = 0;
  const watchdog = createWatchdog({ beat: () => beat, cpuMs: async () => cpu });
  return async (there: Beat, cpuMs: number | undefined) => {
    beat = there;
    cpu = cpuMs;
    return await watchdog.look();
  };
}
