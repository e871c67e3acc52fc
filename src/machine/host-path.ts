/** Where a path of the host is found from here. */
import type { MachinePlaces } from '../core/plugin.ts';

/** /var/run is a link to /run, which leads out of a mounted root: what lies below it is looked for below /run. */
export function hostPath({ root }: Pick<MachinePlaces, 'root'>, path: string): string {
  return root === '' ? path : root + path.replace(/^\/var\/run(?=\/|$)/, '/run');
}
