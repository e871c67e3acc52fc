/** The shape of checks in linesman.yaml: keys that all kinds have; the others are options of the kind, checked against it later. */
import { z } from 'zod';
import { duration } from './duration-schema.ts';
import { quoted, saying } from './said.ts';
import { choice } from './words.ts';

/** More of them is a mistake, not a configuration. */
const MAX_CHECKS = 200;
/** Part of the names of its watch and its series, and typed at a prompt. */
const CHECK_NAME = /^[a-z0-9][a-z0-9_-]{0,47}$/;
const EVERY_MIN_MS = 5_000;
const EVERY_MAX_MS = 24 * 3_600_000;
const TIMEOUT_MIN_MS = 100;
const TIMEOUT_MAX_MS = 60_000;
/** Readings looked back on. */
const CONFIRM_MAX = 20;

const name = z
  .string()
  .regex(CHECK_NAME, saying('is no name of a check; write 1 to 48 small letters, digits, dashes or underscores'));

const confirm = z.string().transform((given, context) => {
  const [, bad, of] = (/^\s*(\d{1,2})\s+of\s+(\d{1,2})\s*$/.exec(given) ?? []).map(Number);
  if (bad !== undefined && of !== undefined && bad >= 1 && bad <= of && of <= CONFIRM_MAX) return { bad, of };
  context.addIssue(
    `${quoted(given)} says not how many readings make a fault; write 1 of 1 to ${CONFIRM_MAX} of ${CONFIRM_MAX}, such as 2 of 3`,
  );
  return z.NEVER;
});

function between(min: number, max: number, words: string) {
  return duration.refine((ms) => ms >= min && ms <= max, `It is too short or too long; write ${words}`);
}

const COMMON = {
  name,
  kind: z.string().max(64),
  every: between(EVERY_MIN_MS, EVERY_MAX_MS, '5s to 1d').optional(),
  timeout: between(TIMEOUT_MIN_MS, TIMEOUT_MAX_MS, '100ms to 60s').optional(),
  confirm: confirm.optional(),
  settle: between(0, EVERY_MAX_MS, '0s to 1d').optional(),
  parent: name.optional(),
  severity: choice(['info', 'warning', 'critical']).optional(),
  delivery: choice(['mail', 'digest']).optional(),
  clearAfter: duration.optional(),
};

const option = z.union(
  [z.string().max(4_096), z.number(), z.boolean()],
  'It is neither a text nor a number nor true or false',
);

const check = z
  .object(COMMON)
  .catchall(option)
  .transform(({ name, kind, every, timeout, confirm, settle, parent, severity, delivery, clearAfter, ...options }) => ({
    ...{ name, kind, every, timeout, confirm, settle, parent, severity, delivery, clearAfter },
    options: options as Readonly<Record<string, string | number | boolean>>,
  }));

export const checksSchema = z
  .array(check)
  .max(MAX_CHECKS, `There are more than ${MAX_CHECKS}`)
  .superRefine((list, context) => {
    const names = list.map((one) => one.name);
    for (const [index, one] of list.entries()) {
      const add = (key: string, message: string) => context.addIssue({ code: 'custom', path: [index, key], message });
      if (names.indexOf(one.name) < index) add('name', `${quoted(one.name)} is there twice; rename one`);
      if (one.parent === undefined) continue;
      if (!names.includes(one.parent))
        add('parent', `There is no check ${quoted(one.parent)}; known are ${names.join(', ')}`);
      else if (isOwnAncestor(one.name, list))
        add('parent', `${quoted(one.name)} is its own parent in the end; leave one parent out`);
    }
  });

function isOwnAncestor(
  name: string,
  list: readonly { readonly name: string; readonly parent?: string | undefined }[],
): boolean {
  const parentOf = new Map(list.map((one) => [one.name, one.parent]));
  let above = parentOf.get(name);
  for (let steps = 0; above !== undefined && steps <= list.length; steps += 1) {
    if (above === name) return true;
    above = parentOf.get(above);
  }
  return false;
}
