/** Why no pattern takes a line, in one sentence. */
import { createCandidates, lackText } from './candidates.ts';
import type { CompiledPattern } from './pattern.ts';

/** Gives the reason for a line that none of these patterns takes: which came nearest, and what it lacked. */
export function createReason(patterns: readonly CompiledPattern[]): (line: string) => string {
  const rank = createCandidates(patterns);
  return (line) => {
    if (line === '') return `${NONE}: the line is empty`;
    const [best] = rank(line);
    if (!best || best.share === 0) return `${NONE}, not even the beginning of the line`;
    const where = best.reached ? `, up to letter ${best.reached.at}, where it` : ', and';
    return `${NONE}: ${best.pattern.name} came furthest${where} ${lackText(best)}`;
  };
}

const NONE = 'no pattern matches';
