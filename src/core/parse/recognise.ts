/** Which pattern a file has: the one that most of its first lines match. */
import type { Chunk } from '../types.ts';
import { type OpenedLine, walkOpened } from './opened-lines.ts';
import type { CompiledPattern } from './pattern.ts';

/** Lines looked at to recognise a pattern, and the share of them it must match. */
export const RECOGNISE_LINES = 100;
const RECOGNISE_SHARE = 0.5;

interface FirstLine {
  readonly text: string | undefined;
  /** What patterns are tried on. */
  readonly form: string | undefined;
}

interface Best {
  readonly at: number;
  readonly matched: number;
}

/**
 * Name of the pattern that matches most lines, of those that match equally many the first; undefined below
 * RECOGNISE_SHARE. One that matches the first line mostly matches all: the others are asked for little then, since the
 * expressions of dozens of patterns take longer to compile than a short log takes to read.
 */
export function recognise(patterns: readonly CompiledPattern[], chunk: Chunk, from: number): string | undefined {
  const lines = firstLines(patterns, chunk, from);
  const [first] = lines;
  if (!first) return undefined;
  let best: Best = { at: patterns.length, matched: Math.ceil(lines.length * RECOGNISE_SHARE) };
  const later: number[] = [];
  const hasAll = () => best.at < patterns.length && best.matched === lines.length;

  function consider(at: number): void {
    const least = at < best.at ? best.matched : best.matched + 1;
    const matched = matchedBy(patterns[at] as CompiledPattern, lines, least);
    if (matched >= least) best = { at, matched };
  }

  for (let at = 0; at < patterns.length && !hasAll(); at += 1)
    if (takes(patterns[at] as CompiledPattern, first)) consider(at);
    else later.push(at);
  for (const at of later) if (!hasAll()) consider(at);
  return patterns[best.at]?.name;
}

/** Fewer than `least` where it cannot come to that. */
function matchedBy(pattern: CompiledPattern, lines: readonly FirstLine[], least: number): number {
  let matched = 0;
  /** The line before was the pattern's. */
  let isOpen = false;
  for (const [index, line] of lines.entries()) {
    if (matched + lines.length - index < least) break;
    const { text } = line;
    isOpen = takes(pattern, line) || (isOpen && text !== undefined && pattern.isContinuation(text));
    if (isOpen) matched += 1;
  }
  return matched;
}

function takes(pattern: CompiledPattern, { form }: FirstLine): boolean {
  return form !== undefined && pattern.matchObserved(form) !== undefined;
}

function firstLines(patterns: readonly CompiledPattern[], chunk: Chunk, from: number): readonly FirstLine[] {
  const lines: FirstLine[] = [];
  const formOf = createFormOf(patterns);
  walkOpened(chunk, from, (line) => {
    lines.push({ text: line.text, form: formOf(line) });
    return lines.length < RECOGNISE_LINES;
  });
  return lines;
}

/** A line is tried without its wrapper if any pattern takes that; mostly it is the one that took the line before. */
function createFormOf(patterns: readonly CompiledPattern[]): (line: OpenedLine) => string | undefined {
  let likely: CompiledPattern | undefined;
  return ({ text, whole }) => {
    if (text === undefined || whole === undefined) return text ?? whole;
    const isTaken = (pattern: CompiledPattern) => pattern.matchObserved(text) !== undefined;
    const taker = likely && isTaken(likely) ? likely : patterns.find(isTaken);
    likely = taker ?? likely;
    return taker ? text : whole;
  };
}
