/** A state, as /healthz says it, in the list of `linesman doctor`. */
import type { Checkup } from '../../core/checkup.ts';
import type { State } from '../../core/reading/state.ts';

export function stateCheckup(area: string, { sentence, remedy }: State): Checkup {
  return {
    ...{ area, result: 'wrong', says: sentence },
    remedy: remedy.flatMap(({ does, command }) => [`# ${does}`, command]),
  };
}
