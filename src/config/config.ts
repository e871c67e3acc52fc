/** From linesman.yaml and the environment to checked settings; every mistake at once, with its place and its remedy. */
import { existsSync } from 'node:fs';
import { UserError } from '../core/errors.ts';
import type { Severity } from '../core/types.ts';
import { CONFIG_FILES, DEFAULT_SOURCE, NAME, type SourceSettings, warningsOf, withDefaults } from './defaults.ts';
import { type Environment, type EnvironmentSettings, environmentSettings, merge } from './environment.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import type { SyslogAddress } from './source-kinds.ts';
import { toMistakes } from './words.ts';
import { readYamlFile } from './yaml-file.ts';

/** Exactly one of files, stdin, fifo, syslog and journal is there. */
export interface SourceConfig {
  readonly name: string;
  readonly files?: readonly string[] | undefined;
  readonly stdin?: true | undefined;
  readonly fifo?: string | undefined;
  readonly syslog?: SyslogAddress | undefined;
  /** Units and identifiers; all where it is empty. */
  readonly journal?: readonly string[] | undefined;
  /** Says nothing of stdin, fifo and syslog. */
  readonly from: 'end' | 'beginning';
  readonly pattern?: string | undefined;
  readonly timezone: string;
  /** Nginx' own count of requests, held against the lines of this source; every: ms. */
  readonly audit?: { readonly url: string; readonly every: number } | undefined;
}

export interface WatchOverride {
  readonly enabled?: boolean | undefined;
  readonly severity?: Severity | undefined;
  /** ms */
  readonly clearAfter?: number | undefined;
  readonly options?: Readonly<Record<string, string | number | boolean>> | undefined;
}

export interface Config {
  /** The file that was read, if any. */
  readonly file?: string | undefined;
  readonly host: string;
  readonly data: string;
  readonly redis?: string | undefined;
  readonly http: { readonly host: string; readonly port: number };
  readonly timezone: string;
  /** The operator named a zone; otherwise it is the machine's. */
  readonly isTimezoneGiven: boolean;
  readonly log: 'debug' | 'info' | 'warn' | 'error';
  readonly sources: readonly SourceConfig[];
  readonly mail: { readonly to: readonly string[]; readonly from: string; readonly smtp?: string | undefined };
  readonly patterns?: string | undefined;
  readonly watches: Readonly<Record<string, WatchOverride>>;
  readonly collectors: Readonly<
    Record<string, { readonly enabled?: boolean | undefined; readonly options?: WatchOverride['options'] }>
  >;
  /** Sentences worth a warning in the log. */
  readonly warnings: readonly string[];
}

export interface ConfigParts {
  /** As given by --config; else LINESMAN_CONFIG, else the usual places. */
  readonly file?: string | undefined;
  readonly env: Environment;
  readonly hostname: string;
}

/** Throws UserError('CONFIG') with all mistakes, one a line. */
export function loadConfig(parts: ConfigParts): Config {
  const file = parts.file ?? (parts.env.LINESMAN_CONFIG || CONFIG_FILES.find((one) => existsSync(one)));
  const read = file === undefined ? { settings: {}, mistakes: [] } : readFile(file);
  const environment = environmentSettings(parts.env);
  const settings = merge(read.settings, environment.settings);
  const host = settings.host ?? parts.hostname;
  const mistakes = [...read.mistakes, ...environment.mistakes];
  // What goes together is looked at only where each part is right, or a mistake would show as two.
  if (mistakes.length === 0) mistakes.push(...contradictions(settings, host), ...doubleSyslog(settings, environment));
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  const config = withDefaults({
    settings: { ...settings, sources: sourcesOf(settings, environment) },
    host,
    file,
    from: environment.from,
  });
  return { ...config, warnings: [...environment.warnings, ...warningsOf(config)] };
}

function readFile(file: string): { settings: ConfigFile; mistakes: readonly string[] } {
  if (!existsSync(file))
    return { settings: {}, mistakes: [`${file}: There is no such file; --config or LINESMAN_CONFIG names it`] };
  const yaml = readYamlFile(file);
  if (yaml.mistakes.length > 0) return { settings: {}, mistakes: yaml.mistakes };
  const parsed = configSchema.safeParse(yaml.value ?? {});
  if (parsed.success) return { settings: parsed.data, mistakes: [] };
  const mistakes = toMistakes(parsed.error.issues).map(({ path, message, key }) => yaml.at(path, message, key));
  return { settings: {}, mistakes: mistakes.sort((a, b) => lineOf(a) - lineOf(b)) };
}

function lineOf(mistake: string): number {
  return Number(/:(\d+):\d+: /.exec(mistake)?.[1]);
}

function contradictions({ mail, host }: ConfigFile, hostname: string): string[] {
  const found: string[] = [];
  if (host === undefined && !NAME.test(hostname))
    found.push(
      `The name of this machine is ${JSON.stringify(hostname.slice(0, 80))}, which cannot be part of a key; set LINESMAN_HOST to 1 to 64 letters, digits, dots, dashes or underscores`,
    );
  if (mail?.to && !mail.smtp)
    found.push(
      'There is a receiver (mail.to or LINESMAN_MAIL_TO) but no server to send by; set mail.smtp or LINESMAN_SMTP_URL, such as smtp://user:password@mail.example.com:587',
    );
  if (mail?.smtp && !mail.to)
    found.push(
      'There is a mail server (mail.smtp or LINESMAN_SMTP_URL) but no receiver; set mail.to or LINESMAN_MAIL_TO, such as ops@example.com',
    );
  return found;
}

/** Those that are written, else the default one; that of LINESMAN_SYSLOG beside them, or alone where none is written. */
function sourcesOf({ sources }: ConfigFile, { syslog }: EnvironmentSettings): SourceSettings {
  if (!syslog) return sources ?? [DEFAULT_SOURCE];
  return [...(sources ?? []).filter(({ name }) => name !== syslog.name), syslog];
}

function doubleSyslog({ sources = [] }: ConfigFile, { syslog }: EnvironmentSettings): string[] {
  const other = sources.find((one) => syslog && one.name !== syslog.name && isSame(one.syslog, syslog.syslog));
  return other ? [`LINESMAN_SYSLOG: The source "${other.name}" receives there already; leave one out`] : [];
}

function isSame(one: unknown, other: unknown): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}
