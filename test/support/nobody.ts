/** A check asked by a user who may see little, for what it says of lacking rights. */
import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CheckReading } from '../../src/core/check.ts';
import type { MachinePlaces } from '../../src/core/plugin.ts';
import { thisMachine } from './places.ts';

/** Why it cannot be, for a test to skip. */
export const noOtherUser = process.getuid?.() === 0 ? false : 'only root can become another user';

/** Why no other network can be made, and no other /proc mounted, for a test to skip. */
export function noNamespaces(): string | false {
  if (noOtherUser !== false) return noOtherUser;
  try {
    execFileSync('unshare', ['-m', '-n', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no namespaces of mounts and networks can be made here';
  }
}

export interface Surroundings {
  readonly places?: Partial<MachinePlaces>;
  /** Commands of a shell that change what it sees, in namespaces of its own: of mounts, and of the network. */
  readonly first?: string;
}

/** Of the kind in src/checks, asked once in a process of its own. */
export async function askAsNobody(
  kind: string,
  options: Readonly<Record<string, string | number | boolean>>,
  { places = {}, first }: Surroundings = {},
): Promise<CheckReading> {
  const script = fileURLToPath(new URL('ask-as-nobody.ts', import.meta.url));
  const program = [process.execPath, script, JSON.stringify({ kind, options, places: { ...thisMachine, ...places } })];
  const apart = first === undefined ? [] : ['unshare', '-m', '-n', 'sh', '-c', `${first} && exec "$0" "$@"`];
  const [file = '', ...args] = [...apart, ...program];
  const { stdout } = await promisify(execFile)(file, args);
  return JSON.parse(stdout) as CheckReading;
}
