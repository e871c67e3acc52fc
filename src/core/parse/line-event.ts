/** Lines as events, for people and tests; in bulk no events are made. */
import type { Event, FieldValue } from '../types.ts';
import type { OpenedLine } from './opened-lines.ts';
import { type CompiledPattern, isLastResort } from './pattern.ts';
import { createTimeReader } from './timestamp.ts';
import { createWrapperClock } from './wrappers/wrapper-clock.ts';

export interface ReadEvent {
  readonly event: Event;
  readonly pattern: CompiledPattern;
  /** What the pattern took: the line without its wrapper, or all of it. */
  readonly text: string;
}

/** Undefined where no pattern takes the line. `known` is the file's own pattern, tried first; `near` a time that is close. */
export type EventReader = (line: OpenedLine, known: string | undefined, near: number) => ReadEvent | undefined;

/** `timezone` (IANA) is for stamps without a zone. */
export function createEventReader(patterns: readonly CompiledPattern[], timezone: string): EventReader {
  const clock = createWrapperClock(timezone);
  const readers = patterns.map((pattern) => ({ pattern, read: createReader(pattern, timezone) }));

  function take(text: string | undefined, near: number, isWanted: (name: string) => boolean): ReadEvent | undefined {
    if (text === undefined) return undefined;
    for (const { pattern, read } of readers) {
      const event = isWanted(pattern.name) ? read(text, near) : undefined;
      if (event) return { event, pattern, text };
    }
    return undefined;
  }

  const lasts = new Set(patterns.filter(isLastResort).map(({ name }) => name));
  const isAny = () => true;
  const isLast = (name: string) => lasts.has(name);
  const isUsual = (name: string) => !lasts.has(name);

  return ({ text, whole, stamp }, known, near) => {
    const isOwn = (name: string) => name === known && isUsual(name);
    const own = take(text, near, isOwn) ?? take(whole, near, isOwn);
    const found = own ?? take(text, near, isUsual) ?? take(whole, near, isAny) ?? take(text, near, isLast);
    if (!found || found.event.time !== undefined || !stamp) return found;
    return { ...found, event: { ...found.event, time: clock(stamp, near) } };
  };
}

/** Undefined where the pattern does not match. Stamps without a zone are UTC, those without a year are `near`. */
export function toEvent(pattern: CompiledPattern, line: string, near: number): Event | undefined {
  return createReader(pattern, 'UTC')(line, near);
}

function createReader(pattern: CompiledPattern, timezone: string): (line: string, near: number) => Event | undefined {
  const { time } = pattern.spec;
  const readTime = time && createTimeReader(time.format, timezone);
  const rawTime = time && pattern.rawOf(time.field);
  return (line, near) => {
    const raw = pattern.match(line);
    if (!raw) return undefined;
    const fields = pattern.fieldNames.flatMap((name): [string, FieldValue][] => {
      const value = pattern.readerOf(name)?.(raw);
      return value === undefined ? [] : [[name, value]];
    });
    const stamp = rawTime?.(raw);
    return {
      time: stamp === undefined ? undefined : readTime?.(stamp, undefined, near),
      pattern: pattern.name,
      fields: Object.fromEntries(fields),
    };
  };
}
