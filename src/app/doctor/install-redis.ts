/** Installing Redis with the system's own package manager, which is all that `linesman doctor --fix` mends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Program to its arguments. Debian's and Alpine's package is redis-server's; where Redis was replaced by Valkey that is taken. */
const MANAGERS: Readonly<Record<string, readonly string[]>> = {
  'apt-get': ['install', '-y', '--no-install-recommends', 'redis-server'],
  apk: ['add', '--no-cache', 'redis'],
  dnf: ['install', '-y', 'valkey'],
  yum: ['install', '-y', 'redis'],
  zypper: ['--non-interactive', 'install', 'redis'],
  pacman: ['-S', '--noconfirm', 'valkey'],
};

/** What the list of packages is fetched with, where a machine may have none, as fresh images do. */
const LIST_FETCHED: Readonly<Record<string, readonly string[]>> = { 'apt-get': ['update'] };

/** As it would be typed; undefined where none of the known package managers is on the PATH. */
export async function installCommand(): Promise<readonly string[] | undefined> {
  for (const [name, args] of Object.entries(MANAGERS)) if (await isOnPath(name)) return [name, ...args];
  return undefined;
}

/** Runs the command with its output on standard error, where people see it and the list is not; true where it ended well. */
export async function runInstall(command: readonly string[]): Promise<boolean> {
  if (await endsWell(command)) return true;
  const [program = ''] = command;
  const fetch = LIST_FETCHED[program];
  return fetch !== undefined && (await endsWell([program, ...fetch])) && (await endsWell(command));
}

async function endsWell([program = '', ...args]: readonly string[]): Promise<boolean> {
  const child = spawn(program, args, {
    stdio: ['ignore', process.stderr, 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const [code] = await once(child, 'exit').catch(() => [undefined]);
  return code === 0;
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter((one) => one !== '')) {
    const isThere = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}
