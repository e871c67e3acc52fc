/** One number of a machine as it is written down, to be replayed: one JSON object a line. */
import type { Measurement } from '../plugin.ts';
import { parseSeriesKey, seriesKey } from './series.ts';

export interface RecordedFigure extends Measurement {
  readonly time: number;
}

const EXAMPLE = '{"time": "2026-11-25T03:00:00Z", "series": "host.cpu.busy", "value": 12.5}';
const KEYS = ['time', 'series', 'value', 'lines'];
/** A zone belongs to it: without one it would be another time on each machine. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const TIME_MAX = 8.64e15;
const SERIES_CHARS = 1_000;
/** Sentences of one number. */
const LINES_MAX = 20;

/** What stands in the line, or what is wrong with it: what is given, what is allowed. */
export function parseFigure(text: string): RecordedFigure | string {
  const given = parseObject(text);
  if (given === undefined) return `it is no JSON object; write one a line, such as ${EXAMPLE}`;
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return `${JSON.stringify(unknown)} is unknown; known are ${KEYS.join(', ')}`;
  const { series, value, lines } = given;
  const time = timeOf(given.time);
  if (time === undefined)
    return 'its time is none; write ISO 8601 with a zone, such as "2026-11-25T03:00:00Z", or milliseconds since 1970';
  if (typeof series !== 'string' || !isSeries(series))
    return 'its series is none; write a name, with labels in braces: "host.disk.used{mount=/var}"';
  if (typeof value !== 'number') return 'its value is no number; write one, such as 12.5';
  if (!isLines(lines)) return `its lines are none; write up to ${LINES_MAX} texts: ["process api is not running"]`;
  return { time, series, value, ...(lines && { lines }) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(given: unknown): number | undefined {
  const time = typeof given === 'string' && ISO.test(given) ? Date.parse(given) : given;
  return typeof time === 'number' && time >= 0 && time <= TIME_MAX ? time : undefined;
}

/** As it is written in one way only, so that it is found by its name. */
function isSeries(key: string): boolean {
  if (key === '' || key.length > SERIES_CHARS || (key.includes('{') && !key.endsWith('}'))) return false;
  try {
    const { name, labels } = parseSeriesKey(key);
    return name !== '' && seriesKey(name, labels) === key;
  } catch {
    return false;
  }
}

function isLines(given: unknown): given is readonly string[] | undefined {
  if (given === undefined) return true;
  return Array.isArray(given) && given.length <= LINES_MAX && given.every((line) => typeof line === 'string');
}
