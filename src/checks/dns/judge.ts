/** Whether an answer is the right one, and what changed since the last. */
import type { CheckReading } from '../../core/check.ts';
import { visible } from '../../core/render/sanitise.ts';
import type { Known } from './answers.ts';
import type { DnsAnswer } from './look-up.ts';
import { isRecord } from './records.ts';
import type { Settings } from './settings.ts';

const LIST_CHARS = 300;

export function judge({ records, seconds }: DnsAnswer, settings: Settings, { first, before }: Known): CheckReading {
  const { type, name, isSame, slowMs } = settings;
  const what = `${type} of ${name}`;
  const took = `${Math.round(seconds * 1_000)} ms`;
  const common = {
    figures: { seconds },
    ...(before && { changes: [`${what} changed: ${shown(before)} is now ${shown(records)}.`] }),
  };
  const wrong = wrongAnswer(records, settings);
  if (wrong !== undefined) return { cause: 'wrong-answer', said: `${what} is ${shown(records)}, ${wrong}.`, ...common };
  if (isSame && records.join() !== first.join())
    return {
      cause: 'changed',
      said: `${what} is ${shown(records)}; it was ${shown(first)} when linesman started.`,
      ...common,
    };
  if (slowMs !== undefined && seconds * 1_000 > slowMs)
    return { cause: 'slow', said: `The answer to ${what} took ${took}, longer than ${slowMs} ms.`, ...common };
  return { said: `${what} is ${shown(records)} (${took}).`, ...common };
}

/** What is wrong with it; undefined: nothing. */
function wrongAnswer(records: readonly string[], { expected, match }: Settings): string | undefined {
  if (expected.length === 0) return undefined;
  const missing = expected.filter((one) => !records.some((record) => isRecord(record, one)));
  const others = records.filter((record) => !expected.some((one) => isRecord(record, one)));
  if (match === 'any' && missing.length < expected.length) return undefined;
  if (missing.length > 0) return `without ${shown(missing)}`;
  return match === 'exactly' && others.length > 0 ? `with ${shown(others)} besides` : undefined;
}

/** On one line; whoever has the zone writes them. */
function shown(records: readonly string[]): string {
  return visible(records.join(', '), LIST_CHARS);
}
