/** Docker's json-file and what `journalctl -o json` prints: a line inside a JSON object. */
import { isLonger } from '../utf8.ts';
import { readString, walkMembers } from './json-members.ts';
import type { Wrapped } from './wrapped.ts';

/** Docker reads outputs into a buffer of this size; what fills it without an LF is a part. A shorter rest is the output's end. */
const DOCKER_PART_BYTES = 16 * 1024;

export function unwrapJson(line: string): Wrapped | undefined {
  if (!line.endsWith('}')) return undefined;
  // Docker's ends at the first other key. The journal's is looked for before anything is walked through, by its longest
  // word: other JSON logs pay no more.
  return unwrapDocker(line) ?? (line.includes('"__REALTIME_TIMESTAMP"') ? unwrapJournal(line) : undefined);
}

/** Only the keys that Docker writes: a JSON log that also has a `log` is no such wrapper. Of doubled keys the last counts. */
function unwrapDocker(line: string): Wrapped | undefined {
  let log: string | undefined;
  let time: string | undefined;
  let stream: string | undefined = 'stdout';
  const isDocker = walkMembers(line, (name, from, to) => {
    if (name === 'log') log = readString(line, from, to);
    else if (name === 'time') time = readString(line, from, to);
    else if (name === 'stream') stream = readString(line, from, to);
    else return name === 'attrs';
    return true;
  });
  if (!isDocker || log === undefined || time === undefined) return undefined;
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const isEnded = log.endsWith('\n');
  const text = isEnded ? log.slice(0, log.endsWith('\r\n') ? -2 : -1) : log;
  const isPart = !isEnded && isLonger(log, DOCKER_PART_BYTES - 1);
  return { text, stream, isPart, stamp: { format: 'iso8601', text: time } };
}

/** The journal leaves long fields out as null, unless it is asked for --all. */
function unwrapJournal(line: string): Wrapped | undefined {
  let message: string | undefined;
  let time: string | undefined;
  const isObject = walkMembers(line, (name, from, to) => {
    if (name === 'MESSAGE') message = line.slice(from, to);
    if (name === '__REALTIME_TIMESTAMP') time = readString(line, from, to);
    return true;
  });
  if (!isObject || message === undefined || time === undefined) return undefined;
  const text = message.startsWith('[') ? readBytes(message) : readString(message, 0, message.length);
  if (text === undefined && message !== 'null') return undefined;
  return { text, stream: 'stdout', isPart: false, stamp: { format: 'micros', text: time } };
}

/** What is no UTF-8 comes as a list of bytes. */
function readBytes(list: string): string | undefined {
  if (!/^\[[\d,\s]*\]$/.test(list)) return undefined;
  const bytes = list
    .slice(1, -1)
    .split(',')
    .map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
  if (!bytes.every((byte) => byte <= 255)) return undefined;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
