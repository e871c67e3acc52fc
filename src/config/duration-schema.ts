/** A length of time in linesman.yaml, as ms. */
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { quoted } from './said.ts';

export const duration = z.string().transform((given, context) => {
  const ms = parseDuration(given);
  if (ms !== undefined) return ms;
  context.addIssue(`${quoted(given)} is no duration; write a number with ms, s, m, h or d, such as 90s`);
  return z.NEVER;
});
