/** Kept decisions, found by the id of their fault and made again. */

import { type DecidedAgain, decideAgain } from '../core/detect/decided-again.ts';
import { type Decision, decodeDecision } from '../core/detect/decision.ts';
import { UserError } from '../core/errors.ts';
import { isFaultId } from '../core/render/why.ts';
import { loadDetectors } from '../registry.ts';

/** The newest of the fault's decisions; that it fires says more than that it began. Throws UserError where there is none. */
export function decisionOf(blobs: readonly Uint8Array[], id: string, whatToDo: string): Decision {
  const all = blobs.flatMap((bytes) => decodeDecision(bytes) ?? []);
  const found = all.filter(({ fault }) => isFaultId(id, fault));
  const [newest] = found.toSorted(
    (a, b) => Number(b.to === 'firing') - Number(a.to === 'firing') || b.input.now - a.input.now,
  );
  if (newest) return newest;
  throw new UserError(
    'INPUT',
    `No decision of a fault ${JSON.stringify(id.slice(0, 40))} is kept among the ${all.length} that are: ${whatToDo}`,
  );
}

/** How it comes out now, or why it cannot be decided again. */
export async function againOf(decision: Decision): Promise<DecidedAgain | string> {
  const plugin = (await loadDetectors()).get(decision.watch.detector);
  if (!plugin) return `This linesman has no detector "${decision.watch.detector}".`;
  try {
    return decideAgain(decision, plugin.compile(decision.watch.options));
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
