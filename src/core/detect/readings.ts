/** The single readings of a series that is 1 where something is wrong and 0 where it is well, as a check writes them. */
import type { WindowView } from '../plugin.ts';

const SECOND_MS = 1_000;

export interface Reading {
  /** Start of its second. */
  readonly time: number;
  readonly isWrong: boolean;
}

/** Newest first, at most `limit`; none from before the time up to which the view knows single seconds. */
export function readingsBack(
  view: WindowView,
  series: string,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): readonly Reading[] {
  const oldest = Math.max(from, view.from);
  const found: Reading[] = [];
  let end = to;
  while (found.length < limit && end > oldest) {
    const time = view.lastSeen(series, oldest, end);
    if (time === undefined) break;
    found.push({ time, isWrong: view.sum(series, time, time + SECOND_MS).sum > 0 });
    end = time;
  }
  return found;
}
