/** The processes that have a name. */
import type { MachinePlaces } from '../../core/plugin.ts';
import { isNamed } from '../../machine/process-name.ts';
import { type Process, processesOf } from '../../machine/processes.ts';

/** Of one name that are looked at, the oldest: what was replaced on disk, they have longest. */
const MAX_PROCESSES = 64;

export function runningOf(places: MachinePlaces, name: string): readonly number[] {
  const all = processesOf(places);
  const known = namedIn(all.list(), name);
  // One that was started since may not be known by its name yet.
  return known.length > 0 ? known : namedIn(all.reread(), name);
}

function namedIn(processes: readonly Process[], name: string): readonly number[] {
  return processes
    .filter((one) => one.command !== '' && isNamed(one, name))
    .toSorted((a, b) => a.startedTicks - b.startedTicks)
    .slice(0, MAX_PROCESSES)
    .map(({ pid }) => pid);
}
