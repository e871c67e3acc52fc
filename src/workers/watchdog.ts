/** Sees that a thread comes no further in one line, by the CPU time it uses there: a machine that is busy or asleep uses none. */
import { NO_PATTERN } from './messages.ts';
import type { Beat, Thread } from './thread.ts';

/** How often threads at work are looked at. */
export const LOOK_MS = 200;
/** CPU time a RegExp gets for one line. A good one takes a millisecond for the longest. */
export const LINE_CPU_MS = 1_000;
/** CPU time of one slice, after which the RegExp at work is taken for the one that takes it: many slow lines are slow too. */
export const SLICE_CPU_MS = 5_000;

export interface StuckThread {
  /** Index of the pattern. */
  readonly pattern: number;
  readonly call: number;
}

export interface Watchdog {
  /** To be called every LOOK_MS while the thread works. Where it is, if it has been there for too long. */
  look(): Promise<StuckThread | undefined>;
}

interface Sight extends Beat {
  /** CPU time of the thread when it was first seen in this slice, and in this line. */
  readonly sliceFrom: number;
  readonly lineFrom: number;
}

export function createWatchdog(thread: Pick<Thread, 'beat' | 'cpuMs'>): Watchdog {
  let before: Beat | undefined;
  let sight: Sight | undefined;

  /** CPU time is asked for only where the thread was seen in the same slice before. */
  async function see(beat: Beat): Promise<StuckThread | undefined> {
    const isSame = beat.id !== 0 && beat.id === before?.id;
    before = beat;
    const cpu = isSame ? await thread.cpuMs() : undefined;
    if (cpu === undefined) {
      sight = undefined;
      return undefined;
    }
    const isSameLine = sight?.id === beat.id && sight.calls === beat.calls;
    const sliceFrom = sight?.id === beat.id ? sight.sliceFrom : cpu;
    const lineFrom = isSameLine && sight ? sight.lineFrom : cpu;
    sight = { ...beat, sliceFrom, lineFrom };
    const isTooLong = cpu - lineFrom >= LINE_CPU_MS || cpu - sliceFrom >= SLICE_CPU_MS;
    // By now it may have gone on.
    const now = thread.beat();
    const isThere = now.id === beat.id && now.calls === beat.calls && now.pattern !== NO_PATTERN;
    return isTooLong && isThere ? { pattern: now.pattern, call: now.calls } : undefined;
  }

  return { look: async () => await see(thread.beat()) };
}
