/**
 * Whether fewer than usual is more than the end of what one of them asked for. A robot that asks for half an hour every night stands in
 * the mean of its hour, so that its end looks like a drop: whoever was busiest just before is looked away from, then and now.
 */
import type { WindowView } from '../plugin.ts';

/** Just before the window. Heavy hitters are kept for a quarter of an hour. */
export const BEFORE_MS = 300_000;
/** The busiest that are looked away from: clients one after the other all together, since a robot may have several addresses. */
const BUSIEST = 3;
/** Each kind of program by itself: most visitors have one of three browsers. */
const KINDS = 'agent_family';
const CLIENTS = 'client';
/** Those that are left must have been so many in as long as the window, and must have halved. */
const OTHERS_MIN = 10;
const HALVED = 0.5;

interface GoneRead {
  readonly now: number;
  readonly ms: number;
  readonly view: Pick<WindowView, 'count' | 'top'>;
  readonly series: string;
}

/** As many as came just before in as long, where that is so; undefined where it is not, and where the log does not say who asks. */
export function goneFrom({ now, ms, view, series }: GoneRead): number | undefined {
  const from = now - ms;
  const before = { all: view.count(series, from - BEFORE_MS, from), part: ms / BEFORE_MS };
  const all = view.count(series, from, now);
  if (all >= before.all * before.part * HALVED) return undefined;
  const pairs = (by: string) => {
    const left = new Map(view.top(series, by, from, now));
    const busiest = view.top(series, by, from - BEFORE_MS, from).slice(0, BUSIEST);
    return busiest.map(([key, count]) => ({ before: count, now: left.get(key) ?? 0 }));
  };
  const haveHalved = (but: Both) => {
    const others = (before.all - but.before) * before.part;
    return others >= OTHERS_MIN && all - but.now <= others * HALVED;
  };
  const clients = pairs(CLIENTS);
  const areMany = clients.length > 0 && [...addedUp(clients), ...pairs(KINDS)].every(haveHalved);
  return areMany ? before.all * before.part : undefined;
}

/** Of one of them, or of some. */
interface Both {
  readonly before: number;
  readonly now: number;
}

/** The first, the first two, and so on. */
function addedUp(all: readonly Both[]): readonly Both[] {
  return all.map((_, index) => {
    const first = all.slice(0, index + 1);
    return {
      before: first.reduce((sum, one) => sum + one.before, 0),
      now: first.reduce((sum, one) => sum + one.now, 0),
    };
  });
}
