/** Installing Redis with the system's own package manager, which is all that `linesman doctor --fix` mends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Program to its arguments. Debian's and Alpine's package is redis-server's; where Redis was replaced by Valkey that is taken. */
const MANAGERS: Readonly<Record<string, readonly string[]>> = {
  'apt-get': ['install', '-y', '--no-install-recommends', 'redis-server'],
  apk: ['add', 'redis'],
  dnf: ['install', '-y', 'valkey'],
  yum: ['install', '-y', 'redis'],
  zypper: ['--non-interactive', 'install', 'redis'],
  pacman: ['-S', '--noconfirm', 'valkey'],
};

/** As it would be typed; undefined where none of the known package managers is on the PATH. */
export async function installCommand(): Promise<readonly string[] | undefined> {
  for (const [name, args] of Object.entries(MANAGERS)) if (await isOnPath(name)) return [name, ...args];
  return undefined;
}

/** Runs the command with its output on ours, which is what people want to see; true where it ended well. */
export async function runInstall([program = '', ...args]: readonly string[]): Promise<boolean> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
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
