/** What the bench says of a program that ends by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { createLogFolder } from './log-folder.ts';
import type { Program } from './programs/program.ts';
import { tailFile } from './programs/tail-file.ts';
import { createRunning } from './running.ts';
import { worldOf } from './world-of.ts';

for (const [closed, what] of [
  ['private', 'that gives up'],
  ['private/access.log', 'that waits for what never comes'],
] as const)
  test(`a program ${what} ends without a word, which is said in one line`, async (t) => {
    const { running, world } = given(tailFile);
    world.write('private/access.log');
    t.after(async () => {
      world.mode(closed, 0o755);
      await running.end();
    });
    world.link('private/access.log', 'access.log');
    await running.start();
    await running.settle();
    await running.stop();
    world.mode(closed, 0o000);

    await running.start();
    await until('it has ended', () => running.death() !== undefined);

    assert.equal(running.death(), 'exit code 0, without a word');
  });

test('of one that says why, its words are told', async (t) => {
  const script = "process.stderr.write('no memory\\n'); process.exitCode = 3";
  const launch = async () => ({ command: process.execPath, args: ['-e', script], saysReady: true });
  const { running } = given({ name: 'it', version: async () => '1', has: [], launch });
  t.after(running.end);

  await running.start();
  await until('it has ended', () => running.death() !== undefined);

  assert.equal(running.death(), 'no memory');
});

function given(program: Program) {
  const folder = createLogFolder();
  const running = createRunning({
    ...{ program, globs: [folder.path('access.log')], events: true, unprivileged: true },
    ...{ written: folder.written, signal: new AbortController().signal },
  });
  const end = async () => {
    await running.end();
    folder.end();
  };
  return { running: { ...running, end }, world: worldOf(folder, [running]) };
}
