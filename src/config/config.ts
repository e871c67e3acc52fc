/** From linesman.yaml and the environment to checked settings; every mistake at once, with its place and its remedy. */
import { existsSync } from 'node:fs';
import { UserError } from '../core/errors.ts';
import type { Severity } from '../core/types.ts';
import { environmentSettings } from './environment.ts';
import { toMistakes } from './pattern-words.ts';
import { readYamlFile } from './pattern-yaml.ts';
import { type ConfigFile, configSchema, NAME } from './schema.ts';

/** Looked for in this order where no file is named. */
export const CONFIG_FILES = ['linesman.yaml', '/etc/linesman/linesman.yaml'];

export interface SourceConfig {
  readonly name: string;
  readonly files: readonly string[];
  readonly from: 'end' | 'beginning';
  readonly pattern?: string | undefined;
  readonly timezone: string;
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
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostname: string;
}

/** Throws UserError('CONFIG') with all mistakes, one a line. */
export function loadConfig(parts: ConfigParts): Config {
  const named = parts.file ?? parts.env.LINESMAN_CONFIG;
  const file = named ?? CONFIG_FILES.find((one) => existsSync(one));
  const read = file === undefined ? { settings: {}, mistakes: [] } : readFile(file);
  const environment = environmentSettings(parts.env);
  const mistakes = [...read.mistakes, ...environment.mistakes];
  const settings = merge(read.settings, environment.settings);
  const host = settings.host ?? parts.hostname;
  if (!NAME.test(host))
    mistakes.push(
      `The host name "${host.slice(0, 80)}" cannot be part of a key; set LINESMAN_HOST to 1 to 64 letters, digits, dots, dashes or underscores`,
    );
  mistakes.push(...contradictions(settings));
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  return withDefaults(settings, host, file);
}

function readFile(file: string): { settings: ConfigFile; mistakes: string[] } {
  const yaml = readYamlFile(file);
  if (yaml.mistakes.length > 0) return { settings: {}, mistakes: [...yaml.mistakes] };
  const parsed = configSchema.safeParse(yaml.value ?? {});
  if (parsed.success) return { settings: parsed.data, mistakes: [] };
  const mistakes = toMistakes(parsed.error.issues).map(({ path, message, key }) => yaml.at(path, message, key));
  return { settings: {}, mistakes };
}

/** The environment beats the file. */
function merge(file: ConfigFile, environment: ConfigFile): ConfigFile {
  return { ...file, ...environment, mail: { ...file.mail, ...environment.mail } };
}

function contradictions({ mail, sources }: ConfigFile): string[] {
  const found: string[] = [];
  if (mail?.to && !mail.smtp)
    found.push(
      'There is a receiver (mail.to or LINESMAN_MAIL_TO) but no server to send by; set mail.smtp or LINESMAN_SMTP_URL, such as smtp://user:password@mail.example.com:587',
    );
  if (mail?.smtp && !/^smtps?:\/\//.test(mail.smtp))
    found.push(
      'The SMTP address (mail.smtp or LINESMAN_SMTP_URL) starts with neither smtp:// nor smtps://; write smtp://user:password@mail.example.com:587',
    );
  const names = (sources ?? []).map(({ name }) => name);
  for (const name of new Set(names.filter((one, i) => names.indexOf(one) !== i)))
    found.push(`sources: "${name}" is there twice; rename one`);
  if (names.includes('machine')) found.push('sources: "machine" is the name of the machine\'s own figures; rename it');
  return found;
}

function withDefaults(settings: ConfigFile, host: string, file: string | undefined): Config {
  const timezone = settings.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [, httpHost = '127.0.0.1', httpPort = '8686'] = /^(.*):(\d+)$/.exec(settings.http ?? '') ?? [];
  const sources = settings.sources ?? [{ name: 'nginx', files: ['/var/log/nginx/*.log'] }];
  const to = settings.mail?.to ?? [];
  return {
    file,
    host,
    data: settings.data ?? '/var/lib/linesman',
    redis: settings.redis,
    http: { host: httpHost, port: Number(httpPort) },
    timezone,
    isTimezoneGiven: settings.timezone !== undefined,
    log: settings.log ?? 'info',
    sources: sources.map((source) => ({
      ...source,
      from: source.from ?? 'end',
      timezone: source.timezone ?? timezone,
    })),
    mail: { to, from: settings.mail?.from ?? `linesman <linesman@${host}>`, smtp: settings.mail?.smtp },
    patterns: settings.patterns,
    watches: settings.watches ?? {},
    collectors: settings.collectors ?? {},
    warnings: warningsOf(host, to),
  };
}

function warningsOf(host: string, to: readonly string[]): string[] {
  const warnings: string[] = [];
  if (/^[0-9a-f]{12}$/.test(host))
    warnings.push(
      `The host name ${host} looks like a container's own, which changes when it is made anew and loses what was learnt; set LINESMAN_HOST or hostname: in compose.yaml`,
    );
  if (to.length === 0)
    warnings.push('Nobody is told: faults go to this log only; set LINESMAN_MAIL_TO and LINESMAN_SMTP_URL');
  return warnings;
}
