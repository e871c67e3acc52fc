/**
 * A reader in a process of its own, so that the system's limits can be put on it. It reads until its standard input
 * ends and prints its state, a JSON line, whenever that changed. Its clock runs faster: what takes a minute is waited
 * for in a second. Commands come as lines: 'block 500' blocks the event loop so many ms, 'write PATH TEXT' writes.
 */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { createFileReader } from '../../src/sources/files.ts';

export interface ChildState {
  readonly lines: number;
  /** The last line taken. */
  readonly last: string;
  readonly problems: readonly string[];
  readonly skipped: Readonly<Record<string, number>>;
}

const CLOCK_SPEED = 60;
const LOOK_EVERY_MS = 20;

const [glob = '', watch] = process.argv.slice(2);
const reader = createFileReader({ source: 'web', globs: [glob], from: 'beginning', watch: watch === 'watch' });
let isEnding = false;

async function readAlong(): Promise<void> {
  let state: ChildState = { lines: 0, last: '', problems: [], skipped: {} };
  let printed = '';
  await reader.open(undefined, clock());
  while (!isEnding) {
    for (const { generation, bytes } of await reader.chunks(clock())) {
      const lines = Buffer.from(bytes).toString().trimEnd().split('\n');
      state = { ...state, lines: state.lines + lines.length, last: lines.at(-1) ?? '' };
      reader.take(generation, bytes.length, {});
    }
    state = { ...state, problems: reader.problems(), skipped: { ...state.skipped, ...reader.skipped() } };
    const now = JSON.stringify(state);
    if (now !== printed) process.stdout.write(`${now}\n`);
    printed = now;
    await pause(LOOK_EVERY_MS);
  }
  await reader.close();
}

function clock(): number {
  return Date.now() * CLOCK_SPEED;
}

function obey(command: string): void {
  const [verb, first = '', ...rest] = command.split(' ');
  if (verb === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(first));
  if (verb === 'write') writeFileSync(first, rest.join(' '));
}

const commands = createInterface({ input: process.stdin });
commands.on('line', obey);
commands.on('close', () => {
  isEnding = true;
});
await readAlong();
