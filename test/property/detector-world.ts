/** What a detector sees of drawn time, in cells of ten seconds, and how it is judged there as the engine does. */
import type { DetectorRunner, JudgeInput, Judgement, WindowView } from '../../src/core/plugin.ts';

export const CELL_MS = 10_000;
export const T0 = Date.UTC(2026, 10, 25);
/** Pages are kept for so long. */
const KEPT_MS = 7_200_000;

/** What is observed of a series in one cell; all of it in its first second. */
export interface Cell {
  readonly count: number;
  /** Of each observation; 1 where not given. */
  readonly value?: number | undefined;
  /** Lines by key: of tops, and as different values. */
  readonly keys?: readonly (readonly [key: string, count: number])[] | undefined;
}

export type World = (series: string, time: number) => Cell | undefined;

/** Of whole cells before `now`; what is older than the pages is gone. */
export function viewOf(world: World, now: number): WindowView {
  const oldest = now - KEPT_MS;

  function* cells(series: string, from: number, to: number): Generator<readonly [time: number, cell: Cell]> {
    const first = Math.ceil(Math.max(from, oldest) / CELL_MS) * CELL_MS;
    for (let time = first; time < Math.min(to, now); time += CELL_MS) {
      const cell = world(series, time);
      if (cell !== undefined && cell.count > 0) yield [time, cell];
    }
  }

  function count(series: string, from: number, to: number): number {
    let all = 0;
    for (const [, cell] of cells(series, from, to)) all += cell.count;
    return all;
  }

  /** Of sketches, whole ten seconds that are over by `to`. */
  function keysIn(series: string, from: number, to: number): Map<string, number> {
    const keys = new Map<string, number>();
    const [start, end] = [from, to].map((time) => Math.floor(time / CELL_MS) * CELL_MS) as [number, number];
    for (const [, cell] of cells(series, start, end)) {
      for (const [key, lines] of cell.keys ?? []) keys.set(key, (keys.get(key) ?? 0) + lines);
    }
    return keys;
  }

  return {
    from: oldest,
    count,
    sum(series, from, to) {
      let sum = 0;
      for (const [, { count: lines, value = 1 }] of cells(series, from, to)) sum += lines * value;
      return { count: count(series, from, to), sum };
    },
    keys: () => [],
    firstSeen: (series, from, to) => cells(series, from, to).next().value?.[0],
    lastSeen: (series, from, to) => [...cells(series, from, to)].at(-1)?.[0],
    quantile(series, from, to) {
      const [start, end] = [from, to].map((time) => Math.floor(time / CELL_MS) * CELL_MS) as [number, number];
      return [...cells(series, start, end)].at(-1)?.[1].value;
    },
    distinct(series, _by, from, to) {
      const { size } = keysIn(series, from, to);
      return size === 0 ? undefined : size;
    },
    top: (series, _by, from, to) => [...keysIn(series, from, to)].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
  };
}

/** What the engine keeps between two steps. */
export interface Kept {
  readonly baseline: unknown;
  readonly open: boolean;
  readonly wellSince?: number | undefined;
}

export const NOTHING: Kept = { baseline: undefined, open: false };

/** A fault is open from the first bad step until it was well for a minute. */
export function judgeAt(
  runner: DetectorRunner,
  {
    world,
    now,
    kept,
    spare,
  }: { readonly world: World; readonly now: number; readonly kept: Kept; readonly spare?: unknown },
): { readonly judgement: Judgement; readonly input: JudgeInput; readonly after: Kept } {
  const view = viewOf(world, now);
  const input = { now, source: 'made-up', view, ...kept, budget: 1, offsetMs: 3_600_000 };
  const judgement = runner.judge({ ...input, spare });
  const { baseline, verdict } = judgement;
  const wellSince = verdict === 'well' ? (kept.wellSince ?? now) : undefined;
  const isOver = wellSince !== undefined && now - wellSince >= 60_000;
  const after = { baseline, open: verdict === 'bad' || (kept.open && !isOver), wellSince };
  return { judgement, input, after };
}
