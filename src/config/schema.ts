/** The shape of linesman.yaml: every key an operator may write. docs/CONFIG.md has a line for each, and a test compares. */
import { z } from 'zod';
import { checksSchema } from './check-schema.ts';
import { NAME } from './defaults.ts';
import { duration } from './duration-schema.ts';
import { isMailAddress, isMailSender } from './mail-address.ts';
import { quoted, saying } from './said.ts';
import { exclusiveInput, kindMistake, kindShape } from './source-kinds.ts';
import { choice, mapping, text } from './words.ts';

/** The machine's own figures are a source of this name. */
const RESERVED_SOURCE = 'machine';
/** Bounds of lists; beyond them it is a mistake, not a configuration. */
const MAX_SOURCES = 50;
const MAX_FILES = 100;
const MAX_RECEIVERS = 50;
const MAX_WATCHES = 500;
const PORT_MAX = 65_535;
/** Nginx is asked this often at most and at least. */
const AUDIT_EVERY_MIN_MS = 10_000;
const AUDIT_EVERY_MAX_MS = 300_000;

const name = z.string().regex(NAME, saying('is no name; write 1 to 64 letters, digits, dots, dashes or underscores'));
const timezone = z.string().refine(isTimezone, saying('is no time zone; write an IANA name such as Europe/Berlin'));
const address = z.string().refine(isMailAddress, saying('is no mail address; write one such as ops@example.com'));
const sender = z
  .string()
  .refine(
    isMailSender,
    saying('is no sender; write an address or Name <address>, such as Shop <linesman@example.com>'),
  );
const globs = oneOrMore(text(4_096), MAX_FILES, '/var/log/nginx/*.log');

/** Never quoted in a message: it holds a password. The notifier reads it more closely. */
const smtpUrl = text(4_096).refine(
  (given) => /^smtps?:\/\/[^/]/i.test(given),
  'It does not begin with smtp:// or smtps:// and a host; write smtp://user:password@mail.example.com:587',
);

const listen = z.string().transform((given, context) => {
  const [, host, digits] = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(given) ?? [];
  const port = Number(digits);
  if (host !== undefined && port <= PORT_MAX) return { host: host.replace(/^\[|\]$/g, ''), port };
  context.addIssue(
    `${quoted(given)} is no address to listen on; write host:port, such as 127.0.0.1:8686 or [::1]:8686`,
  );
  return z.NEVER;
});

/** Shown in logs and states, so it holds no password; and not quoted here, where somebody wrote one. */
const statusUrl = text(2_000).refine(
  isPlainHttp,
  'It is no address of a stub_status; write http://host:port/path without a user or password, such as http://127.0.0.1/nginx_status',
);
/** Fewer than one in eight years, or more than three a day, is no wish that can be met. */
const FALSE_ALARMS_MIN = 0.01;
const FALSE_ALARMS_MAX = 100;

/** A variable brings it as text. */
const falseAlarms = z
  .union([z.number(), z.string()], 'It is no number; write 0.01 to 100, such as 1')
  .transform((given, context) => {
    const count = typeof given === 'number' ? given : given.trim() === '' ? Number.NaN : Number(given);
    if (count >= FALSE_ALARMS_MIN && count <= FALSE_ALARMS_MAX) return count;
    context.addIssue(
      `${quoted(given)} is no number of false alarms a month; write ${FALSE_ALARMS_MIN} to ${FALSE_ALARMS_MAX}, such as 1`,
    );
    return z.NEVER;
  });

/** A local time of day, as ms since midnight. */
const digest = z.string().transform((given, context) => {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(given) ?? [];
  if (given === 'off') return given;
  if (hour !== undefined) return (Number(hour) * 60 + Number(minute)) * 60_000;
  context.addIssue(`${quoted(given)} is no time of day; write one such as "08:00", or off`);
  return z.NEVER;
});

const auditEvery = duration.refine(
  (ms) => ms >= AUDIT_EVERY_MIN_MS && ms <= AUDIT_EVERY_MAX_MS,
  'It is too short or too long; write 10s to 5m',
);

const source = mapping({
  name: name.refine(
    (given) => given !== RESERVED_SOURCE,
    saying("is the source of the machine's own figures; rename it"),
  ),
  files: globs.optional(),
  ...kindShape,
  from: choice(['end', 'beginning']).optional(),
  pattern: name.optional(),
  timezone: timezone.optional(),
  audit: mapping({ url: statusUrl, every: auditEvery.optional() }).optional(),
});

const sources = z
  .array(source)
  .min(1, 'It is empty; write a source, or leave it out for /var/log/nginx/*.log')
  .max(MAX_SOURCES, `There are more than ${MAX_SOURCES}; join some by listing their globs under one source`)
  .superRefine((list, context) => {
    const names = list.map((one) => one.name);
    const inputs = list.map(exclusiveInput);
    for (const [index, one] of list.entries()) {
      if (names.indexOf(one.name) < index)
        add(context, [index, 'name'], `${quoted(one.name)} is there twice; rename one`);
      const mistake = kindMistake(one);
      if (mistake !== undefined) add(context, [index], mistake);
      const before = inputs.indexOf(inputs[index]);
      if (inputs[index] !== undefined && before < index)
        add(context, [index], `It reads what the source ${quoted(names[before])} reads already; leave one out`);
    }
  });

function add(context: z.RefinementCtx, path: PropertyKey[], message: string): void {
  context.addIssue({ code: 'custom', path, message });
}

const options = z.record(
  z.string().max(64),
  z.union([z.string().max(2_000), z.number(), z.boolean()], 'It is neither a text nor a number nor true or false'),
);

const watch = mapping({
  enabled: z.boolean().optional(),
  severity: choice(['info', 'warning', 'critical']).optional(),
  clearAfter: duration.optional(),
  delivery: choice(['mail', 'digest']).optional(),
  options: options.optional(),
});

const collector = mapping({ enabled: z.boolean().optional(), options: options.optional() });

const machine = mapping({ proc: text(4_096).optional(), sys: text(4_096).optional(), root: text(4_096).optional() });

/** Sent as a header: what a header cannot carry would never fit. Never quoted, as the address of a mail server. */
const token = z
  .string()
  .regex(
    /^[\x21-\x7e]{8,200}$/,
    'It is no token; write 8 to 200 letters, digits and signs without spaces, such as those of openssl rand -hex 16',
  );

export const configSchema = mapping({
  host: name.optional(),
  data: text(4_096).optional(),
  redis: text(4_096).optional(),
  http: listen.optional(),
  timezone: timezone.optional(),
  log: choice(['debug', 'info', 'warn', 'error']).optional(),
  sources: sources.optional(),
  mail: mapping({
    to: oneOrMore(address, MAX_RECEIVERS, 'ops@example.com').optional(),
    from: sender.optional(),
    smtp: smtpUrl.optional(),
  }).optional(),
  falseAlarmsPerMonth: falseAlarms.optional(),
  digest: digest.optional(),
  learnFrom: choice(['rotated', 'nothing']).optional(),
  patterns: text(4_096).optional(),
  nginxConf: text(4_096).optional(),
  watches: z
    .record(z.string().max(100), watch)
    .refine((given) => Object.keys(given).length <= MAX_WATCHES, `There are more than ${MAX_WATCHES}`)
    .optional(),
  collectors: z.record(name, collector).optional(),
  checks: checksSchema.optional(),
  machine: machine.optional(),
  events: mapping({ token: token.optional() }).optional(),
});

export type ConfigFile = z.output<typeof configSchema>;

/** One alone may be written without a list. */
function oneOrMore<Schema extends z.ZodType<string, string>>(schema: Schema, max: number, example: string) {
  return z.preprocess(
    (given) => (typeof given === 'string' ? [given] : given),
    z
      .array(schema)
      .min(1, `It is empty; write at least one, such as ${example}`)
      .max(max, `There are more than ${max}`),
  );
}

function isTimezone(given: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: given });
    return true;
  } catch {
    return false;
  }
}

function isPlainHttp(given: string): boolean {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
