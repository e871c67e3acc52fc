/** Processes whose memory nobody can look at, as while they wait for a dead disk. Here their files are fifos without a writer. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, symlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from '../../src/checks/library.ts';
import { fakeMachine, processFiles } from '../support/fake-proc.ts';
import { askedCheck } from '../support/places.ts';
import { until } from '../support/until.ts';

/** More than threads that read files. */
const PROCESSES = 40;

test('a check of many such processes hangs alone, and files are read meanwhile', async (context) => {
  const machine = fakeMachine(context);
  const pids = Array.from({ length: PROCESSES }, (_, index) => 1_000 + index);
  const fifos = pids.map((pid) => {
    const folder = join(machine.places.proc, String(pid));
    machine.write(processFiles(pid, { name: 'worker' }));
    symlinkSync('/bin/true', join(folder, 'exe'));
    symlinkSync('/', join(folder, 'root'));
    execFileSync('mkfifo', [join(folder, 'environ')]);
    return join(folder, 'environ');
  });
  const asked = askedCheck(check, { process: 'worker' }, { places: machine.places });
  let isRead = false;

  const reading = await asked.ask(AbortSignal.timeout(300));
  void stat('/').then(() => {
    isRead = true;
  });
  await until('a file is read', () => isRead);
  // Whoever opens a fifo waits for the other end: the one that was begun goes on.
  closeSync(openSync(fifos[0] ?? '', constants.O_WRONLY));

  assert.equal(reading.cause, 'hangs');
});
