/** What parses for the live service, and what is said where a pattern turns out to be too slow. */
import { visible } from '../core/render/sanitise.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createParsePool, type ParsePool, type TooSlow } from '../workers/pool.ts';
import { createScannedFirst } from '../workers/scanned-first.ts';
import { PATTERN_TOO_SLOW } from './self.ts';
import type { Surface } from './surface.ts';
import type { Watching } from './watching.ts';

/** One parses all that a machine with a few sources writes; a source more costs no thread more. */
const LIVE_THREADS = 1;
/** Of the line that is shown. */
const LINE_CHARS = 120;

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
  const { patterns } = parts.watching;
  pool.load(patterns.map(({ spec }) => spec));
  const scannedFirst = createScannedFirst(patterns);
  return { ...pool, parserFor: (reading) => scannedFirst(reading, pool.parserFor(reading)) };
}

/** One sentence with its remedy; harmless on a terminal. */
export function tooSlowText(found: TooSlow): string {
  const line = lineText(found);
  const where = line === undefined ? 'a line' : `the line that begins with '${line}'`;
  return `Pattern ${found.pattern} took more than a second for ${where}: lines that need its expressions are counted as too_slow_for_pattern and not watched; mend the expressions (linesman config check names them) and restart linesman.`;
}

function lineText({ line }: TooSlow): string | undefined {
  return line === undefined ? undefined : visible(line, LINE_CHARS);
}
