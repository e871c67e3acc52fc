/** What parses for the live service. */
import { compilePattern } from '../core/parse/pattern.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createParsePool, type ParsePool } from '../workers/pool.ts';
import { createScannedFirst } from '../workers/scanned-first.ts';
import { PATTERN_TOO_SLOW } from './self.ts';
import type { Surface } from './surface.ts';
import { lineText, tooSlowText } from './too-slow.ts';
import type { Watching } from './watching.ts';

/** One parses all that a machine with a few sources writes; a source more costs no thread more. */
const LIVE_THREADS = 1;

export function createParsing(parts: {
  readonly watching: Watching;
  readonly surface: Pick<Surface, 'health'>;
  readonly log: Logger;
  readonly count: (series: string, lines: readonly string[]) => void;
}): ParsePool {
  const pool = createParsePool({
    threads: LIVE_THREADS,
    onTooSlow(found) {
      const sentence = tooSlowText(found);
      parts.log.error({ pattern: found.pattern, line: lineText(found) }, 'A pattern is too slow and is left out');
      parts.surface.health.set(`pattern ${found.pattern}`, sentence);
      parts.count(PATTERN_TOO_SLOW, [sentence]);
    },
  });
  const specs = parts.watching.patterns.map(({ spec }) => spec);
  pool.load(specs);
  const scannedFirst = createScannedFirst(specs.map(compilePattern));
  return { ...pool, parserFor: (reading) => scannedFirst(reading, pool.parserFor(reading)) };
}
