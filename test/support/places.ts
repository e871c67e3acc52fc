/** This machine as it is, for checks. */

import { checkOptions } from '../../src/config/options.ts';
import type { CheckContext, CheckPlugin, CheckReading } from '../../src/core/check.ts';
import type { MachinePlaces, OptionValue } from '../../src/core/plugin.ts';

export const thisMachine: MachinePlaces = { proc: '/proc', sys: '/sys', root: '', isContainerOnly: false };

/** Far more than a test needs, and an end for one that hangs. */
const LIMIT_MS = 30_000;

export interface AskedCheck {
  readonly target: string;
  /** Asks once. */
  ask(signal?: AbortSignal): Promise<CheckReading>;
  /** What is said of a cause. */
  titleOf(reading: CheckReading): string | undefined;
  remedyOf(reading: CheckReading): string;
}

/** With its defaults, as from linesman.yaml; throws an Error with the mistakes that the configuration would be refused for. */
export function askedCheck(
  check: CheckPlugin,
  given: Readonly<Record<string, OptionValue>>,
  { name = 'tested', places = thisMachine, now = Date.now }: Partial<CheckContext> = {},
): AskedCheck {
  const { options, mistakes } = checkOptions(check.options, given);
  if (mistakes.length > 0) throw new Error(mistakes.join('; '));
  const runner = check.compile(options, { name, places, now });
  return {
    target: runner.target,
    ask: async (signal = AbortSignal.timeout(LIMIT_MS)) => await runner.run(signal),
    titleOf: ({ cause = '' }) => runner.causes[cause]?.title,
    remedyOf: ({ cause = '' }) => runner.causes[cause]?.whatToDo ?? '',
  };
}
