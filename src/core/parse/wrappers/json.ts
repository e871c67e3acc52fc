/** Docker's json-file and what `journalctl -o json` prints: a line inside a JSON object. */
import { isLonger } from '../utf8.ts';
import type { OutputStream, Wrapped } from './wrapped.ts';

/** Docker reads outputs into a buffer of this size; what fills it without an LF is a part. A shorter rest is the output's end. */
const DOCKER_PART_BYTES = 16 * 1024;
const DOCKER_KEYS = new Set(['log', 'stream', 'attrs', 'time']);

export function unwrapJson(line: string): Wrapped | undefined {
  if (!line.endsWith('}')) return undefined;
  // Looked for before anything is parsed: other JSON logs pay for no second parse.
  if (line.includes('"log"')) return unwrapDocker(parseObject(line));
  return line.includes('"MESSAGE"') ? unwrapJournal(parseObject(line)) : undefined;
}

/** Only the keys that Docker writes: a JSON log that also has a `log` is no such wrapper. */
function unwrapDocker(object: JsonObject | undefined): Wrapped | undefined {
  if (!object || !Object.keys(object).every((key) => DOCKER_KEYS.has(key))) return undefined;
  const { log, stream = 'stdout', time } = object;
  if (typeof log !== 'string' || typeof time !== 'string' || !isOutputStream(stream)) return undefined;
  const isEnded = log.endsWith('\n');
  const text = isEnded ? log.slice(0, log.endsWith('\r\n') ? -2 : -1) : log;
  const isPart = !isEnded && isLonger(log, DOCKER_PART_BYTES - 1);
  return { text, stream, isPart, stamp: { format: 'iso8601', text: time } };
}

/** The journal leaves long fields out as null, unless it is asked for --all. */
function unwrapJournal(object: JsonObject | undefined): Wrapped | undefined {
  if (!object || typeof object.__REALTIME_TIMESTAMP !== 'string' || !Object.hasOwn(object, 'MESSAGE')) return undefined;
  const { MESSAGE: message, __REALTIME_TIMESTAMP: time } = object;
  const text = typeof message === 'string' ? message : toText(message);
  if (text === undefined && message !== null) return undefined;
  return { text, stream: 'stdout', isPart: false, stamp: { format: 'micros', text: time } };
}

/** What is no UTF-8 comes as a list of bytes. */
function toText(message: unknown): string | undefined {
  return Array.isArray(message) && message.every(isByte)
    ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(message))
    : undefined;
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function isOutputStream(value: unknown): value is OutputStream {
  return value === 'stdout' || value === 'stderr';
}

interface JsonObject {
  readonly [key: string]: unknown;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
