/** What is said of a pattern that turned out to be too slow. */
import { visible } from '../../core/render/sanitise.ts';
import type { TooSlow } from '../../workers/pool.ts';

/** Of the line that is shown. */
const LINE_CHARS = 120;

/** One sentence with its remedy; harmless on a terminal. */
export function tooSlowText(found: TooSlow): string {
  const line = lineText(found);
  const where = line === undefined ? 'a line' : `the line that begins with '${line}'`;
  return `Pattern ${found.pattern} took more than a second for ${where}: lines that need its expressions are counted as too_slow_for_pattern and not watched; mend its file, which is taken while linesman runs (linesman config check names the expression).`;
}

/** Beginning of that line, where it is known; harmless on a terminal. */
export function lineText({ line }: TooSlow): string | undefined {
  return line === undefined ? undefined : visible(line, LINE_CHARS);
}
