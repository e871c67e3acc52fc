/** What a file and the environment say becomes settings, where it goes together. */
import { UserError } from '../core/errors.ts';
import type { Config, ConfigParts } from './config.ts';
import { DEFAULT_SOURCE, NAME, type SourceSettings, warningsOf, withDefaults } from './defaults.ts';
import { type EnvironmentSettings, environmentSettings, merge } from './environment.ts';
import { withUsualNginx } from './nginx-conf.ts';
import type { ConfigFile } from './schema.ts';

/** What a file says. */
export interface Read {
  readonly file: string | undefined;
  readonly settings: ConfigFile;
  readonly mistakes: readonly string[];
}

/** Where there is no file. */
export const NOTHING_READ: Read = { file: undefined, settings: {}, mistakes: [] };

/** Throws UserError('CONFIG') with all mistakes, one a line. */
export function settle(parts: ConfigParts, read: Read): Config {
  const environment = environmentSettings(parts.env);
  const settings = merge(read.settings, environment.settings);
  const host = settings.host ?? parts.hostname;
  const mistakes = [...read.mistakes, ...environment.mistakes];
  // What goes together is looked at only where each part is right, or a mistake would show as two.
  if (mistakes.length === 0)
    mistakes.push(...contradictions(settings, host, parts), ...doubleSyslog(settings, environment));
  if (mistakes.length > 0) throw new UserError('CONFIG', mistakes.join('\n'));
  const config = withDefaults({
    settings: { ...settings, sources: sourcesOf(settings, environment) },
    host,
    file: read.file,
    from: environment.from,
  });
  return withUsualNginx({ ...config, warnings: [...environment.warnings, ...warningsOf(config)] }, parts);
}

function contradictions({ mail, host }: ConfigFile, hostname: string, { isLooking }: ConfigParts): string[] {
  const found: string[] = [];
  if (host === undefined && !NAME.test(hostname))
    found.push(
      `The name of this machine is ${JSON.stringify(hostname.slice(0, 80))}, which cannot be part of a key; set LINESMAN_HOST to 1 to 64 letters, digits, dots, dashes or underscores`,
    );
  if (isLooking) return found;
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
