/** Whether the program that is to own a port does. */
import type { MachinePlaces } from '../../core/plugin.ts';
import { findOwners } from '../../machine/listeners.ts';
import { isNamed } from '../../machine/process-name.ts';
import type { Asked } from './asked.ts';
import { listenersOf, ownersOf, processText } from './here.ts';

export type OwnerAnswer =
  | { readonly cause?: undefined; readonly said: string }
  | { readonly cause: 'wrong-owner' | 'not-permitted'; readonly said: string };

/** Looks at processes of that name first, and at all others only where none of them has it. */
export async function askOwner(asked: Asked, owner: string, places: MachinePlaces): Promise<OwnerAnswer> {
  const { at } = listenersOf(asked);
  const inodes = at.map(({ inode }) => inode);
  const right = await findOwners(places, inodes, (process) => isNamed(process, owner));
  const [found] = right.processes;
  if (found !== undefined) return { said: `It belongs to ${processText(found)}.` };
  if (at.length === 0)
    return {
      cause: 'wrong-owner',
      said: 'It is answered, but no program of this machine listens there: a rule of the firewall or a container leads elsewhere.',
    };
  const { processes, isPartial } = await ownersOf(at, places);
  const [other] = processes;
  if (other !== undefined)
    return { cause: 'wrong-owner', said: `It belongs to ${processText(other)}, not to ${owner}.` };
  if (!isPartial) return { cause: 'wrong-owner', said: `It belongs to no process that is called ${owner}.` };
  return { cause: 'not-permitted', said: `It is answered; whose it is linesman may not see.` };
}
