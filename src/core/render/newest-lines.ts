/** The lines of a measured series from the end: what was said last stands first. */
import type { EvidenceView } from '../plugin.ts';

/** Readings looked back through for lines. */
const MAX_LOOKED_AT = 30;
const SECOND_MS = 1_000;
/** Sentences of one reading. */
const LINES_OF_READING = 5;

export interface TimedLine {
  readonly time: number;
  readonly line: string;
}

/** Newest reading first, the lines of one in their order; within [from, to), of MAX_LOOKED_AT readings at most. */
export function timedLines(
  view: EvidenceView,
  series: string,
  { from, to }: { readonly from: number; readonly to: number },
): readonly TimedLine[] {
  const found: TimedLine[] = [];
  // Before it the view knows minutes only, and lines are found by their second.
  const oldest = Math.max(from, view.from);
  let end = to;
  for (let left = MAX_LOOKED_AT; left > 0 && end > oldest; left -= 1) {
    const time = view.lastSeen(series, oldest, end);
    if (time === undefined) break;
    const lines = view.exemplars(series, time, time + SECOND_MS, LINES_OF_READING);
    found.push(...lines.map((line) => ({ time, line })));
    end = time;
  }
  return found;
}

/** The same, each line once. */
export function newestLines(
  view: EvidenceView,
  series: string,
  span: { readonly from: number; readonly to: number },
): readonly string[] {
  return [...new Set(timedLines(view, series, span).map(({ line }) => line))];
}
