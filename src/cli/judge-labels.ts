/** Reads what people said was wrong with a series: windows as JSON, in the forms of NAB, or a CSV of times and labels. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LabelledWindow } from '../core/detect/label-score.ts';
import { UserError } from '../core/errors.ts';
import { type Columns, chooseLabelColumns, createCellTime, type ReadTime } from '../core/parse/series-columns.ts';
import { readRows } from './csv-rows.ts';
import { named } from './series-rows.ts';

const LABELS_MAX = 100_000;
const JSON_BYTES_MAX = 16 * 1024 * 1024;
const TRUE = /^(?:1(?:\.0*)?|true|yes)$/i;
const FORMS = `write [["from", "to"], …], or {"${'file.csv'}": [["from", "to"], …]}`;

/** `series`: the file that is judged, by whose name windows for many files are chosen. Throws UserError('INPUT'). */
export async function readLabels(path: string, series: string, timezone: string): Promise<readonly LabelledWindow[]> {
  const readTime = createCellTime(timezone);
  const windows = path.endsWith('.json')
    ? await readWindows(path, series, readTime)
    : await readLabelRows(path, readTime);
  if (windows.length > LABELS_MAX)
    throw new UserError('INPUT', `${named(path)} has ${windows.length} labels; at most ${LABELS_MAX} are read.`);
  return windows;
}

async function readWindows(path: string, series: string, readTime: ReadTime): Promise<readonly LabelledWindow[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UserError('INPUT', `${named(path)} cannot be read: ${cause.code ?? cause.message}; check the path.`, {
      cause,
    });
  });
  if (text.length > JSON_BYTES_MAX)
    throw new UserError('INPUT', `${named(path)} has more than 16 MiB; keep the windows of this series alone.`);
  const windows = windowsFor(parseJson(text, path), path, series);
  return windows.map(
    (window, at) => toWindow(window, readTime) ?? refuse(path, `entry ${at + 1} is no time or pair of times`),
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(path, 'it is no JSON');
  }
}

function windowsFor(parsed: unknown, path: string, series: string): readonly unknown[] {
  if (Array.isArray(parsed)) return parsed;
  if (typeof parsed !== 'object' || parsed === null) return refuse(path, 'it has no windows');
  const entries = Object.entries(parsed);
  const ours =
    entries.find(([name]) => basename(name) === basename(series)) ?? (entries.length === 1 ? entries[0] : undefined);
  if (ours === undefined)
    return refuse(path, `it has windows of ${entries.length} files, none called '${basename(series)}'`);
  return Array.isArray(ours[1]) ? ours[1] : refuse(path, 'its windows are no list');
}

/** One time, or two. */
function toWindow(window: unknown, readTime: ReadTime): LabelledWindow | undefined {
  const [from, to] = Array.isArray(window) ? window : [window, window];
  const times = [from, to].map((time) =>
    typeof time === 'string' || typeof time === 'number' ? readTime(String(time)) : undefined,
  );
  const [start, end] = times;
  return start === undefined || end === undefined || end < start ? undefined : { from: start, to: end };
}

function refuse(path: string, why: string): never {
  throw new UserError('INPUT', `${named(path)}: ${why}; ${FORMS}, with times as in the series.`);
}

/** Labelled rows one after the other are one window. */
async function readLabelRows(path: string, readTime: ReadTime): Promise<readonly LabelledWindow[]> {
  const windows: LabelledWindow[] = [];
  let columns: Columns | undefined;
  let isOpen = false;
  function takeRow(cells: readonly string[], line: number): void {
    const time = readTime(cells[columns?.time ?? 0] ?? '');
    if (time === undefined)
      throw new UserError('INPUT', `${named(path)}, line ${line}: it has no time; write one in each row.`);
    const isLabelled = TRUE.test(cells[columns?.value ?? 1] ?? '');
    const before = windows.at(-1);
    if (isLabelled && isOpen && before !== undefined)
      windows[windows.length - 1] = { from: before.from, to: Math.max(before.to, time) };
    else if (isLabelled) windows.push({ from: time, to: time });
    isOpen = isLabelled;
  }
  await readRows(path, {
    row(cells, line) {
      if (columns !== undefined) return takeRow(cells, line);
      const chosen = chooseLabelColumns(cells, readTime);
      if (typeof chosen === 'string') throw new UserError('INPUT', `${named(path)}, line ${line}: ${chosen}.`);
      columns = chosen;
      if (!chosen.isHeader) takeRow(cells, line);
    },
    bad(reason, line) {
      throw new UserError('INPUT', `${named(path)}, line ${line}: it has ${reason}; mend it.`);
    },
    pause: async () => {},
  });
  return windows;
}
