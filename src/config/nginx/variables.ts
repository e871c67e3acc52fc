/** What Nginx' variables hold: the field each becomes, its kind, and which letters it can have. */
import type { FieldKind } from '../../core/parse/field-kind.ts';

/**
 * How a value looks. 'number', 'seconds', 'status' and the times are always there and of one form; 'maybe-number' and
 * 'maybe-seconds' may be '-'; a 'word' has letters, digits and dashes; the lists have a value for each upstream that was asked. Of texts 'token' has no space,
 * 'seldom' has one only where a client means harm, and 'text' may have any.
 */
export type Shape =
  | 'number'
  | 'seconds'
  | 'status'
  | 'clf'
  | 'iso8601'
  | 'letter'
  | 'word'
  | 'maybe-number'
  | 'maybe-seconds'
  | 'seconds-list'
  | 'number-list'
  | 'status-list'
  | 'address-list'
  | 'request'
  | 'host'
  | 'token'
  | 'seldom'
  | 'text';

export interface Variable {
  readonly field: string;
  readonly kind: FieldKind;
  readonly shape: Shape;
}

/** From the field to the variables that give it, the better one first: others in the same format keep their own name. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  time: ['time_iso8601', 'time_local', 'msec'],
  client: ['remote_addr', 'http_x_real_ip', 'proxy_protocol_addr', 'realip_remote_addr'],
  user: ['remote_user'],
  method: ['request_method'],
  path: ['request_uri', 'uri', 'document_uri'],
  protocol: ['server_protocol'],
  bytes: ['body_bytes_sent', 'bytes_sent'],
  referer: ['http_referer'],
  agent: ['http_user_agent'],
  forwarded_for: ['http_x_forwarded_for', 'proxy_add_x_forwarded_for'],
  vhost: ['host', 'http_host', 'server_name'],
  upstream: ['upstream_addr'],
};

const SHAPES: Readonly<Record<Exclude<Shape, 'text'>, readonly string[]>> = {
  status: ['status'],
  number: ['body_bytes_sent', 'bytes_sent', 'request_length', 'connection', 'connection_requests', 'pid'],
  seconds: ['request_time', 'msec'],
  clf: ['time_local'],
  iso8601: ['time_iso8601'],
  letter: ['pipe'],
  word: [
    'scheme',
    'request_method',
    'request_id',
    'https',
    'ssl_session_id',
    'upstream_cache_status',
    'http2',
    'http3',
  ],
  'maybe-number': [
    ...['content_length', 'sent_http_content_length', 'http_content_length', 'server_port', 'remote_port'],
    ...['proxy_protocol_port', 'realip_remote_port', 'bytes_received', 'connections_active', 'limit_rate'],
    'tcpinfo_rtt',
  ],
  'maybe-seconds': ['gzip_ratio', 'connection_time', 'session_time', 'request_completion_time'],
  'seconds-list': [
    ...['upstream_response_time', 'upstream_connect_time', 'upstream_header_time', 'upstream_queue_time'],
    ...['upstream_first_byte_time', 'upstream_session_time'],
  ],
  'number-list': ['upstream_response_length', 'upstream_bytes_sent', 'upstream_bytes_received'],
  'status-list': ['upstream_status'],
  'address-list': ['upstream_addr'],
  request: ['request'],
  host: ['host'],
  token: [
    ...['remote_addr', 'realip_remote_addr', 'proxy_protocol_addr', 'server_addr', 'server_name', 'hostname'],
    ...[
      'server_protocol',
      'ssl_protocol',
      'ssl_cipher',
      'ssl_session_reused',
      'ssl_server_name',
      'ssl_early_data',
      'ssl_client_verify',
      'protocol',
    ],
    ...['connection_upgrade', 'proxy_host', 'proxy_port', 'proxy_upstream_name', 'is_args'],
    ...['nginx_version', 'request_completion', 'geoip_country_code', 'geoip2_data_country_code', 'tls_version'],
  ],
  seldom: [
    ...['request_uri', 'uri', 'document_uri', 'args', 'query_string', 'http_host', 'http_x_real_ip', 'remote_user'],
    ...['http_x_request_id', 'sent_http_location', 'sent_http_content_type', 'http_content_type', 'content_type'],
    ...['request_filename', 'document_root', 'realpath_root', 'proxy_alternative_upstream_name', 'namespace'],
    ...['ingress_name', 'service_name', 'service_port', 'req_id', 'upstream_http_content_type', 'http_cf_ray'],
    ...[
      'http_cf_connecting_ip',
      'http_true_client_ip',
      'http_x_forwarded_proto',
      'http_x_forwarded_host',
      'http_origin',
    ],
  ],
};

const SHAPE_OF = new Map(
  Object.entries(SHAPES).flatMap(([shape, names]) => names.map((name) => [name, shape as Shape] as const)),
);

const KINDS: Readonly<Partial<Record<Shape, FieldKind>>> = {
  number: 'int',
  status: 'int',
  seconds: 'float',
  'maybe-number': 'int',
  'maybe-seconds': 'float',
  'seconds-list': 'last-float',
  'number-list': 'last-int',
  'status-list': 'last-int',
  'address-list': 'last-text',
};

/** Fields that are no variable's by name, and are made by every pattern with a path. */
const TAKEN = ['route'];
const FIELD_CHARS = 40;

/** The variables of a format, each once, as fields with names of their own. `splits`: a request gives its parts as fields. */
export function variablesOf(names: readonly string[], splits: boolean): ReadonlyMap<string, Variable> {
  const all = [...new Set(names)];
  const hasRequest = splits && all.includes('request');
  const field = new Map<string, string>();
  for (const [wanted, from] of Object.entries(FIELDS)) {
    const best = from.find((name) => all.includes(name));
    // The request says method, path and protocol itself.
    const isInRequest = hasRequest && REQUEST_FIELDS.includes(wanted);
    if (best !== undefined && (!isInRequest || best === 'request_uri')) field.set(best, wanted);
  }
  const taken = new Set([...TAKEN, ...field.values(), ...(hasRequest ? REQUEST_FIELDS : [])]);
  return new Map(
    all.map((name) => {
      const own = field.get(name) ?? freeName(name, taken);
      taken.add(own);
      const shape = SHAPE_OF.get(name) ?? shapeByName(name);
      return [name, { field: own, kind: own === 'time' ? 'text' : (KINDS[shape] ?? 'text'), shape }];
    }),
  );
}

/** What `$request` is read into; the path is that of $request_uri where both are logged. */
export const REQUEST_FIELDS: readonly string[] = ['method', 'path', 'protocol'];

function shapeByName(name: string): Shape {
  return /^(?:cookie|arg)_/.test(name) ? 'seldom' : 'text';
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const plain = /^[a-z]/.test(name) ? name : `v_${name}`;
  const short = plain.slice(0, FIELD_CHARS);
  for (let number = 2; number < 1_000; number += 1) {
    const tried = number === 2 ? short : `${short.slice(0, FIELD_CHARS - 4)}_${number - 1}`;
    if (!taken.has(tried)) return tried;
  }
  return short;
}
