/** Asks a thread what comes of pattern files. It ends with its answer, and gives back all that it took to find it. */
import { Worker } from 'node:worker_threads';
import type { PatternAnswer, PatternQuestion } from './pattern-thread.ts';

/** Judging expressions takes 20 s at most, and a sample on which an expression hangs for ever must not. */
const ANSWER_WITHIN_MS = 90_000;
/** Of its heap; a few tens are usual. */
const HEAP_MIB_MAX = 512;

/** Rejects where it takes too long, too much memory, or the signal says so. */
export async function askPatterns(question: PatternQuestion, signal: AbortSignal): Promise<PatternAnswer> {
  const file = new URL(`./pattern-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const thread = new Worker(file, { workerData: question, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX } });
  const { promise, resolve, reject } = Promise.withResolvers<PatternAnswer>();
  const giveUp = () => reject(new Error('the service stops'));
  const timer = setTimeout(
    () => reject(new Error(`to check them takes longer than ${ANSWER_WITHIN_MS / 1_000} s`)),
    ANSWER_WITHIN_MS,
  );
  thread.on('message', resolve);
  thread.on('error', reject);
  thread.on('exit', () => reject(new Error('the thread that checks them ended')));
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    await thread.terminate();
  }
}
