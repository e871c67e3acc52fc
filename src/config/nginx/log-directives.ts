/** What an nginx.conf says of logs: the formats, and which log is written where in which of them. */
import { COMBINED, type LogFormat, readLogFormat } from './log-format.ts';
import { type Directive, type Place, placeText } from './read-conf.ts';

/** A log_format where it stands. The one called combined is Nginx' own, and stands nowhere. */
export interface NginxFormat extends LogFormat {
  readonly at: Place | undefined;
  /** In a stream block: connections, no requests. */
  readonly isStream: boolean;
}

export interface NginxAccessLog {
  /** As it is written: a path, with variables it may be, or 'syslog:server=…'. */
  readonly path: string;
  readonly format: string;
  readonly isStream: boolean;
  /** The variable that says of each request whether it is logged. */
  readonly condition?: string | undefined;
  /** `buffer=`, `gzip`, `flush=`: lines come late, or packed. */
  readonly options: readonly string[];
  /** The block it stands in: 'http', 'server shop.example.com', 'location /api of server shop.example.com'. */
  readonly block: string;
  readonly at: Place;
}

export interface NginxErrorLog {
  readonly path: string;
  readonly level: string;
  readonly block: string;
  readonly at: Place;
}

/** A block in which nothing is logged. */
export interface NginxSilence {
  readonly block: string;
  readonly at: Place;
}

export interface LogDirectives {
  readonly formats: readonly NginxFormat[];
  readonly accessLogs: readonly NginxAccessLog[];
  readonly errorLogs: readonly NginxErrorLog[];
  readonly off: readonly NginxSilence[];
  /** Sentences `file:line: …`. */
  readonly problems: readonly string[];
}

/** More than anybody writes; of hostile files the rest is left out, and said. */
const MAX_FORMATS = 100;
const MAX_LOGS = 2_000;

export function logDirectives(directives: readonly Directive[]): LogDirectives {
  const found = {
    formats: [{ ...COMBINED, at: undefined, isStream: false }] as NginxFormat[],
    accessLogs: [] as NginxAccessLog[],
    errorLogs: [] as NginxErrorLog[],
    off: [] as NginxSilence[],
    problems: [] as string[],
  };
  walk(directives, { block: 'the file', server: undefined, isStream: false }, found);
  for (const { path, format, isStream, at } of found.accessLogs)
    if (!found.formats.some((one) => one.name === format && one.isStream === isStream))
      found.problems.push(
        `${placeText(at)}: access_log ${path} names the format ${format}, which no log_format defines`,
      );
  return found;
}

interface Where {
  readonly block: string;
  readonly server: string | undefined;
  readonly isStream: boolean;
}

interface Found {
  readonly formats: NginxFormat[];
  readonly accessLogs: NginxAccessLog[];
  readonly errorLogs: NginxErrorLog[];
  readonly off: NginxSilence[];
  readonly problems: string[];
}

function walk(directives: readonly Directive[], where: Where, found: Found): void {
  for (const directive of directives) {
    if (directive.block) walk(directive.block, inside(directive, where), found);
    else if (directive.name === 'log_format') addFormat(directive, where, found);
    else if (directive.name === 'access_log') addAccessLog(directive, where, found);
    else if (directive.name === 'error_log' && directive.args[0] !== undefined)
      found.errorLogs.push({
        path: directive.args[0],
        level: directive.args[1] ?? 'error',
        block: where.block,
        at: directive.at,
      });
  }
}

function inside({ name, args, block = [] }: Directive, where: Where): Where {
  if (name === 'http') return { ...where, block: 'http' };
  if (name === 'stream') return { ...where, block: 'stream', isStream: true };
  if (name === 'server') {
    const server = `server ${block.find((one) => one.name === 'server_name')?.args[0] || '_'}`;
    return { ...where, block: server, server };
  }
  if (name === 'location' || name === 'if')
    return { ...where, block: `${name} ${args.join(' ')}${where.server ? ` of ${where.server}` : ''}` };
  return where;
}

function addFormat({ args, at }: Directive, { isStream }: Where, { formats, problems }: Found): void {
  const format = readLogFormat(args);
  if (typeof format === 'string') problems.push(`${placeText(at)}: ${format}`);
  else if (formats.some((one) => one.name === format.name && one.isStream === isStream))
    problems.push(`${placeText(at)}: log_format ${format.name} is there twice; the first one counts`);
  else if (formats.length > MAX_FORMATS)
    problems.push(`${placeText(at)}: more than ${MAX_FORMATS} log_formats; ${format.name} is left out`);
  else formats.push({ ...format, at, isStream });
}

function addAccessLog({ args, at }: Directive, { block, isStream }: Where, found: Found): void {
  const [path, ...rest] = args;
  if (path === undefined) return void found.problems.push(`${placeText(at)}: access_log names no file`);
  if (path === 'off') return void found.off.push({ block, at });
  if (found.accessLogs.length === MAX_LOGS) return;
  const options = rest.filter((one) => /^(?:buffer=|gzip(?:=|$)|flush=)/.test(one));
  const condition = rest.find((one) => one.startsWith('if='))?.slice(3);
  const format = rest.find((one) => !options.includes(one) && !one.startsWith('if=')) ?? COMBINED.name;
  found.accessLogs.push({ path, format, isStream, condition, options, block, at });
}
