/** A length of time in linesman.yaml, as ms. */
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { quoted } from './said.ts';

const NO_DURATION = 'is no duration; write a number with ms, s, m, h or d, such as 90s';

/** A number without a unit is YAML's number, and no text: what is missing is said elsewhere. */
const text = z.string({ error: ({ input }) => (input === undefined ? undefined : `${quoted(input)} ${NO_DURATION}`) });

export const duration = text.transform((given, context) => {
  const ms = parseDuration(given);
  if (ms !== undefined) return ms;
  context.addIssue(`${quoted(given)} ${NO_DURATION}`);
  return z.NEVER;
});
