/** A golden story, and how what was told differs from it. */
import { diff } from 'node:util';

/** Lines that must be told: empty ones and those that begin with # are for readers. */
export function goldenLines(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}

/** Lines beside a difference that are shown with it. */
const CONTEXT = 1;
/** From the first difference on so many lines of each side are compared: it takes their square at worst. */
const COMPARED_LINES = 1_000;

/** Empty where both are the same; else lines that begin with '- ' (missing), '+ ' (not expected) or '  ' (beside them). */
export function storyDiff(expected: readonly string[], told: readonly string[]): readonly string[] {
  const same = sameLines(expected, told);
  if (same === expected.length && same === told.length) return [];
  const from = Math.max(0, same - CONTEXT);
  const to = same + COMPARED_LINES;
  const entries = diff(expected.slice(from, to), told.slice(from, to)).map(([is, line]) => ({ mark: MARKS[is], line }));
  const isShown = entries.map((_, at) =>
    entries.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ mark }) => mark !== ' '),
  );
  const shown = entries.flatMap(({ mark, line }, at) => {
    if (isShown[at]) return [`${mark} ${line}`];
    return isShown[at - 1] ? ['  …'] : [];
  });
  const rest = Math.max(expected.length, told.length) - to;
  return rest > 0 ? [...shown, `  … ${rest} lines more, not compared`] : shown;
}

/** What util.diff says of a line: only expected, in both, only told. */
const MARKS = { 1: '-', 0: ' ', '-1': '+' } as const;

function sameLines(expected: readonly string[], told: readonly string[]): number {
  const different = expected.findIndex((line, index) => line !== told[index]);
  return different === -1 ? expected.length : different;
}
