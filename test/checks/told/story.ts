/** Readings of a real part through the engine to the mails, on a clock that is moved. */
import assert from 'node:assert/strict';
import { measurementsOf } from '../../../src/app/checking/measured.ts';
import { compileChecks } from '../../../src/app/knowing/checks.ts';
import { armWatches } from '../../../src/app/knowing/watches.ts';
import type { CauseSpec, CheckReading } from '../../../src/core/check.ts';
import type { MachinePlaces } from '../../../src/core/plugin.ts';
import type { MailModel } from '../../../src/core/types.ts';
import { loadChecks, loadDetectors } from '../../../src/registry.ts';
import { machineStory } from '../../support/machine-story.ts';
import { askAsNobody } from '../../support/nobody.ts';
import { thisMachine } from '../../support/places.ts';

const kinds = await loadChecks();
const detectors = await loadDetectors();
const START = Date.UTC(2026, 10, 28, 12);
/** Between two takings of figures: each kind's time between two readings is some of it. */
const EVERY_S = 5;

export type Options = Readonly<Record<string, string | number | boolean>>;

/** What is asked; each letter of `states` is a reading. */
export interface Part {
  readonly options: Options;
  readonly places?: Partial<MachinePlaces>;
  /** Makes it well ('.'), wrong ('#'), or leaves it as it is. */
  readonly become?: (state: string) => Promise<void> | void;
  /** Instead of the check itself, as of one that another user asks. */
  readonly read?: () => Promise<CheckReading>;
  /** Of each reading. */
  readonly limitMs?: number;
  readonly end?: () => Promise<void> | void;
}

/** Asked by who may not look, once for all readings: it is a process of its own. */
export function asNobody(kind: string, options: Options): Part {
  let reading: Promise<CheckReading> | undefined;
  return {
    options,
    async read() {
      reading ??= askAsNobody(kind, options);
      return await reading;
    },
  };
}

export interface Told {
  readonly mails: readonly MailModel[];
  readonly readings: readonly CheckReading[];
  readonly causes: Readonly<Record<string, CauseSpec>>;
}

export async function tell(kind: string, part: Part, states: string): Promise<Told> {
  const { options, places, become, read, limitMs, end } = part;
  let now = START;
  const known = compileChecks([{ name: 'api', kind, settle: 0, options }], kinds, {
    ...{ places: { ...thisMachine, ...places }, now: () => now },
  });
  assert.deepEqual(known.mistakes, []);
  const [check] = known.checks;
  assert.ok(check);
  const everySeconds = check.everyMs / 1_000;
  const readings: CheckReading[] = [];
  const signal = () => (limitMs === 0 ? AbortSignal.abort() : AbortSignal.timeout(limitMs ?? 30_000));
  async function measure(seconds: number) {
    const state = states[seconds / everySeconds];
    if (seconds % everySeconds !== 0 || state === undefined || check === undefined) return [];
    now = START + seconds * 1_000;
    await become?.(state);
    const reading = await (read?.() ?? check.runner.run(signal()));
    readings.push(reading);
    return measurementsOf(check, reading);
  }
  try {
    const watches = armWatches({ detectors, watches: known.watches, overrides: {} });
    const seconds = states.length * everySeconds;
    const mails = await machineStory({ watches, start: START, seconds, everySeconds: EVERY_S, measure });
    return { mails, readings, causes: check.runner.causes };
  } finally {
    await end?.();
  }
}
