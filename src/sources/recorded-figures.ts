/** Reads the recorded figures of a machine once from their beginning, for replay: what was measured in one second together. */
import { UserError } from '../core/errors.ts';
import { parseFigure, type RecordedFigure } from '../core/observe/recorded-figure.ts';
import type { Measurement } from '../core/plugin.ts';
import { openRecording, type Recording, unreadable } from './recording.ts';

/** A number with its sentences is far shorter; a longer line is a mistake. */
const LINE_BYTES_MAX = 64 * 1024;
/** A week of two hundred series each ten seconds is twelve million. */
const FIGURES_MAX = 20_000_000;
const LF = 10;

export interface MeasuredSecond {
  /** Start of the second. */
  readonly time: number;
  readonly measurements: readonly Measurement[];
}

/** Throws UserError INPUT, naming file and line. */
export async function* readFigures(path: string): AsyncGenerator<MeasuredSecond> {
  let time = 0;
  let measurements: Measurement[] = [];
  for await (const { time: at, ...measurement } of figuresOf(path)) {
    const second = Math.floor(at / 1_000) * 1_000;
    if (second !== time && measurements.length > 0) {
      yield { time, measurements };
      measurements = [];
    }
    time = second;
    measurements.push(measurement);
  }
  if (measurements.length > 0) yield { time, measurements };
}

async function* figuresOf(path: string): AsyncGenerator<RecordedFigure> {
  const recording = await openRecording(path);
  let last = 0;
  try {
    for await (const [line, number] of linesOf(recording)) {
      if (line.trim() === '') continue;
      const figure = parseFigure(line);
      if (typeof figure === 'string') throw mistake(recording, number, figure);
      if (figure.time < last)
        throw mistake(
          recording,
          number,
          'its time is before that of a line above; put the lines in the order of their times',
        );
      last = figure.time;
      yield figure;
    }
  } finally {
    await recording.stream.close();
  }
}

async function* linesOf(recording: Recording): AsyncGenerator<readonly [line: string, number: number]> {
  let number = 0;
  for (;;) {
    const data = await peek(recording);
    if (data.length === 0) return;
    const isEnd = data.length < LINE_BYTES_MAX;
    const end = isEnd ? data.length : data.lastIndexOf(LF) + 1;
    if (end === 0)
      throw mistake(recording, number + 1, `it is longer than ${LINE_BYTES_MAX / 1_024} KiB; write one number a line`);
    const lines = data.toString('utf8', 0, end).replace(/\n$/, '').split('\n');
    recording.stream.drop(end);
    for (const line of lines) {
      number += 1;
      if (number > FIGURES_MAX)
        throw mistake(recording, number, `there are more than ${FIGURES_MAX} lines; leave out what is not needed`);
      yield [line, number];
    }
  }
}

async function peek({ path, stream }: Recording): Promise<Buffer> {
  try {
    return await stream.peek(LINE_BYTES_MAX);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function mistake({ path }: Recording, number: number, what: string): UserError {
  return new UserError('INPUT', `${path === '-' ? 'Standard input' : path}:${number}: ${what}.`);
}
