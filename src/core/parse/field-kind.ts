/** Field types: from the text of a line to a value. */
import type { FieldValue } from '../types.ts';

/**
 * last-…: the last of nginx's lists over several upstreams, 'a, b : c', which is the one that answered.
 * request-path: the path of 'GET /path HTTP/1.1'.
 * host-port: of a URL, or 'unix:/path' for a socket, as $upstream_addr writes it.
 */
export const FIELD_KINDS = [
  'text',
  'int',
  'float',
  'last-text',
  'last-int',
  'last-float',
  'request-path',
  'host-port',
] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

/** Undefined where the field is absent: empty, '-', or no value of its kind. */
export function toFieldValue(kind: FieldKind, text: string): FieldValue | undefined {
  switch (kind) {
    case 'text':
      return present(text);
    case 'int':
      return toNumber(text, INT);
    case 'float':
      return toNumber(text, FLOAT);
    case 'last-text':
      return present(lastOf(text));
    case 'last-int':
      return toNumber(lastOf(text), INT);
    case 'last-float':
      return toNumber(lastOf(text), FLOAT);
    case 'request-path':
      return present(requestPath(text));
    case 'host-port':
      return present(hostPort(text));
  }
}

const INT = /^[+-]?\d{1,15}$/;
const FLOAT = /^[+-]?\d{1,15}(?:\.\d{1,20})?$/;

function present(text: string): string | undefined {
  return text === '' || text === '-' ? undefined : text;
}

function toNumber(text: string, shape: RegExp): number | undefined {
  return shape.test(text) ? Number(text) : undefined;
}

function lastOf(text: string): string {
  if (!text.includes(' ')) return text;
  const comma = text.lastIndexOf(', ');
  const colon = text.lastIndexOf(' : ');
  if (comma === -1 && colon === -1) return text;
  return comma > colon ? text.slice(comma + 2) : text.slice(colon + 3);
}

function requestPath(text: string): string {
  const start = text.indexOf(' ') + 1;
  const end = text.lastIndexOf(' HTTP/');
  return start === 0 ? '' : text.slice(start, end < start ? text.length : end);
}

function hostPort(text: string): string {
  const scheme = text.indexOf('://');
  const rest = scheme === -1 ? text : text.slice(scheme + 3);
  return /^(?:unix:[^:]*|[^/?#]*)/.exec(rest)?.[0] ?? '';
}
