/** The live service's two loops: rounds as lines are written, ticks as seconds pass. The clock and the waits are given. */
import type { LineReader } from '../core/ports.ts';
import type { RoundResult, SourceEngine } from './source.ts';

/** Rounds of a source under load are this far apart. A line waits for the next one, and is to be counted within 150 ms. */
export const FLUSH_MS = 125;
/**
 * Every second of these rounds commits, so the load on the store does not grow with the lines; a line is to be in the
 * store within 300 ms. Less than two rounds, since timers are early by a millisecond.
 */
export const STORE_MS = 200;
/** A source without events is looked at this often. */
export const IDLE_ROUND_MS = 1_000;
/** A tick is due every second while lines came this lately: their steps are still closing. */
const ACTIVE_MS = 15_000;
/** Otherwise this often: absences and long windows have no finer grid. */
const QUIET_TICK_STEPS = 10;
/** Rounds that a stop still makes of a stream, a mebibyte each: as much as one can hold. */
const LAST_ROUNDS = 20;
/** Time from one tick to the next. */
export const STEP_MS = 1_000;
/** The queue gets this many steps to run a tick before the timer runs it itself. */
const QUEUE_STEPS = 2;

export interface LiveSource {
  readonly name: string;
  readonly engine: SourceEngine;
  readonly reader: LineReader;
  /** What it holds is nowhere else, so a stop takes it along. */
  readonly isStream?: boolean | undefined;
}

/** Reads one source, which has been opened, until stopped; throws only for our own bugs, since adapters retry what the world does. */
export async function readForever(
  source: LiveSource,
  parts: {
    readonly now: () => number;
    readonly delay: (ms: number) => Promise<void>;
    readonly isStopping: () => boolean;
    readonly onRound: (
      source: LiveSource,
      round: RoundResult & { readonly startedAt: number; readonly tookMs: number },
    ) => void;
  },
): Promise<void> {
  async function makeRound(started: number): Promise<RoundResult> {
    const round = await source.engine.round(started);
    parts.onRound(source, { ...round, startedAt: started, tookMs: parts.now() - started });
    return round;
  }

  while (!parts.isStopping()) {
    const started = parts.now();
    const round = await makeRound(started);
    if (round.idle) await source.reader.wait(IDLE_ROUND_MS);
    else if (!round.more) await parts.delay(Math.max(0, FLUSH_MS - (parts.now() - started)));
  }
  if (!source.isStream) {
    await source.engine.end();
    return;
  }
  // Nothing more comes from then on.
  await source.reader.close();
  for (let rounds = 0; rounds < LAST_ROUNDS && !(await makeRound(parts.now())).idle; rounds += 1);
}

/** What the timer does at a second: nothing, ask the queue, or tick itself because the queue did not answer. */
export function tickDue(at: {
  readonly now: number;
  readonly lastLinesAt: number;
  readonly hasOpenFaults: boolean;
  /** When the oldest tick was asked for that has not been run; undefined when none is waiting. */
  readonly askedAt: number | undefined;
}): 'none' | 'queue' | 'self' {
  const waitsMs = at.askedAt === undefined ? 0 : at.now - at.askedAt;
  // Also where the clock was set back meanwhile, since nobody knows then how long it waits.
  if (waitsMs < 0 || waitsMs >= QUEUE_STEPS * STEP_MS) return 'self';
  const step = Math.floor(at.now / STEP_MS);
  const isDue = at.hasOpenFaults || at.now - at.lastLinesAt < ACTIVE_MS || step % QUIET_TICK_STEPS === 0;
  return isDue ? 'queue' : 'none';
}
