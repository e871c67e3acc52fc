/** Runs one check as linesman does: options checked against its specs, and every cause it gives is one of its own. */
import assert from 'node:assert/strict';
import { checkOptions } from '../../src/config/options.ts';
import type { CheckPlugin, CheckReading } from '../../src/core/check.ts';
import type { MachinePlaces } from '../../src/core/plugin.ts';

export const PLACES: MachinePlaces = { proc: '/proc', sys: '/sys', root: '', isContainerOnly: false };

interface Given {
  readonly options: Readonly<Record<string, unknown>>;
  readonly places?: Partial<MachinePlaces>;
  readonly now?: () => number;
}

/** Each call of `read` is one reading. */
export function started(check: CheckPlugin, { options, places, now = Date.now }: Given) {
  const { options: complete, mistakes } = checkOptions(check.options, options);
  assert.deepEqual(mistakes, []);
  const runner = check.compile(complete, { name: 'one', places: { ...PLACES, ...places }, now });
  return {
    causes: runner.causes,
    target: runner.target,
    read: async (signal = AbortSignal.timeout(60_000)): Promise<CheckReading> => {
      const reading = await runner.run(signal);
      if (reading.cause !== undefined) assert.ok(Object.hasOwn(runner.causes, reading.cause), reading.cause);
      assert.match(reading.said, /^[^\n]+\.$/, 'one sentence');
      return reading;
    },
  };
}

/** The first `bad of` of the readings that confirm, as the engine counts: its number from 1; undefined where none does. */
export function confirmedAt({ confirm }: CheckPlugin, causes: readonly (string | undefined)[]): number | undefined {
  const at = causes.findIndex(
    (_, index) =>
      causes.slice(Math.max(0, index + 1 - confirm.of), index + 1).filter((cause) => cause !== undefined).length >=
      confirm.bad,
  );
  return at === -1 ? undefined : at + 1;
}
