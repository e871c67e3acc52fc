/** What cannot be watched, since a log_format does not write it; and the log_format that does. */
import { jsonLayout } from './json-layout.ts';
import { COMBINED, type LogFormat, type LogPart } from './log-format.ts';
import { type Shape, variablesOf } from './variables.ts';

export interface Lack {
  /** What is not seen, as the end of a sentence. */
  readonly unseen: string;
  /** What would have to be logged. */
  readonly variable: string;
}

interface Need extends Lack {
  /** Any of them will do. */
  readonly variables: readonly string[];
  /** Its name in the line that is proposed. */
  readonly key: string;
}

const NEEDS: readonly Need[] = [
  {
    unseen: 'when a request came: its lines count when they are read',
    variable: 'time_iso8601',
    variables: ['time_iso8601', 'time_local', 'msec'],
    key: 'time',
  },
  { unseen: 'errors (5xx)', variable: 'status', variables: ['status'], key: 'status' },
  { unseen: 'slow answers', variable: 'request_time', variables: ['request_time'], key: 'rt' },
  { unseen: 'which upstream fails', variable: 'upstream_addr', variables: ['upstream_addr'], key: 'ua' },
  { unseen: 'what upstreams answered', variable: 'upstream_status', variables: ['upstream_status'], key: 'us' },
  { unseen: 'slow upstreams', variable: 'upstream_response_time', variables: ['upstream_response_time'], key: 'urt' },
  {
    unseen: 'which virtual host fails',
    variable: 'host',
    variables: ['host', 'http_host', 'server_name'],
    key: 'host',
  },
  {
    unseen: 'which paths fail',
    variable: 'request_uri',
    variables: ['request', 'request_uri', 'uri', 'document_uri'],
    key: 'uri',
  },
];

export function lacksOf(format: LogFormat): readonly Lack[] {
  return needsOf(format).map(({ unseen, variable }) => ({ unseen, variable }));
}

/**
 * The log_format with all that it lacks, ready to be pasted. Nginx' own cannot be written anew, so it gets a name that is
 * none of `taken`.
 */
export function fullerFormat(format: LogFormat, taken: readonly string[]): LogFormat {
  const needs = needsOf(format);
  const isOwn = format.name === COMBINED.name;
  const name = isOwn ? (OWN_NAMES.find((one) => !taken.includes(one)) ?? 'timed') : format.name;
  return { ...format, name, parts: inJson(format, needs) ?? withPairs(format, needs) };
}

const OWN_NAMES = ['timed', 'linesman', 'linesman_timed'];

/** As key=value, with what stands between the format's other values. */
function withPairs({ parts }: LogFormat, needs: readonly Need[]): LogPart[] {
  const between = parts.some((part) => part.kind === 'text' && part.text.includes('\t')) ? '\t' : ' ';
  const last = parts.at(-1);
  // Behind a text without quotes nobody could tell where it ends.
  const isOpen = last?.kind === 'variable' && OPEN_SHAPES.includes(shapeOf(last.name));
  const pairs = needs.flatMap(({ key, variable }): LogPart[] => [
    { kind: 'text', text: isOpen ? `${key}=` : `${between}${key}=` },
    { kind: 'variable', name: variable },
    ...(isOpen ? [{ kind: 'text' as const, text: between }] : []),
  ]);
  return isOpen ? [...pairs, ...parts] : [...parts, ...pairs];
}

const OPEN_SHAPES: readonly Shape[] = ['text', 'request', 'seldom', 'token'];

function shapeOf(name: string): Shape {
  return variablesOf([name], true).get(name)?.shape ?? 'text';
}

function needsOf({ parts }: LogFormat): readonly Need[] {
  const logged = parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
  return NEEDS.filter(({ variables }) => !variables.some((name) => logged.includes(name)));
}

/** Behind the last value of the object. Undefined where the format is none. */
function inJson(format: LogFormat, needs: readonly Need[]): LogPart[] | undefined {
  const { parts } = format;
  const last = parts.at(-1);
  const names = parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
  if (last?.kind !== 'text' || !jsonLayout(format, variablesOf(names, false))) return undefined;
  const brace = last.text.lastIndexOf('}');
  const more = needs.flatMap(({ variable }): LogPart[] => [
    { kind: 'text', text: `,"${variable}":"` },
    { kind: 'variable', name: variable },
    { kind: 'text', text: '"' },
  ]);
  return [
    ...parts.slice(0, -1),
    { kind: 'text', text: last.text.slice(0, brace) },
    ...more,
    { kind: 'text', text: last.text.slice(brace) },
  ];
}
