/** Reads lines by several patterns: the one recognised first, then the others in their order. */
import { UserError } from '../errors.ts';
import type { Chunk } from '../types.ts';
import { createJsonClaims } from './json-claims.ts';
import { nearest } from './nearest.ts';
import { type CompiledPattern, DEFAULT_PRIORITY, type RawFields } from './pattern.ts';
import { recognise } from './recognise.ts';
import { createTimeReader, type TimeReader } from './timestamp.ts';

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
  /** Name of the pattern that most lines match, undefined where none matches enough. */
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
    let isOthers: ((line: string) => boolean) | undefined;
    return {
      ...pattern,
      matchObserved(line) {
        const raw = pattern.matchObserved(line);
        if (!raw) return undefined;
        isOthers ??= createJsonClaims(before.flatMap(({ spec }) => spec.json ?? []));
        return isOthers(line) ? undefined : raw;
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

function unknownPattern(given: string, patterns: readonly CompiledPattern[]): UserError {
  const names = patterns.map(({ name }) => name);
  const near = nearest(given, names);
  const hint = near === undefined ? `There are ${names.join(', ')}` : `Did you mean ${near}?`;
  return new UserError('CONFIG', `There is no pattern '${given}'. ${hint}`);
}
