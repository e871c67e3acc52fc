/** Field types: from the text of a line to a value, and for some the same from its bytes. Another one is an entry here. */
import type { FieldValue } from '../types.ts';
import { readLevel } from './levels.ts';
import { lastStart, readFloat, readInt, UNREAD } from './number-bytes.ts';

export interface FieldType {
  /** Undefined where the field is absent: empty, '-', or no value of its kind. */
  readonly read: (text: string) => FieldValue | undefined;
  /**
   * Of a type whose values are numbers: the value of bytes[from, to), NaN where it is absent, UNREAD where the text has
   * to be read.
   */
  readonly readBytes?: (bytes: Uint8Array, from: number, to: number) => number;
  /** Of a type whose values are the ends of texts: where the value begins in bytes[from, to), absent where empty or '-'. */
  readonly textStart?: (bytes: Uint8Array, from: number, to: number) => number;
}

const INT = /^[+-]?\d{1,15}$/;
const FLOAT = /^[+-]?\d{1,15}(?:\.\d{1,20})?$/;

const TYPES = {
  text: { read: present, textStart: (_bytes, from) => from },
  int: { read: (text) => toNumber(text, INT), readBytes: readInt },
  float: { read: (text) => toNumber(text, FLOAT), readBytes: readFloat },
  // The last of nginx's lists over several upstreams, 'a, b : c', which is the one that answered.
  'last-text': { read: (text) => present(lastOf(text)), textStart: lastStart },
  'last-int': {
    read: (text) => toNumber(lastOf(text), INT),
    readBytes: (bytes, from, to) => readInt(bytes, lastStart(bytes, from, to), to),
  },
  'last-float': {
    read: (text) => toNumber(lastOf(text), FLOAT),
    readBytes: (bytes, from, to) => readFloat(bytes, lastStart(bytes, from, to), to),
  },
  // The path of 'GET /path HTTP/1.1', or a path as it stands.
  'request-path': { read: (text) => present(requestPath(text)) },
  // The method of 'GET /path HTTP/1.1', or a method as it stands.
  'request-method': { read: (text) => METHOD.exec(text)?.[0] },
  // Of a URL, or 'unix:/path' for a socket, as $upstream_addr writes it.
  'host-port': { read: (text) => present(hostPort(text)) },
  // Of an address with a port, as clients have another one each time.
  'without-port': { read: (text) => present(withoutPort(text)) },
  level: { read: readLevel },
  // Numbers that become seconds.
  ms: parts(1e3),
  us: parts(1e6),
  ns: parts(1e9),
} as const satisfies Readonly<Record<string, FieldType>>;

export type FieldKind = keyof typeof TYPES;
export const FIELD_KINDS = Object.keys(TYPES) as unknown as readonly [FieldKind, ...FieldKind[]];

export function fieldType(kind: FieldKind): FieldType {
  return TYPES[kind];
}

function present(text: string): string | undefined {
  return text === '' || text === '-' ? undefined : text;
}

function toNumber(text: string, shape: RegExp): number | undefined {
  return shape.test(text) ? Number(text) : undefined;
}

/** So many make a second; less than none is what HAProxy writes for a time that never came. */
function parts(ofSecond: number): FieldType {
  const toSeconds = (number: number) => (number < 0 ? undefined : number / ofSecond);
  return {
    read(text) {
      const number = toNumber(text, FLOAT);
      return number === undefined ? undefined : toSeconds(number);
    },
    readBytes(bytes, from, to) {
      const number = readFloat(bytes, from, to);
      return number === UNREAD ? UNREAD : (toSeconds(number) ?? Number.NaN);
    },
  };
}

function lastOf(text: string): string {
  if (!text.includes(' ')) return text;
  const comma = text.lastIndexOf(', ');
  const colon = text.lastIndexOf(' : ');
  if (comma === -1 && colon === -1) return text;
  return comma > colon ? text.slice(comma + 2) : text.slice(colon + 3);
}

const METHOD = /^[A-Z][A-Z_-]{1,19}(?= |$)/;

function requestPath(text: string): string {
  if (text.startsWith('/')) return text;
  const start = text.indexOf(' ') + 1;
  const end = text.lastIndexOf(' HTTP/');
  return start === 0 ? '' : text.slice(start, end < start ? text.length : end);
}

function hostPort(text: string): string {
  const scheme = text.indexOf('://');
  const rest = scheme === -1 ? text : text.slice(scheme + 3);
  return /^(?:unix:[^:]*|[^/?#]*)/.exec(rest)?.[0] ?? '';
}

function withoutPort(text: string): string {
  const [, bracketed, named] = /^(?:\[([^\]]*)\](?::\d+)?|([^:]+):\d+)$/.exec(text) ?? [];
  return bracketed ?? named ?? text;
}
