/** A check asked by a user who may see little, for what it says of lacking rights. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CheckReading } from '../../src/core/check.ts';
import type { MachinePlaces } from '../../src/core/plugin.ts';
import { thisMachine } from './places.ts';

/** Why it cannot be, for a test to skip. */
export const noOtherUser = process.getuid?.() === 0 ? false : 'only root can become another user';

/** Of the kind in src/checks, asked once in a process of its own. */
export async function askAsNobody(
  kind: string,
  options: Readonly<Record<string, string | number | boolean>>,
  places: MachinePlaces = thisMachine,
): Promise<CheckReading> {
  const script = fileURLToPath(new URL('ask-as-nobody.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify({ kind, options, places })]);
  return JSON.parse(stdout) as CheckReading;
}
