/** Drives rounds and ticks in their order, for a caller who has the clock: replay and tests by loop, live by timer. */
import type { SourceEngine } from './source.ts';
import { MAX_STEPS_PER_TICK, type Ticker, type TickInput, type TickResult } from './tick.ts';

/** Ticks until everything closed is judged: one tick judges a bounded number of steps. */
export async function tickThrough(
  ticker: Ticker,
  input: TickInput,
  each: (result: TickResult) => Promise<void> | void,
): Promise<void> {
  for (;;) {
    const result = await ticker.tick(input);
    await each(result);
    if (!result.conflict && result.steps < MAX_STEPS_PER_TICK) return;
  }
}

const GAP_POSSIBLE_MS = 400 * 86_400_000;

export interface ReplayParts {
  readonly source: string;
  readonly engine: SourceEngine;
  readonly ticker: Ticker;
  /** Steps before this are learnt from only. */
  readonly openFrom: number;
  /** End of the recorded time, when it is known to go on beyond the last line. */
  readonly end?: number | undefined;
  /** How long ticks go on after the end so that open faults can resolve, ms. */
  readonly drainMs: number;
  readonly onTick: (result: TickResult) => Promise<void> | void;
  readonly onRound?: () => void;
}

/** Rounds of the recorded lines, each judged before the next, on the lines' own time. */
export async function replay(parts: ReplayParts): Promise<{ readonly lines: number }> {
  await parts.engine.open(0);
  let lines = 0;
  for (;;) {
    const round = await parts.engine.round(latestPossible(parts.engine.state().watermark));
    parts.onRound?.();
    lines += round.lines;
    if (round.idle) break;
    if (round.complete !== undefined) await judgeUpTo(parts, round.complete, parts.openFrom);
  }
  await drain(parts);
  return { lines };
}

/** In a replay no clock says which stamps lie ahead of it; one more than a year after the line before is no time. */
export function latestPossible(watermark: number | undefined): number {
  return watermark === undefined ? Number.POSITIVE_INFINITY : watermark + GAP_POSSIBLE_MS;
}

/** The hook that createSourceEngine wants: in replay the gap before the next line is judged before the line is added. */
export function judgeBefore(parts: () => ReplayParts): (complete: number) => Promise<void> {
  return async (complete) => await judgeUpTo(parts(), complete, parts().openFrom);
}

async function judgeUpTo(parts: ReplayParts, complete: number, openFrom: number): Promise<void> {
  const input = { complete: { [parts.source]: complete }, openFrom, delivered: () => true };
  await tickThrough(parts.ticker, input, parts.onTick);
}

/** The last lines are judged as if a later one had passed them; after that no fault begins: silence after a file is no absence. */
async function drain(parts: ReplayParts): Promise<void> {
  const { watermark, latenessMs } = parts.engine.state();
  if (watermark === undefined) return;
  const last = Math.floor(watermark / 1_000) * 1_000 + 1_000;
  const end = Math.max(last, parts.end ?? 0);
  await judgeUpTo(parts, end + latenessMs, parts.openFrom);
  for (let now = end; now < end + parts.drainMs && isOpen(parts.ticker); now += 1_000) {
    await judgeUpTo(parts, now + 1_000 + latenessMs, Number.POSITIVE_INFINITY);
  }
}

function isOpen(ticker: Ticker): boolean {
  const book = ticker.state()?.book;
  return book !== undefined && (book.faults.length > 0 || book.groups.length > 0);
}
