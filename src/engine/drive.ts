/** Drives rounds and ticks in their order, for a caller who has the clock: replay and tests by loop, live by timer. */
import { MACHINE_SOURCE } from './figures.ts';
import type { MachineReplay } from './machine-replay.ts';
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
  /** What was recorded of the machine at that time. */
  readonly machine?: MachineReplay | undefined;
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

/** Log and machine side by side, up to the same second: what one says is known when the other is judged. */
async function judgeUpTo(parts: ReplayParts, complete: number, openFrom: number): Promise<void> {
  const { latenessMs } = parts.engine.state();
  const closed = complete - latenessMs;
  await addMachine(parts, closed, async (time) => {
    await judge(parts, { [parts.source]: time + latenessMs, [MACHINE_SOURCE]: time }, openFrom);
  });
  await judge(parts, { [parts.source]: complete, ...(parts.machine && { [MACHINE_SOURCE]: closed }) }, openFrom);
}

/** A minute after the other, each judged before the next. */
async function addMachine(
  { machine, end = Number.POSITIVE_INFINITY }: ReplayParts,
  closed: number,
  judgeThose: (time: number) => Promise<void>,
): Promise<void> {
  if (machine === undefined) return;
  const until = Math.min(closed, end);
  for (let time = await machine.addUntil(until); time < until; time = await machine.addUntil(until))
    await judgeThose(time);
}

async function judge(parts: ReplayParts, complete: TickInput['complete'], openFrom: number): Promise<void> {
  await tickThrough(parts.ticker, { complete, openFrom, delivered: () => true }, parts.onTick);
}

/** The last lines are judged as if a later one had passed them; after that no fault begins: silence after a file is no absence. */
async function drain(parts: ReplayParts): Promise<void> {
  const { watermark, latenessMs } = parts.engine.state();
  const last = watermark === undefined ? 0 : Math.floor(watermark / 1_000) * 1_000 + 1_000;
  const endOfLines = Math.max(last, parts.end ?? 0);
  if (endOfLines > 0) await judgeUpTo(parts, endOfLines + latenessMs, parts.openFrom);
  const end = Math.max(endOfLines, await judgeRestOfMachine(parts));
  for (let now = end; now < end + parts.drainMs && isOpen(parts.ticker); now += 1_000) {
    await judgeUpTo(parts, now + 1_000 + latenessMs, Number.POSITIVE_INFINITY);
  }
}

/** What was recorded of it after the last line; gives the end of its last second. */
async function judgeRestOfMachine(parts: ReplayParts): Promise<number> {
  const { machine, end = Number.POSITIVE_INFINITY, openFrom } = parts;
  let last = 0;
  for (let time = await machine?.nextTime(); time !== undefined && time < end; time = await machine?.nextTime()) {
    last = time + 1_000;
    await machine?.addUntil(last);
    await judge(parts, { [MACHINE_SOURCE]: last }, openFrom);
  }
  return last;
}

function isOpen(ticker: Ticker): boolean {
  const book = ticker.state()?.book;
  return book !== undefined && (book.faults.length > 0 || book.groups.length > 0);
}
