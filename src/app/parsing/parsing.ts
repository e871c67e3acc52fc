/** What parses for the live service: a pool of threads with its patterns, and another one when the patterns change. */
import { isDeepStrictEqual } from 'node:util';
import { compilePattern, type PatternSpec } from '../../core/parse/pattern.ts';
import type { SliceParser } from '../../core/ports.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Reading } from '../../workers/messages.ts';
import { createParsePool, type ParsePool, type TooSlow } from '../../workers/pool.ts';
import { createScannedFirst } from '../../workers/scanned-first.ts';
import { PATTERN_TOO_SLOW } from '../self.ts';
import type { Surface } from '../surface.ts';
import { lineText, tooSlowText } from './too-slow.ts';

/** One parses all that a machine with a few sources writes; a source more costs no thread more. */
const LIVE_THREADS = 1;

export interface Parsing extends Pick<ParsePool, 'parserFor' | 'warmUp' | 'close'> {
  /** Nothing, where they are the same. From the next question on; what is being parsed is answered by those before. Resolves when their threads have ended. */
  use(patterns: readonly PatternSpec[]): Promise<void>;
}

export function createParsing(parts: {
  readonly patterns: readonly PatternSpec[];
  readonly surface: Pick<Surface, 'health'>;
  readonly log: Logger;
  readonly count: (series: string, lines: readonly string[]) => void;
}): Parsing {
  /** They stay left out while their files say the same. */
  const tooSlow = new Set<string>();
  let patterns = parts.patterns;
  let parser = createOf(patterns);

  function createOf(these: readonly PatternSpec[]): Parser {
    return createParser(these, [...tooSlow], (found) => onTooSlow(found, these));
  }

  function onTooSlow(found: TooSlow, of: readonly PatternSpec[]): void {
    // What was being parsed while the pattern was mended says nothing of the new one.
    if (!isSame(found.pattern, of, patterns)) return;
    const sentence = tooSlowText(found);
    tooSlow.add(found.pattern);
    parts.log.error({ pattern: found.pattern, line: lineText(found) }, 'A pattern is too slow and is left out');
    // Whoever may ask /healthz may not read the logs.
    parts.surface.health.set(reasonOf(found.pattern), tooSlowText({ ...found, line: undefined }));
    parts.count(PATTERN_TOO_SLOW, [sentence]);
  }

  function forgiveChanged(next: readonly PatternSpec[]): void {
    for (const name of [...tooSlow]) {
      if (isSame(name, patterns, next)) continue;
      tooSlow.delete(name);
      parts.surface.health.clear(reasonOf(name));
    }
  }

  return {
    warmUp: () => parser.warmUp(),
    parserFor: (reading) => byTheLatest(reading, () => parser),
    async use(next) {
      if (isDeepStrictEqual(next, patterns)) return;
      forgiveChanged(next);
      const before = parser;
      patterns = next;
      parser = createOf(next);
      parser.warmUp();
      await before.retire();
    },
    close: async () => await parser.close(),
  };
}

function reasonOf(pattern: string): string {
  return `pattern ${pattern}`;
}

function isSame(name: string, some: readonly PatternSpec[], others: readonly PatternSpec[]): boolean {
  return isDeepStrictEqual(specOf(some, name), specOf(others, name));
}

function specOf(patterns: readonly PatternSpec[], name: string): PatternSpec | undefined {
  return patterns.find((pattern) => pattern.name === name);
}

interface Parser extends Pick<ParsePool, 'warmUp' | 'close'> {
  parserFor(reading: Reading): SliceParser;
  /** Counts what is being parsed. */
  during<T>(parse: () => Promise<T>): Promise<T>;
  /** Closes it when everything is answered; nothing more is asked. */
  retire(): Promise<void>;
}

/** The pool, and before it the scanners on the main thread. */
function createParser(
  patterns: readonly PatternSpec[],
  slow: readonly string[],
  onTooSlow: (found: TooSlow) => void,
): Parser {
  const pool = createParsePool({ threads: LIVE_THREADS, onTooSlow });
  pool.load(patterns, slow);
  const scannedFirst = createScannedFirst(patterns.map(compilePattern));
  const asked = new Set<Promise<unknown>>();

  return {
    warmUp: pool.warmUp,
    close: pool.close,
    parserFor: (reading) => scannedFirst(reading, pool.parserFor(reading)),
    async during(parse) {
      const answer = parse();
      asked.add(answer);
      try {
        return await answer;
      } finally {
        asked.delete(answer);
      }
    },
    async retire() {
      await Promise.allSettled(asked);
      await pool.close();
    },
  };
}

/** Each question goes to the parser of its time, so a slice is parsed by one set of patterns. */
function byTheLatest(reading: Reading, latest: () => Parser): SliceParser {
  let of = latest();
  let slices = of.parserFor(reading);

  async function ask<T>(question: (parser: SliceParser) => Promise<T>): Promise<T> {
    if (of !== latest()) {
      of = latest();
      slices = of.parserFor(reading);
    }
    return await of.during(async () => await question(slices));
  }

  return {
    width: slices.width,
    sliceBytes: slices.sliceBytes,
    firstTime: async (slice, now) => await ask(async (parser) => await parser.firstTime(slice, now)),
    parse: async (slice, limits) => await ask(async (parser) => await parser.parse(slice, limits)),
  };
}
