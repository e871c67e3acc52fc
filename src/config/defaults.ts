/** Settings that nobody has to give, and what an operator should know of the outcome. */
import { FALSE_ALARMS_PER_MONTH } from '../core/detect/budget.ts';
import type { Config, SourceConfig } from './config.ts';
import type { ConfigFile } from './schema.ts';

/** Looked for in this order where no file is named. */
export const CONFIG_FILES = ['linesman.yaml', '/etc/linesman/linesman.yaml'];

export const DEFAULT_SOURCE = { name: 'nginx', files: ['/var/log/nginx/*.log'] };

/** Hosts, sources, collectors: they become parts of keys. */
export const NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** When people begin to read their mail. */
const DIGEST_AT_MS = 8 * 3_600_000;

/** Where linesman.yaml does not say how often Nginx is asked. */
const AUDIT_EVERY_MS = 60_000;

/** What starts together with linesman needs so long, as databases after a crash do. */
const CHECK_SETTLE_MS = 60_000;

export type SourceSettings = NonNullable<ConfigFile['sources']>;

/** Every setting; `from` is where all sources start, whatever each says. */
export function withDefaults(parts: {
  readonly settings: ConfigFile & { readonly sources: SourceSettings };
  readonly host: string;
  readonly file: string | undefined;
  readonly from: SourceConfig['from'] | undefined;
}): Config {
  const { settings, host, file } = parts;
  const timezone = settings.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    file,
    host,
    data: settings.data ?? '/var/lib/linesman',
    redis: settings.redis,
    http: settings.http ?? { host: '127.0.0.1', port: 8686 },
    timezone,
    isTimezoneGiven: settings.timezone !== undefined,
    log: settings.log ?? 'info',
    sources: settings.sources.map(({ audit, ...source }) => ({
      ...source,
      from: parts.from ?? source.from ?? 'end',
      timezone: source.timezone ?? timezone,
      ...(audit && { audit: { url: audit.url, every: audit.every ?? AUDIT_EVERY_MS } }),
    })),
    mail: {
      to: settings.mail?.to ?? [],
      from: settings.mail?.from ?? `linesman <linesman@${host}>`,
      smtp: settings.mail?.smtp,
    },
    falseAlarmsPerMonth: settings.falseAlarmsPerMonth ?? FALSE_ALARMS_PER_MONTH,
    digest: settings.digest === 'off' ? undefined : (settings.digest ?? DIGEST_AT_MS),
    learnFrom: settings.learnFrom ?? 'rotated',
    patterns: settings.patterns,
    nginxConf: settings.nginxConf,
    watches: settings.watches ?? {},
    collectors: settings.collectors ?? {},
    checks: (settings.checks ?? []).map((check) => ({ ...check, settle: check.settle ?? CHECK_SETTLE_MS })),
    machine: settings.machine ?? {},
    events: settings.events ?? {},
    warnings: [],
  };
}

export function warningsOf({ host, mail }: Pick<Config, 'host' | 'mail'>): string[] {
  const warnings: string[] = [];
  if (/^[0-9a-f]{12}$/.test(host))
    warnings.push(
      `The host name ${host} looks like a container's own, which changes when it is made anew and loses what was learnt; set LINESMAN_HOST or hostname: in compose.yaml`,
    );
  if (mail.to.length === 0)
    warnings.push('Nobody is told: faults go to this log only; set LINESMAN_MAIL_TO and LINESMAN_SMTP_URL');
  return warnings;
}
