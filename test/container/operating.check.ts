/** The commands of docs/OPERATING.md for one container, as they stand there and in their order. */
import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { shellCommands } from '../docs/shell-commands.ts';
import { nginxLines } from '../support/nginx-lines.ts';
import { until } from '../support/until.ts';
import { run } from './machine.ts';
import { docker, told } from './place.ts';
import { createShell, type Shell } from './shell.ts';

const LINES = 7;
/** Something is wrong: its mail server is not there. */
const DOCTOR_CODES = [0, 1];
const commands = shellCommands('docs/OPERATING.md').flatMap(({ command, runner }) =>
  runner === 'image' ? command : [],
);
const RUN = commands.find((command) => command.startsWith('docker run -d')) ?? '';

test('every command for one container does what the page says', { skip: await somebodys() }, async () => {
  const shell = await createShell();
  try {
    await docker('tag', told.image, 'linesman');
    assert.ok(commands.length > 10);
    for (const command of commands) {
      await BEFORE[command]?.(shell);
      await runAsWritten(shell, command);
      await AFTER[command]?.(shell);
    }
    // The last one was that which puts the copy of the state back.
    await runAsWritten(shell, RUN);
    await stored(shell, LINES);
  } finally {
    await run(told.program, ['rm', '-f', 'linesman']);
    await run(told.program, ['volume', 'rm', '-f', 'linesman']);
    await run(told.program, ['image', 'rm', 'linesman']);
    await shell.end();
  }
});

const BEFORE: Readonly<Record<string, (shell: Shell) => Promise<void>>> = {
  [commands.find((command) => command.includes(' -xz ')) ?? '']: async () => {
    await docker('rm', '-f', 'linesman');
    await docker('volume', 'rm', 'linesman');
  },
};

const AFTER: Readonly<Record<string, (shell: Shell) => Promise<void>>> = {
  [RUN]: async (shell) => {
    const log = join(shell.logs, 'access.log');
    await appendFile(log, '');
    await stored(shell, 0);
    await appendFile(log, nginxLines(LINES));
    await stored(shell, LINES);
  },
  'docker rm -f linesman': async (shell) => await runAsWritten(shell, RUN),
};

/** What asks a linesman that was just started waits for it, as people do; all else is said once. */
async function runAsWritten(shell: Shell, command: string): Promise<void> {
  const codes = command.includes(' linesman doctor') ? DOCTOR_CODES : [0];
  const isQuestion = command.startsWith('docker exec');
  let ran = await shell.run(command);
  await until(command, async () => {
    if (codes.includes(Number(ran.code))) return true;
    if (!isQuestion) throw new Error(`${ran.code}: ${ran.stdout}${ran.stderr}`);
    ran = await shell.run(command);
    return false;
  });
}

async function stored(shell: Shell, lines: number): Promise<void> {
  let health = '';
  await until(`${lines} lines are stored`, async () => {
    // The mail server that the page names is nowhere, which is the one thing that it may complain of.
    health = (await shell.run('docker exec linesman linesman-health')).stdout;
    return health.includes(`"lines":${lines},`) && /"reasons":\[("SMTP [^"]*")?\]/.test(health);
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${health}`);
  });
}

/** The page's names are the obvious ones, which somebody may use. */
async function somebodys(): Promise<string | false> {
  const kinds = [['container'], ['volume'], ['image']] as const;
  for (const [kind] of kinds)
    if ((await run(told.program, [kind, 'inspect', 'linesman'])).code === 0)
      return `the ${kind} named linesman is somebody's`;
  return false;
}
