/** One line as an event, for `explain`, samples and tests; in bulk no events are made. */
import type { Event, FieldValue } from '../types.ts';
import type { CompiledPattern } from './pattern.ts';
import { createTimeReader } from './timestamp.ts';

/** Undefined where the pattern does not match. `timezone` (IANA) is for stamps without a zone. */
export function toEvent(pattern: CompiledPattern, line: string, timezone: string): Event | undefined {
  const raw = pattern.match(line);
  if (!raw) return undefined;
  const fields = pattern.fieldNames.flatMap((name): [string, FieldValue][] => {
    const value = pattern.readerOf(name)?.(raw);
    return value === undefined ? [] : [[name, value]];
  });
  const { time } = pattern.spec;
  const stamp = time && pattern.rawOf(time.field)?.(raw);
  return {
    time: time && stamp !== undefined ? createTimeReader(time.format, timezone)(stamp, undefined) : undefined,
    pattern: pattern.name,
    fields: Object.fromEntries(fields),
  };
}
