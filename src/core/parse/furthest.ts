/** How far into a line the expressions of a pattern come, and what they would need to go on. */
import { type ExpressionPart, expressionWays, type GroupPart } from './expression-parts.ts';
import { compileGrok } from './grok.ts';
import type { PatternSpec } from './pattern.ts';

export interface Reached {
  /** Letters of the line that the longest fitting beginning of the expression takes. */
  readonly at: number;
  /** Which expression of the pattern, from 0. */
  readonly expression: number;
  /** What must come there; undefined: the line's end. */
  readonly expected: ExpressionPart | undefined;
  /** 0 to 1: how much of the expression fits, by its parts. One part alone may take any line. */
  readonly done: number;
}

/** Of a line that no expression of the pattern matches: the furthest of them. */
export type Furthest = (line: string) => Reached;

/** Letters of a line that are looked at: beginnings of expressions are tried one after the other. */
export const LOOK_CHARS = 4_000;

/** Of a pattern that has expressions. Everything is compiled once, when it is first needed. Of beginnings some ten are tried at most. */
export function createFurthest({ expressions }: Pick<PatternSpec, 'expressions'>): Furthest {
  const levels = expressions.map((expression) => levelsOf(expressionWays(expression), '', ''));
  return (line) => {
    const text = line.slice(0, LOOK_CHARS);
    const all = levels.map((ways, expression) => ({ ...furthestOf(ways, text), expression }));
    return all.reduce(further);
  };
}

/** One way through an expression or a group of it, with everything before it. */
interface Level {
  readonly parts: readonly ExpressionPart[];
  /** Where a beginning of so many parts ends; undefined where the line does not begin so. */
  reach(count: number, line: string): number | undefined;
  /** The ways of the group that is the part of this index. */
  within(index: number): readonly Level[];
}

function levelsOf(ways: readonly (readonly ExpressionPart[])[], before: string, after: string): readonly Level[] {
  return ways.map((parts) => createLevel(parts, before, after));
}

/** `after` closes the groups that `before` opens. */
function createLevel(parts: readonly ExpressionPart[], before: string, after: string): Level {
  const beginnings: ((line: string) => number | undefined)[] = [];
  const groups: (readonly Level[])[] = [];
  const source = (count: number) =>
    before +
    parts
      .slice(0, count)
      .map((part) => part.source)
      .join('');

  return {
    parts,
    reach(count, line) {
      beginnings[count] ??= createBeginning(source(count) + after);
      return beginnings[count](line);
    },
    within(index) {
      const group = parts[index] as GroupPart;
      groups[index] ??= levelsOf(group.ways, source(index) + group.open, `)${after}`);
      return groups[index];
    },
  };
}

const REST = 'rest_of_line';

function createBeginning(source: string): (line: string) => number | undefined {
  const { regExp, groups } = compileGrok(`(?:${source})(?<${REST}>.*)`, new Set([REST]));
  const index = groups.indexOf(REST) + 1;
  return (line) => {
    const found = regExp.exec(line);
    return found ? line.length - (found[index] ?? '').length : undefined;
  };
}

type Step = Omit<Reached, 'expression'>;

function furthestOf(levels: readonly Level[], line: string): Step {
  return levels.map((level) => furthestIn(level, line)).reduce(further);
}

function further<One extends Step>(best: One, one: One): One {
  return one.at * one.done > best.at * best.done || (best.at * best.done === 0 && one.at > best.at) ? one : best;
}

function furthestIn(level: Level, line: string): Step {
  const { parts } = level;
  const count = fitting(level, line);
  const at = level.reach(count, line) ?? 0;
  const expected = parts[count];
  const done = parts.length === 0 ? 1 : count / parts.length;
  if (expected === undefined) return { at, expected, done };
  if (expected.is === 'text') return { ...withinText(expected, line, at), done };
  const inside = expected.is === 'group' ? furthestOf(level.within(count), line) : undefined;
  // What fits of a group counts as that much of one part.
  if (inside && inside.at > at && inside.expected) return { ...inside, done: done + inside.done / parts.length };
  return { at, expected, done };
}

/**
 * Parts of the longest beginning that fits: of one that does all shorter ones do too. Most expressions fail at their first
 * part, so it is looked for from there on, in steps that double, and then by halving.
 */
function fitting(level: Level, line: string): number {
  const end = level.parts.length + 1;
  let fits = 0;
  let fails = Math.min(1, end);
  while (fails < end && level.reach(fails, line) !== undefined) {
    fits = fails;
    fails = Math.min(end, 2 * fails);
  }
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (level.reach(middle, line) === undefined) fails = middle;
    else fits = middle;
  }
  return fits;
}

/** Letters of it may be there: what is expected is the rest. */
function withinText(
  part: Extract<ExpressionPart, { is: 'text' }>,
  line: string,
  at: number,
): Pick<Step, 'at' | 'expected'> {
  const { text } = part;
  let same = 0;
  while (same < text.length && line[at + same] === text[same]) same += 1;
  return { at: at + same, expected: { ...part, text: text.slice(same) } };
}
