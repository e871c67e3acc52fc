/** Says whether a check found what it asks for: bad where its last reading was wrong, with the cause that it gave. */
import { CAUSE_SERIES, CHECK_SERIES } from '../core/check.ts';
import { CERTAIN_SCORE } from '../core/detect/certain.ts';
import { seriesKey } from '../core/observe/series.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement, WindowView } from '../core/plugin.ts';

/** A reading stands in the second in which it was taken. */
const READING_MS = 1_000;

interface CheckOptions {
  readonly check: string;
  readonly causes: string;
  readonly every: number;
}

export const detector: DetectorPlugin = {
  name: 'check',
  describe: 'The last reading of a check of linesman.yaml: wrong or well.',
  options: {
    check: { type: 'text', describe: 'Name of the check.', example: 'api' },
    causes: {
      ...{ type: 'text', example: 'refused,timeout', default: '' },
      describe: 'What it may find wrong, with commas between them.',
    },
    every: {
      ...{ type: 'duration', describe: 'Time between two of its readings.', example: '15s', default: 15_000 },
      ...{ min: 1_000, max: 86_400_000 },
    },
  },
  compile: (options) => createCheck(options as unknown as CheckOptions),
};

function createCheck({ check, causes, every }: CheckOptions): DetectorRunner {
  const series = seriesKey(CHECK_SERIES, { check });
  const names = causes.split(',').map((name) => name.trim());
  const causeSeries = names
    .filter((name) => name !== '')
    .map((cause) => [cause, seriesKey(CAUSE_SERIES, { cause, check })] as const);
  return {
    inputs: [series, ...causeSeries.map(([, key]) => key)],
    everyMs: every,
    byReading: true,
    judge: (input) => judge(series, causeSeries, input),
  };
}

type CauseSeries = readonly (readonly [cause: string, series: string])[];

function judge(series: string, causes: CauseSeries, { now, source, view, baseline }: JudgeInput): Judgement {
  const from = now - READING_MS;
  const { count, sum } = view.sum(series, from, now);
  if (count === 0) return { verdict: 'unclear', baseline, note: 'there is no reading' };
  if (sum === 0) return { verdict: 'well', baseline };
  if (sum !== count) return { verdict: 'unclear', baseline, note: 'its readings of one second differ' };
  const cause = causeAt(causes, view, { from, to: now });
  return {
    verdict: 'bad',
    baseline,
    finding: {
      ...{ source, series, labels: {}, time: now, since: from, windowMs: READING_MS },
      // Of a reading there is no more to say than that it was wrong.
      ...{ value: 1, expected: 0, limit: 1, unit: 'count', score: CERTAIN_SCORE, urgent: false },
      ...(cause !== undefined && { cause }),
    },
  };
}

/** The one seen with the reading; of several the first as they are named. */
function causeAt(
  causes: CauseSeries,
  view: WindowView,
  { from, to }: { from: number; to: number },
): string | undefined {
  return causes.find(([, series]) => view.count(series, from, to) > 0)?.[0];
}
