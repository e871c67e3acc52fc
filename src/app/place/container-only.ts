/** Says that linesman sees a container where it should see the machine, and how to give it the machine. */
import type { MachinePlaces } from '../../core/plugin.ts';
import type { Watching } from '../knowing/watching.ts';

/** Without the machine's files these see the container's: a port or an address is asked by the network. */
const KINDS = ['process', 'library', 'file', 'unit', 'packages', 'container'];

/** For `docker run`; compose.yaml has them. */
export const HOST_MOUNTS = '-v /proc:/host/proc:ro -v /sys:/host/sys:ro -v /:/host/root:ro,rslave';

/** A sentence; undefined where it sees the machine, or nothing is asked for that it would see. */
export function containerOnlyText(
  { isContainerOnly }: Pick<MachinePlaces, 'isContainerOnly'>,
  { collectors, checks }: Pick<Watching, 'collectors' | 'checks'>,
): string | undefined {
  if (!isContainerOnly) return undefined;
  const names = checks.filter(({ kind }) => KINDS.includes(kind)).map(({ name }) => name);
  const seen = [
    ...(collectors.length > 0 ? ['its figures (host.*) are those of this container'] : []),
    ...(names.length > 0 ? [`checks see only what is in it (${names.join(', ')})`] : []),
  ];
  if (seen.length === 0) return undefined;
  return `linesman runs in a container and does not see the machine: ${seen.join(', and ')}. Mount the machine's folders into it and make it anew: \`${HOST_MOUNTS}\`.`;
}
