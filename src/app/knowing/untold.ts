/** Says which watches tell nobody, since they wait for a digest that is off. */
import type { Config } from '../../config/config.ts';
import { deliveryOf } from '../../core/detect/budget.ts';
import type { Watching } from './watching.ts';

/** A sentence; undefined where there is a digest, or nobody is told anything. */
export function untoldText(
  { digest, mail }: Pick<Config, 'digest' | 'mail'>,
  { lineWatches, machineWatches }: Pick<Watching, 'lineWatches' | 'machineWatches'>,
): string | undefined {
  if (digest !== undefined || mail.to.length === 0) return undefined;
  const waiting = [...lineWatches, ...machineWatches].filter(({ watch }) => deliveryOf(watch) === 'digest');
  if (waiting.length === 0) return undefined;
  const names = waiting.map(({ watch }) => watch.name).join(', ');
  return `digest is off, so what these notice is mailed to nobody; it stands in the log, and \`linesman budget\` lists it: ${names}. Give one \`delivery: mail\` under watches to be told at once, or digest a time of day, as \`digest: "08:00"\`.`;
}
