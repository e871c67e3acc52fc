/** Reads lines by several patterns: the one recognised first, then the others in their order. */
import { UserError } from '../errors.ts';
import type { Chunk } from '../types.ts';
import { createJsonClaims } from './json-claims.ts';
import { nearest } from './nearest.ts';
import { walkOpened } from './opened-lines.ts';
import { type CompiledPattern, DEFAULT_PRIORITY, type RawFields } from './pattern.ts';
import { formFor } from './read-line.ts';
import { createTimeReader, type TimeReader } from './timestamp.ts';

/** Lines looked at to recognise a pattern, and the share of them it must match. */
export const RECOGNISE_LINES = 100;
export const RECOGNISE_SHARE = 0.5;

export interface PatternReader {
  readonly pattern: CompiledPattern;
  /** Stamp of a matched line; `after` is the stamp before it, `near` any time that is close. */
  time(raw: RawFields, after: number | undefined, near: number | undefined): number | undefined;
  /** The same from the text of the stamp. */
  readonly stamp: TimeReader;
}

export interface PatternReaders {
  /** All readers, the named one first. */
  order(pattern: string | undefined): readonly PatternReader[];
  /** Name of the pattern most lines match, undefined below RECOGNISE_SHARE. */
  recognise(chunk: Chunk, from: number): string | undefined;
}

/** `only`: the single pattern to use. Throws UserError when there is none of that name. */
export function createPatternReaders(
  patterns: readonly CompiledPattern[],
  timezone: string,
  only: string | undefined,
): PatternReaders {
  const chosen = only === undefined ? yielding(byPriority(patterns)) : patterns.filter(({ name }) => name === only);
  if (only !== undefined && chosen.length === 0) throw unknownPattern(only, patterns);
  const readers = chosen.map((pattern) => createPatternReader(pattern, timezone));
  const orders = new Map(
    readers.map((first) => [first.pattern.name, [first, ...readers.filter((other) => other !== first)]]),
  );
  return {
    order: (pattern) => orders.get(pattern ?? '') ?? readers,
    recognise: (chunk, from) => only ?? recognise(chosen, chunk, from),
  };
}

/** Those of one priority stay in the order given. */
function byPriority(patterns: readonly CompiledPattern[]): readonly CompiledPattern[] {
  return patterns.toSorted((a, b) => priorityOf(b) - priorityOf(a));
}

function priorityOf({ spec }: CompiledPattern): number {
  return spec.priority ?? DEFAULT_PRIORITY;
}

/**
 * A pattern for any program's JSON leaves the lines to patterns with more priority, also in a file that is recognised as its
 * own: Caddy and Traefik write requests, which are seldom at first, into the log in which they write of themselves.
 */
function yielding(patterns: readonly CompiledPattern[]): readonly CompiledPattern[] {
  const inJson = patterns.filter(({ spec }) => spec.json);
  return patterns.map((pattern) => {
    const before = pattern.spec.json ? inJson.filter((other) => priorityOf(other) > priorityOf(pattern)) : [];
    if (before.length === 0) return pattern;
    const isOthers = createJsonClaims(before.flatMap(({ spec }) => spec.json ?? []));
    return {
      ...pattern,
      matchObserved(line) {
        const raw = pattern.matchObserved(line);
        return raw && isOthers(line) ? undefined : raw;
      },
    };
  });
}

function createPatternReader(pattern: CompiledPattern, timezone: string): PatternReader {
  const { time } = pattern.spec;
  const stamp: TimeReader = time ? createTimeReader(time.format, timezone) : () => undefined;
  const rawTime = time && pattern.rawOf(time.field);
  return {
    pattern,
    time(raw, after, near) {
      const text = rawTime?.(raw);
      return text === undefined ? undefined : stamp(text, after, near);
    },
    stamp,
  };
}

function recognise(patterns: readonly CompiledPattern[], chunk: Chunk, from: number): string | undefined {
  const matched = patterns.map(() => 0);
  /** The line before was theirs. */
  const isOpen = patterns.map(() => false);
  let lines = 0;
  walkOpened(chunk, from, (line) => {
    const form = formFor(patterns, line);
    const { text } = line;
    lines += 1;
    for (const [index, pattern] of patterns.entries()) {
      const isMatch = form !== undefined && pattern.matchObserved(form) !== undefined;
      isOpen[index] = isMatch || (isOpen[index] === true && text !== undefined && pattern.isContinuation(text));
      if (isOpen[index]) matched[index] = (matched[index] ?? 0) + 1;
    }
    return lines < RECOGNISE_LINES;
  });
  const most = Math.max(0, ...matched);
  return most > 0 && most >= lines * RECOGNISE_SHARE ? patterns[matched.indexOf(most)]?.name : undefined;
}

function unknownPattern(given: string, patterns: readonly CompiledPattern[]): UserError {
  const names = patterns.map(({ name }) => name);
  const near = nearest(given, names);
  const hint = near === undefined ? `There are ${names.join(', ')}` : `Did you mean ${near}?`;
  return new UserError('CONFIG', `There is no pattern '${given}'. ${hint}`);
}
