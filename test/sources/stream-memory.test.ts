import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MEGABYTE = 1024 * 1024;
const CHILD = fileURLToPath(new URL('stream-memory-child.ts', import.meta.url));
/** 128 bytes. */
const LINE = `${'203.0.113.7 - - [25/Nov/2026:08:22:39 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.5.0"'.padEnd(127)}\n`;
const LINES_A_MEGABYTE = MEGABYTE / 128;

test('standard input costs 32 MB at most: 100 MB of lines, 300 MB without newline', { skip: whyNot() }, async () => {
  const block = LINE.repeat(LINES_A_MEGABYTE);
  const child = spawn(process.execPath, ['--expose-gc', CHILD], { stdio: ['pipe', 'pipe', 'inherit'] });
  const printed = text(child.stdout);

  for (let i = 0; i < 100; i += 1) await put(child.stdin, block);
  for (let i = 0; i < 300; i += 1) await put(child.stdin, 'x'.repeat(MEGABYTE));
  child.stdin.end('\nlast\n');
  const { riseBytes, lines, ledger } = JSON.parse(await printed);

  assert.equal(lines, 100 * LINES_A_MEGABYTE + 1);
  assert.deepEqual(ledger, {
    present: 400 * MEGABYTE + 6,
    taken: 100 * MEGABYTE + 5,
    skipped: { line_too_long: 300 * MEGABYTE + 1 },
  });
  assert.ok(riseBytes < 32 * MEGABYTE, `${(riseBytes / MEGABYTE).toFixed(1)} MB`);
});

async function put(stream: NodeJS.WritableStream, piece: string): Promise<void> {
  if (!stream.write(piece)) await once(stream, 'drain');
}

function whyNot(): string | false {
  try {
    accessSync('/proc/self/clear_refs', constants.W_OK);
    return false;
  } catch {
    return 'only Linux lets a process reset the mark of its peak memory (/proc/self/clear_refs)';
  }
}
