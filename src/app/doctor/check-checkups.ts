/** Asks the checks of linesman.yaml: which are well, and which cannot be asked by this user. */
import type { Checkup } from '../../core/checkup.ts';
import { askCheck } from '../checking/ask-check.ts';
import type { KnownCheck } from '../knowing/checks.ts';

const AREA = 'checks';
/** Of every kind that may be kept from looking. */
const NOT_PERMITTED = 'not-permitted';

export async function checkChecks(checks: readonly KnownCheck[], now: () => number): Promise<readonly Checkup[]> {
  const found: Checkup[] = [];
  // One after the other: nobody waits for it, and what is asked has other things to do.
  for (const check of checks) found.push(...(await examineOne(check, now)));
  if (checks.length === 0) return [];
  const well = checks.length - found.length;
  const says = `${checks.length} ${checks.length === 1 ? 'is' : 'are'} configured, ${well} of them well now.`;
  return [{ area: AREA, result: 'ok', says }, ...found];
}

/** Empty where it is well. */
async function examineOne(check: KnownCheck, now: () => number): Promise<readonly Checkup[]> {
  const { reading, bug } = await askCheck(check, now);
  const { name, runner } = check;
  if (!reading) return [{ area: AREA, result: 'wrong', says: `${name} is broken, please report this: ${bug}` }];
  const { cause, said } = reading;
  if (cause === undefined) return [];
  const remedy = runner.causes[cause]?.whatToDo.split('\n');
  if (cause === NOT_PERMITTED)
    return [{ area: AREA, result: 'wrong', says: `${name} cannot be asked: ${said}`, remedy }];
  return [{ area: AREA, result: 'note', says: `${name} fails now (${cause}): ${said}`, remedy }];
}
