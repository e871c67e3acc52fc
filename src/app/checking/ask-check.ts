/** Asks one check once, with a limit in time: what does not end by it is told, and never asked a second time beside itself. */
import type { CheckReading } from '../../core/check.ts';
import { messageOf } from '../../core/errors.ts';
import { HANGS, type KnownCheck } from '../knowing/checks.ts';

/** After the signal a check has so long to say itself what took its time. */
const GRACE_MS = 1_000;

export interface Answer {
  /** Undefined: a bug of ours, or it was stopped. */
  readonly reading?: CheckReading | undefined;
  /** Text of the bug. */
  readonly bug?: string | undefined;
  readonly tookMs: number;
  /** It still runs; resolves when it ends at last. */
  readonly hanging?: Promise<void> | undefined;
}

/** Never rejects. `stopped` ends it without a reading. */
export async function askCheck(check: KnownCheck, now: () => number, stopped?: AbortSignal): Promise<Answer> {
  const startedAt = now();
  const limit = new AbortController();
  const gaveUp = Promise.withResolvers<'late'>();
  const abort = () => limit.abort();
  const stop = () => {
    abort();
    gaveUp.resolve('late');
  };
  const timers = [
    setTimeout(abort, check.timeoutMs),
    setTimeout(() => gaveUp.resolve('late'), check.timeoutMs + GRACE_MS),
  ];
  stopped?.addEventListener('abort', stop);
  if (stopped?.aborted) stop();
  const running = runGuarded(check, limit.signal);
  try {
    const first = await Promise.race([running, gaveUp.promise]);
    const tookMs = now() - startedAt;
    if (stopped?.aborted) return { tookMs };
    if (first !== 'late') return { ...first, tookMs };
    return { reading: hangingReading(tookMs), tookMs, hanging: running.then(() => undefined) };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    stopped?.removeEventListener('abort', stop);
  }
}

/** Of one that was asked so long ago, and has not ended. */
export function hangingReading(sinceMs: number): CheckReading {
  return { cause: HANGS, said: `No answer came within ${Math.round(sinceMs / 1_000)} s, and no failure either.` };
}

async function runGuarded({ runner }: KnownCheck, signal: AbortSignal): Promise<Pick<Answer, 'reading' | 'bug'>> {
  try {
    return { reading: await runner.run(signal) };
  } catch (error) {
    return { bug: messageOf(error) };
  }
}
