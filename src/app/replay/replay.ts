/** A replay: its threads are started, and what it needs besides is loaded while they start. */
import { availableParallelism } from 'node:os';
import type { SourceState } from '../../core/types.ts';
import { createParsePool } from '../../workers/pool.ts';
import type { ReplayOutcome, ReplayRequest } from './replaying.ts';

/** Threads that parse, unless others are asked for: more of them only wait for the one that reads and judges. */
const MAX_REPLAY_THREADS = 8;

export async function replayFiles(request: ReplayRequest): Promise<ReplayOutcome> {
  const pool = createParsePool({
    threads: request.threads ?? Math.min(availableParallelism(), MAX_REPLAY_THREADS),
    onTooSlow: (found) => request.onTooSlow?.(found),
  });
  try {
    // A thread takes longer to start than all the rest, which is loaded meanwhile.
    pool.warmUp();
    const [{ loadWatching }, { replayBy }] = await Promise.all([
      import('../knowing/watching.ts'),
      import('./replaying.ts'),
    ]);
    const watching = await loadWatching(request.config, { isForLines: request.machine === undefined });
    pool.load(watching.patterns.map(({ spec }) => spec));
    return await replayBy(pool, watching, request);
  } finally {
    await pool.close();
  }
}

/** Lines that no pattern took. */
export function unmatchedLines({ totals }: Pick<SourceState, 'totals'>): number {
  return totals.reduce((sum, { pattern, count }) => (pattern === 'unmatched' ? sum + count : sum), 0);
}
