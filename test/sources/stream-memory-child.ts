/** Reads its standard input as a source and prints, as JSON, by how much its memory rose once it was warm. For stream-memory.test.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { openStandardInput } from '../../src/sources/pipe.ts';
import { createStdinReader } from '../../src/sources/stdin.ts';

/** Ordinary lines first: compiled code and the grown heap are no cost of what comes after them. */
const WARM_BYTES = 50 * 1024 * 1024;

let hasEnded = false;
const reader = createStdinReader({
  source: 'web',
  open: openStandardInput,
  onEnded: () => {
    hasEnded = true;
  },
});
await reader.open(undefined, 0);
let taken = 0;
let lines = 0;
let before: number | undefined;
let isLast = false;
while (!isLast) {
  isLast = hasEnded;
  for (const { generation, bytes } of await reader.chunks(0)) {
    isLast = false;
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
    reader.take(generation, bytes.length, {});
    taken += bytes.length;
  }
  if (before === undefined && taken >= WARM_BYTES) before = startMeasuring();
  await (taken === 0 ? reader.wait(1_000) : setImmediate());
}
process.stdout.write(
  JSON.stringify({ riseBytes: memoryOf('VmHWM') - (before ?? 0), lines, ledger: reader.accounted() }),
);
process.exit();

function startMeasuring(): number {
  globalThis.gc?.();
  // Resets the peak (VmHWM) to what is in use now.
  writeFileSync('/proc/self/clear_refs', '5');
  return memoryOf('VmRSS');
}

function memoryOf(name: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(found?.[1]) * 1024;
}
