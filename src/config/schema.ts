/** The shape of linesman.yaml: every key an operator may write. docs/CONFIG.md has a line for each, and a test compares. */

import { z } from 'zod';
import { isMailAddress } from './mail-address.ts';
import { parseDuration } from './pattern-duration.ts';
import { choice, mapping, text } from './pattern-words.ts';

/** Hosts, sources, collectors: they become parts of keys. */
export const NAME = /^[A-Za-z0-9._-]{1,64}$/;
/** Bounds of lists; beyond them it is a mistake, not a configuration. */
const MAX_SOURCES = 50;
const MAX_FILES = 100;
const MAX_RECEIVERS = 50;

const name = z.string().regex(NAME, 'Write 1 to 64 letters, digits, dots, dashes or underscores');
const duration = z.string().transform((given, context) => {
  const ms = parseDuration(given);
  if (ms !== undefined) return ms;
  context.addIssue({
    code: 'custom',
    message: `"${given.slice(0, 40)}" is no duration; write a number with ms, s, m, h or d, such as 90s`,
  });
  return z.NEVER;
});
const timezone = z.string().refine(isTimezone, 'It is no time zone; write an IANA name such as Europe/Berlin');
const address = z.string().refine(isMailAddress, 'It is no mail address; write one such as ops@example.com');
const globs = z.union([text(4096).transform((one) => [one]), z.array(text(4096)).min(1).max(MAX_FILES)]);

const source = mapping({
  name,
  files: globs,
  from: choice(['end', 'beginning']).optional(),
  pattern: name.optional(),
  timezone: timezone.optional(),
});

const watch = mapping({
  enabled: z.boolean().optional(),
  severity: choice(['info', 'warning', 'critical']).optional(),
  clearAfter: duration.optional(),
  options: z.record(z.string().max(64), z.union([z.string().max(200), z.number(), z.boolean()])).optional(),
});

const collector = mapping({
  enabled: z.boolean().optional(),
  options: z.record(z.string().max(64), z.union([z.string().max(2000), z.number(), z.boolean()])).optional(),
});

export const configSchema = mapping({
  host: name.optional(),
  data: text(4096).optional(),
  redis: text(4096).optional(),
  http: z
    .string()
    .regex(/^(\S+):(\d{1,5})$/, 'Write host:port, such as 127.0.0.1:8686')
    .optional(),
  timezone: timezone.optional(),
  log: choice(['debug', 'info', 'warn', 'error']).optional(),
  sources: z.array(source).min(1).max(MAX_SOURCES).optional(),
  mail: mapping({
    to: z.union([address.transform((one) => [one]), z.array(address).min(1).max(MAX_RECEIVERS)]).optional(),
    from: z.string().max(320).optional(),
    smtp: text(4096).optional(),
  }).optional(),
  patterns: text(4096).optional(),
  watches: z.record(z.string().max(100), watch).optional(),
  collectors: z.record(name, collector).optional(),
});

export type ConfigFile = z.output<typeof configSchema>;

function isTimezone(given: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: given });
    return true;
  } catch {
    return false;
  }
}
