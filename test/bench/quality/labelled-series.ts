/** Labelled series out of a data folder: `nab/` (groups of numenta/NAB with windows.json) and `service-metrics/` (microsoft/cloud-monitoring-dataset). */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rows from `first` to `last`, both inclusive. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export interface LabelledSeries {
  readonly name: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** What people said is an anomaly, in order of time. */
  readonly spans: readonly Span[];
}

/** Undefined where the folder has no such data. */
export function readNab(data: string): readonly LabelledSeries[] | undefined {
  const folder = join(data, 'nab');
  if (!existsSync(join(folder, 'windows.json'))) return undefined;
  const windows = JSON.parse(readFileSync(join(folder, 'windows.json'), 'utf8')) as Record<string, [string, string][]>;
  const files = Object.keys(windows).filter((name) => existsSync(join(folder, name)));
  return files.sort().map((name) => {
    const { times, values } = readRows(join(folder, name));
    const spans = (windows[name] ?? []).map(([from, to]) => ({
      first: times.findIndex((time) => time >= toTime(from)),
      last: times.findLastIndex((time) => time <= toTime(to)),
    }));
    return { name, times, values, spans };
  });
}

/** Undefined where the folder has no such data. */
export function readServiceMetrics(data: string): readonly LabelledSeries[] | undefined {
  const folder = join(data, 'service-metrics');
  const files = globSync('*/*.csv', { cwd: folder }).sort();
  if (files.length === 0) return undefined;
  return files.map((name) => {
    const { times, values, labels } = readRows(join(folder, name));
    return { name, times, values, spans: runsOf(labels) };
  });
}

/** Unbroken runs of rows that are labelled. */
function runsOf(labels: readonly boolean[]): Span[] {
  const spans: Span[] = [];
  for (const [row, isLabelled] of labels.entries()) {
    if (!isLabelled) continue;
    const before = spans.at(-1);
    if (before?.last === row - 1) spans[spans.length - 1] = { first: before.first, last: row };
    else spans.push({ first: row, last: row });
  }
  return spans;
}

/** Both sets write time, value and perhaps a label, plainly or in quotes, under one line of names. */
function readRows(path: string): {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly labels: boolean[];
} {
  const lines = readFileSync(path, 'utf8').split(/\r?\n/).slice(1);
  const rows = lines.filter((line) => line !== '').map((line) => line.replaceAll('"', '').split(','));
  return {
    times: Float64Array.from(rows, ([time = '']) => toTime(time)),
    values: Float64Array.from(rows, ([, value]) => Number(value)),
    labels: rows.map(([, , label]) => Number(label) > 0),
  };
}

function toTime(text: string): number {
  return Date.parse(text.includes('T') ? text : `${text.replace(' ', 'T')}Z`);
}
