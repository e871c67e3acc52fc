/** What the nginx.conf of this machine says of its logs: its formats become patterns beside the others. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { NginxErrorLog } from '../../config/nginx/log-directives.ts';
import type { NginxPattern } from '../../config/nginx/nginx-patterns.ts';
import { NGINX_CONF_OFF } from '../../config/nginx-conf.ts';
import { messageOf } from '../../core/errors.ts';
import type { CompiledPattern, PatternSpec } from '../../core/parse/pattern.ts';
import { visible } from '../../core/render/sanitise.ts';

type NamedSpec = Pick<CompiledPattern, 'name' | 'spec'>;

/** Plain data. */
export interface NginxLogs {
  readonly file: string;
  /** The log_formats in use: what reads them, which access_logs have them, and what they leave out. */
  readonly formats: readonly NginxPattern[];
  readonly errorLogs: readonly NginxErrorLog[];
}

/** Paths of all logs it names, as they stand in it: variables and addresses of syslog servers too. */
export function logPaths({ formats, errorLogs }: NginxLogs): readonly string[] {
  const accessLogs = formats.flatMap(({ usedBy }) => usedBy);
  return [...new Set([...accessLogs, ...errorLogs].map(({ path }) => path))];
}

export interface NginxKnown {
  /** Undefined where no nginx.conf is read. */
  readonly logs: NginxLogs | undefined;
  readonly patterns: readonly NamedSpec[];
  readonly warnings: readonly string[];
}

const NOTHING: NginxKnown = { logs: undefined, patterns: [], warnings: [] };
/** Warnings of one nginx.conf that are told singly. */
const MAX_WARNINGS = 3;
const WARNING_CHARS = 400;
/** Its observation is that of all access logs. */
const OBSERVED_AS = 'nginx-combined';

/**
 * `known` are the patterns there are, `paths` those of the operator's files, where they were read before. Never throws: a broken
 * nginx.conf takes nothing from those.
 */
export async function readNginx(
  config: Config,
  known: readonly NamedSpec[],
  paths?: Iterable<string>,
): Promise<NginxKnown> {
  const file = config.nginxConf;
  if (file === undefined || file === NGINX_CONF_OFF) return NOTHING;
  try {
    return await read(file, { known, own: ownNames(paths ?? pathsIn(config)) });
  } catch (error) {
    return { ...NOTHING, warnings: [visible(`${file}: it could not be read: ${messageOf(error)}`, WARNING_CHARS)] };
  }
}

async function read(
  file: string,
  { known, own }: { readonly known: readonly NamedSpec[]; readonly own: readonly string[] },
): Promise<NginxKnown> {
  const [{ readNginxLogs }, { nginxPatterns }] = await Promise.all([
    import('../../config/nginx/read-logs.ts'),
    import('../../config/nginx/nginx-patterns.ts'),
  ]);
  const logs = readNginxLogs(file);
  const comparable = known.filter(({ spec }) => spec.status !== undefined);
  const formats = nginxPatterns(logs, comparable, own);
  const observation = known.find(({ name }) => name === OBSERVED_AS)?.spec.observation ?? NOTHING_OBSERVED;
  const patterns = formats.flatMap(({ spec, format }): NamedSpec[] =>
    spec ? [{ name: spec.name, spec: { ...spec, observation: format.isStream ? NOTHING_OBSERVED : observation } }] : [],
  );
  return { logs: { file, formats, errorLogs: logs.errorLogs }, patterns, warnings: warningsOf(file, logs.problems) };
}

const NOTHING_OBSERVED: PatternSpec['observation'] = { series: [], tops: [], distincts: [] };

function pathsIn({ patterns }: Config): readonly string[] {
  return patterns === undefined ? [] : readdirSync(patterns);
}

function ownNames(paths: Iterable<string>): readonly string[] {
  return [...paths].filter((path) => path.endsWith('.yaml')).map((path) => basename(path, '.yaml'));
}

function warningsOf(file: string, problems: readonly string[]): readonly string[] {
  const more = problems.length - MAX_WARNINGS;
  const told = problems.slice(0, MAX_WARNINGS);
  const all = more > 0 ? [...told, `${file}: ${more} more; linesman pattern from-nginx ${file} lists them`] : told;
  return all.map((warning) => visible(`nginx.conf: ${warning}`, WARNING_CHARS));
}
