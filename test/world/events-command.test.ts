/** The commands on the pages that tell a linesman of a deployment, as they stand there, against one that runs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { shellCommands } from '../docs/shell-commands.ts';
import { createWorld } from '../support/service.ts';

const commands = ['README.md', 'docs/CONFIG.md'].flatMap((page) =>
  shellCommands(page).flatMap(({ command, runner }) => (runner === 'live' ? command : [])),
);

test('what the pages type is taken', {
  skip: spawnSync('curl', ['--version']).status !== 0 && 'no curl',
}, async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();
  const port = linesman.log().find(({ http }) => typeof http === 'number')?.http;

  assert.ok(commands.length >= 2);
  for (const command of commands) {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `${command.replace('8686', String(port))} -f`], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(status, 0, stdout + stderr);
  }
});
