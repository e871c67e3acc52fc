/** Judges a series value by value as it is read, in bounded memory, and says what came of it. */
import { basename } from 'node:path';
import type { Writable } from 'node:stream';
import { createSeriesJudge, type JudgedValue, SERIES_FALSE_ALARMS, SERIES_YOUNG } from '../core/detect/judge-series.ts';
import { createLabelScorer } from '../core/detect/label-score.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { createOffsetClock } from '../core/parse/zone-offset.ts';
import { alarmText, type JudgedSum, judgedText, labelsText } from '../core/render/judged-text.ts';
import { renderPlot } from '../core/render/plot.ts';
import { createPlotPoints } from '../core/render/plot-points.ts';
import { createOutput } from './joined-output.ts';
import type { JudgeOptions } from './judge.ts';
import { readLabels } from './judge-labels.ts';
import { type LeftOut, leftOutText, readSeries } from './series-rows.ts';
import { writeWholeFile } from './whole-file.ts';

/** Where it writes: the process, but for tests. */
export interface Outputs {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Throws UserError('INPUT'). */
export async function judgeFile(file: string, options: JudgeOptions, outputs: Outputs = process): Promise<void> {
  const { timezone, falseAlarms = SERIES_FALSE_ALARMS } = options;
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels, file, timezone);
  const judge = createSeriesJudge(falseAlarms, createOffsetClock(timezone));
  const scorer = labels && createLabelScorer(labels);
  const plot = options.plot === undefined ? undefined : createPlotPoints();
  const output = createOutput(outputs.stdout);
  const sums = createSums();
  const leftOut = await readSeries(file, {
    ...{ choice: { time: options.time, value: options.value }, timezone },
    take(time, value) {
      const judged = judge.next(time, value);
      sums.add(judged);
      scorer?.next(time, judged.isAlarm);
      plot?.add(judged, sums.values() > SERIES_YOUNG);
      if (options.json) output.add(valueJson(judged));
      else if (judged.isAlarm) output.add(alarmText(judged, timezone));
    },
    pause: async () => await output.flush(),
  });
  const sum = { ...sums.sum(), falseAlarms, limit: judge.limit, young: SERIES_YOUNG };
  const lines = summary(sum, leftOut, timezone);
  if (scorer) lines.push(labelsText(scorer.score()));
  const text = `${lines.join('\n')}\n`;
  // Programs read the objects; people the rest.
  if (options.json) outputs.stderr.write(text);
  else outputs.stdout.write(sum.alarms === 0 ? text : `\n${text}`);
  if (options.plot !== undefined && plot !== undefined) {
    const title = file === '-' ? 'Standard input' : basename(file);
    const picture = { title, points: plot.points(), alarms: plot.alarms(), labels: labels ?? [], timezone };
    await writePlot(options.plot, renderPlot(picture));
  }
}

function valueJson({ time, value, expected, score, isAlarm }: JudgedValue): string {
  return JSON.stringify({ time: new Date(time).toISOString(), value, expected, score, alarm: isAlarm });
}

function summary(sum: JudgedSum, leftOut: readonly LeftOut[], timezone: string): string[] {
  const rows = leftOut.reduce((all, one) => all + one.rows, 0);
  const left =
    rows === 0 ? [] : [`left out ${rows} ${rows === 1 ? 'row' : 'rows'}: ${leftOut.map(leftOutText).join('; ')}`];
  return [judgedText(sum, timezone), ...left];
}

/** Gaps of so many values say what the step is. */
const GAPS = 101;

function createSums() {
  let values = 0;
  let alarms = 0;
  let from = 0;
  let to = 0;
  const gaps: number[] = [];
  return {
    add({ time, isAlarm }: JudgedValue): void {
      if (values === 0) from = time;
      else if (gaps.length < GAPS) gaps.push(time - to);
      values += 1;
      to = time;
      if (isAlarm) alarms += 1;
    },
    values: () => values,
    sum: () => ({ values, alarms, from, to, stepMs: gaps.toSorted((a, b) => a - b)[gaps.length >> 1] }),
  };
}

async function writePlot(file: string, svg: string): Promise<void> {
  await writeWholeFile(file, svg).catch((cause: unknown) => {
    throw new UserError('INPUT', `--plot ${file}: it cannot be written (${messageOf(cause)}); name another file`, {
      cause,
    });
  });
}
