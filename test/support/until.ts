/** Waiting for a condition instead of for a time. */
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;
/** Only what would never come ends by it: a machine that others use too may be ten times slower than it is alone. */
const GIVE_UP_MS = 120_000;

/** Resolves as soon as the condition holds; rejects, saying what was waited for, when it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}
