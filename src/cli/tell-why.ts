/** Prints what a fault was decided on, and gives the exit code. */
import type { Decision } from '../core/detect/decision.ts';
import { whyJson, whyText } from '../core/render/why.ts';
import { againOf } from './decided.ts';

export async function tellWhy(decision: Decision, timezone: string, isJson: boolean): Promise<number> {
  const again = await againOf(decision);
  process.stdout.write(isJson ? `${whyJson(decision, again)}\n` : whyText(decision, again, timezone));
  return typeof again !== 'string' && again.isSame ? 0 : 1;
}
