/** A machine's recorded figures on their way into its source, beside the lines of a log and on the same time. */
import type { Measurement } from '../core/plugin.ts';
import type { Figures } from './figures.ts';

/** Figures of one call: the ring of seconds holds seventeen minutes, and what is in it is judged before it is overtaken. */
const AT_ONCE_MS = 60_000;
const SECOND_MS = 1_000;

export interface MachineReplay {
  /** Adds what was measured before this time, a minute of it at most; gives the time before which all is in. */
  addUntil(time: number): Promise<number>;
  /** Of what was not added yet; undefined at the end. */
  nextTime(): Promise<number | undefined>;
  /** Numbers added so far. */
  added(): number;
  /** The rest is not wanted. */
  close(): Promise<void>;
}

export function createMachineReplay(
  figures: Pick<Figures, 'add'>,
  seconds: AsyncIterator<{ readonly time: number; readonly measurements: readonly Measurement[] }>,
): MachineReplay {
  let next: Awaited<ReturnType<typeof seconds.next>> | undefined;
  let added = 0;

  async function peek() {
    next ??= await seconds.next();
    return next.done ? undefined : next.value;
  }

  return {
    async addUntil(time) {
      const first = (await peek())?.time ?? time;
      for (;;) {
        const second = await peek();
        // What was measured in a second is in when the second is over.
        if (second === undefined || second.time + SECOND_MS > time) return time;
        if (second.time - first >= AT_ONCE_MS) return second.time;
        await figures.add(second.measurements, second.time);
        added += second.measurements.length;
        next = undefined;
      }
    },
    nextTime: async () => (await peek())?.time,
    added: () => added,
    async close() {
      await seconds.return?.();
    },
  };
}
