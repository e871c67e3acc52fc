/** A pause before the next try that an abort ends at once. */
import { setTimeout as wait } from 'node:timers/promises';

/** Rejects with an AbortError when the signal aborts. */
export async function pauseMs(ms: number, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, signal === undefined ? {} : { signal });
}
