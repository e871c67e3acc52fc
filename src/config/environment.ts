/** Settings from environment variables: the three that most people need, and one for each key that differs by machine. */
import { nearest } from '../core/parse/nearest.ts';
import { DEFAULT_SOURCE } from './defaults.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { fillFromFiles, SUFFIX } from './variable-files.ts';
import { toMistakes } from './words.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variable to the key it sets, or `list` where its text is a list with commas. docs/CONFIG.md lists them, a test compares. */
export const VARIABLES: Readonly<Record<string, { readonly path: readonly string[]; readonly list?: boolean }>> = {
  LINESMAN_MAIL_TO: { path: ['mail', 'to'], list: true },
  LINESMAN_MAIL_FROM: { path: ['mail', 'from'] },
  LINESMAN_SMTP_URL: { path: ['mail', 'smtp'] },
  LINESMAN_FALSE_ALARMS: { path: ['falseAlarmsPerMonth'] },
  LINESMAN_LEARN_FROM: { path: ['learnFrom'] },
  LINESMAN_DATA: { path: ['data'] },
  REDIS_URL: { path: ['redis'] },
  LINESMAN_HTTP: { path: ['http'] },
  LINESMAN_EVENTS_TOKEN: { path: ['events', 'token'] },
  LINESMAN_HOST: { path: ['host'] },
  LINESMAN_PATTERNS: { path: ['patterns'] },
  LINESMAN_NGINX_CONF: { path: ['nginxConf'] },
  LINESMAN_TIMEZONE: { path: ['timezone'] },
  LINESMAN_LOG: { path: ['log'] },
};
/** What they say is no single key: what the one source nginx reads, one more source, where all start, which file to read. */
export const OTHER_VARIABLES = ['LINESMAN_LOGS', 'LINESMAN_SYSLOG', 'LINESMAN_FROM', 'LINESMAN_CONFIG'];

/** What LINESMAN_LOGS says for standard input. */
const STDIN = '-';

export interface EnvironmentSettings {
  readonly settings: ConfigFile;
  /** A source besides those there are; it replaces one of its name. */
  readonly syslog?: NonNullable<ConfigFile['sources']>[number] | undefined;
  /** Where all sources start. */
  readonly from?: 'end' | 'beginning' | undefined;
  /** Each begins with the variable's name. */
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/** An empty variable counts as one that is not set. */
export function environmentSettings(given: Environment): EnvironmentSettings {
  const { env, mistakes } = fillFromFiles(given, inFiles());
  const single = Object.entries(VARIABLES).map(([variable, { path, list }]) => {
    const given = env[variable];
    return given ? check(variable, nest(path, list ? split(given) : given)) : NOTHING;
  });
  const { LINESMAN_LOGS: logs, LINESMAN_SYSLOG: address, LINESMAN_FROM: start } = env;
  const globs = logs ? checkLogs(split(logs)) : NOTHING;
  const syslog = address
    ? check('LINESMAN_SYSLOG', { sources: [{ name: 'syslog', syslog: address.trim() }] })
    : NOTHING;
  const from = start ? check('LINESMAN_FROM', { sources: [{ ...DEFAULT_SOURCE, from: start }] }) : NOTHING;
  const all = [...single, globs];
  return {
    settings: all.reduce<ConfigFile>((sum, { settings }) => merge(sum, settings), {}),
    syslog: syslog.settings.sources?.[0],
    from: from.settings.sources?.[0]?.from,
    mistakes: [...mistakes, ...[...all, syslog, from].flatMap((one) => one.mistakes)],
    warnings: unknownVariables(env),
  };
}

/** Those that a file can hold: all but the one that names a file itself. */
function inFiles(): readonly string[] {
  return [...Object.keys(VARIABLES), ...OTHER_VARIABLES].filter((name) => name !== 'LINESMAN_CONFIG');
}

/** The later one beats the earlier one. */
export function merge(first: ConfigFile, later: ConfigFile): ConfigFile {
  return { ...first, ...later, ...((first.mail || later.mail) && { mail: { ...first.mail, ...later.mail } }) };
}

interface Checked {
  readonly settings: ConfigFile;
  readonly mistakes: readonly string[];
}

const NOTHING: Checked = { settings: {}, mistakes: [] };

function check(variable: string, value: object): Checked {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return { settings: parsed.data, mistakes: [] };
  return { settings: {}, mistakes: toMistakes(parsed.error.issues).map(({ message }) => `${variable}: ${message}`) };
}

function checkLogs(globs: readonly string[]): Checked {
  const { name } = DEFAULT_SOURCE;
  if (!globs.includes(STDIN)) return check('LINESMAN_LOGS', { sources: [{ name, files: globs }] });
  if (globs.length === 1) return check('LINESMAN_LOGS', { sources: [{ name, stdin: true }] });
  const mistake = "LINESMAN_LOGS: '-' is standard input, which is a source of its own; write it alone, or sources";
  return { settings: {}, mistakes: [`${mistake} in linesman.yaml`] };
}

function nest(path: readonly string[], value: unknown): object {
  const [key = '', ...rest] = path;
  return { [key]: rest.length === 0 ? value : nest(rest, value) };
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Only a warning: Kubernetes sets variables for a service called linesman, as LINESMAN_PORT. */
function unknownVariables(env: Environment): string[] {
  const known = [...Object.keys(VARIABLES), ...OTHER_VARIABLES, ...inFiles().map((name) => name + SUFFIX)];
  return Object.keys(env)
    .filter((name) => name.startsWith('LINESMAN_') && !known.includes(name))
    .filter((name) => !/^LINESMAN_(PORT|SERVICE)(_|$)/.test(name))
    .map((name) => {
      const near = nearest(name, known);
      return `${name.slice(0, 80)} is set but means nothing${near ? `; did you mean ${near}?` : ''}`;
    });
}
