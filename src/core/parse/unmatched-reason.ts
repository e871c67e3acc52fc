/** Why no pattern takes a line, in one sentence. */
import { createCandidates, lackText } from './candidates.ts';
import type { CompiledPattern } from './pattern.ts';

/** So many lines are held against all patterns, those after them against the few that came nearest: a log mostly has one form. */
export const RANKED_LINES = 1_000;
const FEW = 5;

/** Gives the reason for a line that none of these patterns takes: which came nearest, and what it lacked. */
export function createReason(patterns: readonly CompiledPattern[]): (line: string) => string {
  let rank = createCandidates(patterns);
  let lines = 0;
  const nearest = new Map<CompiledPattern, number>();

  function count(pattern: CompiledPattern): void {
    lines += 1;
    nearest.set(pattern, (nearest.get(pattern) ?? 0) + 1);
    if (lines !== RANKED_LINES) return;
    const few = [...nearest].toSorted(([, a], [, b]) => b - a).slice(0, FEW);
    rank = createCandidates(few.map(([one]) => one));
  }

  return (line) => {
    if (line === '') return `${NONE}: the line is empty`;
    const [best] = rank(line);
    if (!best || best.share === 0) return `${NONE}, not even the beginning of the line`;
    if (lines < RANKED_LINES) count(best.pattern);
    const where = best.reached ? `, up to letter ${best.reached.at}, where it` : ', and';
    return `${NONE}: ${best.pattern.name} came furthest${where} ${lackText(best)}`;
  };
}

const NONE = 'no pattern matches';
