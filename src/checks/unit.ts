/** Whether a unit of systemd is active, asked over D-Bus. */
import type { CheckPlugin, CheckReading } from '../core/check.ts';
import { createCountedStarts } from './starts/recent-starts.ts';
import { readStartLimit, START_OPTIONS } from './starts/start-options.ts';
import { unitCauses } from './unit/causes.ts';
import { judgeUnit, type UnitWanted } from './unit/judge-unit.ts';
import { readUnit } from './unit/read-unit.ts';
import { readUnitName } from './unit/wanted-unit.ts';

export const check: CheckPlugin = {
  name: 'unit',
  describe: 'Whether a unit of systemd is active, and whether it is restarted again and again.',
  options: {
    unit: {
      type: 'text',
      describe: 'The unit; without it that of the name of the check.',
      example: 'nginx.service',
      optional: true,
    },
    expect: {
      type: 'choice',
      describe: 'active: it has to run; not-failed: it may rest as well, as what a timer starts.',
      example: 'not-failed',
      choices: ['active', 'not-failed'],
      default: 'active',
    },
    startWithin: {
      type: 'duration',
      describe: 'It may be starting for so long.',
      example: '10m',
      default: '2m',
      min: 1_000,
      max: 86_400_000,
    },
    ...START_OPTIONS,
  },
  everyMs: 15_000,
  timeoutMs: 5_000,
  confirm: { bad: 2, of: 3 },
  compile: (options, { name, places, now }) => {
    const wanted: UnitWanted = {
      unit: readUnitName(options, name),
      mayRest: options.expect === 'not-failed',
      startWithinMs: Number(options.startWithin),
      limit: readStartLimit(options),
    };
    const counted = createCountedStarts(wanted.limit.withinMs);
    let before: number | undefined;
    return {
      target: `unit ${wanted.unit}`,
      causes: unitCauses(wanted),
      run: async (signal): Promise<CheckReading> => {
        const answer = await readUnit(places, wanted.unit, signal);
        if (answer.trouble !== undefined)
          return { cause: answer.trouble, said: saidOfTrouble(wanted.unit, answer.detail) };
        const { state } = answer;
        const time = now();
        const restarts = counted.count(time, state.restarts ?? 0);
        const changes =
          before && state.pid && before !== state.pid
            ? [`Unit ${wanted.unit} was started anew: process ${before} is now ${state.pid}.`]
            : [];
        // One that is not there has none, or 0.
        before = state.pid || before;
        return {
          ...judgeUnit(wanted, { state, restarts, now: time }),
          figures: { restarts },
          changes,
        };
      },
    };
  },
};

function saidOfTrouble(unit: string, detail: string): string {
  return `systemd could not be asked for unit ${unit}: ${detail}.`;
}
