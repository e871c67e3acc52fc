/** The decision of a fault that the running linesman keeps. */
import type { Config } from '../config/config.ts';
import type { Decision } from '../core/detect/decision.ts';
import { decisionNames } from '../core/detect/decision-ring.ts';
import { decisionOf } from './decided.ts';
import { storedBlobs } from './stored-blobs.ts';

export async function storedDecision(config: Config, id: string): Promise<Decision> {
  const names = new Set(decisionNames());
  const blobs = (await storedBlobs(config, config.host)).filter(({ name }) => names.has(name));
  return decisionOf(
    blobs.map(({ bytes }) => bytes),
    id,
    'take the id of a mail of this host; of the oldest faults decisions are dropped.',
  );
}
