/** Asks a thread what comes of pattern files. It ends with its answer, and gives back all that it took to find it. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../../core/errors.ts';
import type { Known } from '../knowing/watching.ts';
import type { Files, GoodFiles } from './good-files.ts';
import type { PatternAnswer, PatternQuestion } from './pattern-thread.ts';

/** Judging expressions takes 20 s at most, and a sample on which an expression hangs for ever must not. */
const ANSWER_WITHIN_MS = 90_000;
/** Of its heap; a few tens are usual. */
const HEAP_MIB_MAX = 512;

/** Which of the files found are good, and what comes of them. Rejects where it takes too long, too much memory, or the signal says so. */
export async function askGoodFiles(
  question: PatternQuestion & { readonly before: Files },
  signal: AbortSignal,
): Promise<GoodFiles<Known>> {
  const answer = await ask(question, signal);
  if (!('good' in answer)) throw new Error('the thread that checks them gave no answer');
  return answer.good;
}

/** What comes of all files found. Throws UserError with all mistakes; rejects as askGoodFiles does. */
export async function askKnown(question: Omit<PatternQuestion, 'before'>, signal: AbortSignal): Promise<Known> {
  const answer = await ask(question, signal);
  if ('mistakes' in answer) throw new UserError('CONFIG', answer.mistakes.join('\n'));
  if (!('loaded' in answer)) throw new Error('the thread that checks them gave no answer');
  return answer.loaded;
}

async function ask(question: PatternQuestion, signal: AbortSignal): Promise<PatternAnswer> {
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
