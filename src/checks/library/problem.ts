/** One thing that is wrong with a program's libraries. */

export interface Problem {
  readonly cause: string;
  readonly said: string;
  /** What a mail shows below it. */
  readonly lines: readonly string[];
}

/** Most telling first: what keeps a program from starting, then what it runs with. */
const ORDER = ['binary-missing', 'not-elf', 'missing', 'replaced', 'deleted-mapped', 'not-permitted', 'changed'];
/** Names in one sentence. */
const NAMES = 5;
const LINES = 10;

export function joined(problems: readonly Problem[]): Problem | undefined {
  const [first, ...others] = problems.toSorted((a, b) => ORDER.indexOf(a.cause) - ORDER.indexOf(b.cause));
  if (!first) return undefined;
  const lines = [...first.lines, ...others.flatMap(({ said, lines }) => [said, ...lines])];
  return { ...first, lines: [...new Set(lines)].slice(0, LINES) };
}

/** 'a, b and 3 more'. */
export function listed(names: readonly string[]): string {
  const shown = names.length > NAMES ? names.slice(0, NAMES - 1) : names;
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
