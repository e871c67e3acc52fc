/** Judges a figure that has a usual level (a gauge, a latency, bytes) against its own past: how high or low, how sudden, at which hour. */
import { createLevelJudge, type LevelOptions } from '../core/detect/level/level-judge.ts';
import { SCALES } from '../core/detect/level/scale.ts';
import { checkField, SKETCH_BACK_MS, SKETCHED_STATISTICS } from '../core/detect/sketched.ts';
import { UserError } from '../core/errors.ts';
import { UNITS } from '../core/finding.ts';
import type { DetectorPlugin } from '../core/plugin.ts';

export const detector: DetectorPlugin = {
  name: 'level',
  describe: 'A figure with a usual level against its own past, by the hour: a gauge, a percentile of latency, bytes.',
  options: {
    series: { type: 'series', describe: 'Series to judge.', example: 'http.time' },
    statistic: {
      type: 'choice',
      describe:
        'What is judged of a step. mean, sum: of the values; p50, p95, p99: the value that so many percent of them do not exceed, of a series with a histogram; count: observations; distinct: how many different values the field `of` has.',
      example: 'p95',
      default: 'mean',
      choices: ['mean', 'sum', 'count', ...SKETCHED_STATISTICS],
    },
    of: {
      type: 'text',
      describe: 'Field whose different values are counted, one of the distincts of the series. Only with distinct.',
      example: 'client',
      optional: true,
    },
    step: {
      type: 'duration',
      describe: 'Time that is one figure, in whole ten seconds.',
      example: '5m',
      default: 60_000,
      min: 10_000,
      max: SKETCH_BACK_MS,
    },
    transform: {
      type: 'choice',
      describe:
        'Scale on which it is judged: log for what is slower by times, log1p for what is larger by times and can be 0. Without it: log for seconds, log1p for bytes, none otherwise.',
      example: 'log',
      optional: true,
      choices: SCALES,
    },
    minCount: {
      type: 'integer',
      describe: 'Observations that a step needs to be judged; with 0, a count or a sum of nothing is 0.',
      example: 50,
      default: 1,
      min: 0,
      max: 1_000_000,
    },
    side: {
      type: 'choice',
      describe: 'Which side is bad.',
      example: 'high',
      default: 'both',
      choices: ['both', 'high', 'low'],
    },
    minTimes: {
      type: 'number',
      describe: 'A finding is at least so many times the expected value, or so many times below it.',
      example: 2,
      default: 1,
      min: 1,
      max: 1_000,
    },
    minChange: {
      type: 'number',
      describe: 'And at least so far from the expected value, in its unit.',
      example: 0.3,
      default: 0,
      min: 0,
    },
    score: {
      type: 'number',
      describe: 'Score from which it is a finding. Without it, what falseAlarmsPerMonth allows.',
      example: 5,
      optional: true,
      min: 1,
      max: 300,
    },
    leave: {
      type: 'number',
      describe: 'Well again within this part of the way from the expected value to the limit.',
      example: 0.5,
      default: 0.7,
      min: 0,
      max: 1,
    },
    unit: {
      type: 'choice',
      describe: 'How the value is written in a mail.',
      example: 'seconds',
      default: 'count',
      choices: UNITS,
    },
  },
  compile(given) {
    const options = given as unknown as LevelOptions;
    checkOptions(options);
    return createLevelJudge(options);
  },
};

function checkOptions({ statistic, of, step, minCount }: LevelOptions): void {
  checkField(statistic, of);
  if (step % 10_000 !== 0) {
    throw new UserError('CONFIG', `step is ${step / 1_000} s; give whole ten seconds, such as 30s or 1m`);
  }
  if (minCount === 0 && statistic !== 'count' && statistic !== 'sum') {
    throw new UserError('CONFIG', `nothing observed has no ${statistic}; give a minCount of 1 or more`);
  }
}
