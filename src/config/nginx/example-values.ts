/** Values that Nginx would have for its variables: of usual requests, of none at all, and of those that mean harm. */
import type { LogEscape } from './log-format.ts';
import type { Shape } from './variables.ts';

/** Undefined: Nginx has no such value, and writes what it writes then. */
export type ExampleRequest = (name: string, shape: Shape) => string | undefined;

/** Of which the first is a usual one; all at EXAMPLE_TIME. */
export const EXAMPLE_TIME = Date.UTC(2026, 10, 25, 5, 22, 42);

const TIMES: Readonly<Record<string, string>> = {
  time_local: '25/Nov/2026:05:22:42 +0000',
  time_iso8601: '2026-11-25T05:22:42+00:00',
  msec: `${EXAMPLE_TIME / 1_000}.000`,
};

const ALWAYS: Readonly<Partial<Record<Shape, string>>> = { number: '0', seconds: '0.000', status: '000', letter: '.' };

export const EXAMPLE_REQUESTS: readonly ExampleRequest[] = [
  example({ client: '203.0.113.7', target: '/shop/cart?id=7', status: '200', tries: 1, text: 'value' }),
  example({ client: '2001:db8::42', target: '/api/items/123', status: '502', tries: 3, text: 'a b, c (d; e) 1.5' }),
  example({ client: 'unix:', target: '/', status: '499', tries: 2, text: '' }),
  // A quote in a header, and what looks like the end of a value.
  example({ client: '198.51.100.9', target: '/%22/a\\b', status: '404', tries: 1, text: 'x" 200 7 "\\x22\ttab é' }),
  closedEarly,
];

interface Example {
  readonly client: string;
  readonly target: string;
  readonly status: string;
  readonly tries: number;
  /** Of variables of which nobody knows more. */
  readonly text: string;
}

function example({ client, target, status, tries, text }: Example): ExampleRequest {
  const [path = '', args] = target.split('?');
  const own: Readonly<Record<string, string | undefined>> = {
    ...TIMES,
    remote_addr: client,
    remote_user: undefined,
    request: `GET ${target} HTTP/1.1`,
    request_method: 'GET',
    request_uri: target,
    uri: path,
    document_uri: path,
    args,
    query_string: args,
    is_args: args === undefined ? '' : '?',
    server_protocol: 'HTTP/1.1',
    status,
    scheme: 'https',
    host: 'shop.example.com',
    http_host: 'shop.example.com',
    server_name: 'shop.example.com',
  };
  return (name, shape) => (Object.hasOwn(own, name) ? own[name] : exampleOf(shape, { tries, status, text }));
}

/** A client that said nothing before it went. */
function closedEarly(name: string, shape: Shape): string | undefined {
  if (Object.hasOwn(TIMES, name)) return TIMES[name];
  if (name === 'remote_addr') return '198.51.100.23';
  if (name === 'is_args') return '';
  if (name === 'status') return '400';
  return ALWAYS[shape] ?? (name === 'server_name' || name === 'host' ? '_' : undefined);
}

function exampleOf(
  shape: Shape,
  { tries, status, text }: Pick<Example, 'tries' | 'status' | 'text'>,
): string | undefined {
  switch (shape) {
    case 'seconds':
      return '0.005';
    case 'number':
    case 'maybe-number':
      return '1534';
    case 'maybe-seconds':
      return '2.61';
    case 'seconds-list':
      return listOf(tries, ['0.004', '0.003', '-']);
    case 'number-list':
      return listOf(tries, ['157', '0', '-']);
    case 'status-list':
      return listOf(tries, [status, '504', '-']);
    case 'address-list':
      return listOf(tries, ['10.0.0.1:80', '[2001:db8::1]:8080', 'unix:/run/app.sock']);
    case 'letter':
      return '.';
    case 'word':
    case 'token':
    case 'seldom':
      return 'value';
    default:
      return text;
  }
}

/** As Nginx writes the upstreams of a request: the last of them answered. */
function listOf(tries: number, values: readonly string[]): string {
  return values
    .slice(0, tries)
    .reverse()
    .reduce((list, value, index) => (index === 0 ? value : `${list}${index === 1 ? ', ' : ' : '}${value}`), '');
}

/** As Nginx writes a value into a log. https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format */
export function writtenValue(value: string | undefined, escaping: LogEscape, shape: Shape): string {
  if (value === undefined) return escaping === 'default' ? '-' : '';
  if (escaping === 'none' || ALWAYS[shape] !== undefined) return value;
  if (escaping === 'json') return JSON.stringify(value).slice(1, -1);
  return [...Buffer.from(value)]
    .map((byte) =>
      byte < 32 || byte > 126 || byte === 34 || byte === 92
        ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('');
}
