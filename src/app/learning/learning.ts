/** Before a source is judged for the first time: what is usual is learnt from the files that were there, beside reading. */
import { Worker } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../core/errors.ts';
import type { Store } from '../../core/ports.ts';
import { learntText } from '../../core/reading/learnt-from.ts';
import { pageMs, SECONDS } from '../../core/window/rings.ts';
import { loadHost } from '../../engine/host-state.ts';
import type { LiveSource } from '../../engine/live.ts';
import { isBegun, type Ticker } from '../../engine/tick.ts';
import { listEarlier } from '../../sources/earlier-files.ts';
import type { Health } from '../../telemetry/health.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { LearnAnswer, LearnQuestion, SourceQuestion } from './learn-thread.ts';

/** Debian keeps so many days of rotated logs; what is older says little of now. */
const AGE_MAX_MS = 14 * 86_400_000;
/** For all sources; what was learnt by then is what is learnt. */
const WITHIN_MS = 60_000;
/** A thread that has not ended so long after that hangs. */
const GRACE_MS = 15_000;
/** Of the thread's heap: with it the service stays within the 512 MiB that its unit and its container are given. */
const HEAP_MIB_MAX = 256;
/** Each is an open file and 128 KiB; of more nothing is learnt, since what some of them bring is not usual for all. */
const LOGS_MAX = 256;
/** Less teaches nothing: about twenty lines. */
const LEAST_BYTES = 4 * 1024;
/** Who asks how linesman is gets told of it where it takes longer. */
const SAID_AFTER_MS = 2_000;

export interface EarlierLearning {
  /** The sources are open and nothing is read yet. Resolves when it is known which are learnt. */
  begin(sources: readonly LiveSource[]): Promise<void>;
  /** Whether this source must not be judged yet. */
  isLearning(source: string): boolean;
  /** Resolves when it may be. */
  ended(source: string): Promise<void>;
  stop(): Promise<void>;
}

export function createEarlierLearning(parts: {
  readonly config: Config;
  readonly store: Store;
  readonly ticker: Pick<Ticker, 'take'>;
  readonly health: Health;
  readonly now: () => number;
  readonly log: Logger;
}): EarlierLearning {
  const { config, store, ticker, health, log } = parts;
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  function release(source: string): void {
    waiting.get(source)?.resolve();
    waiting.delete(source);
    if (waiting.size === 0) health.clear(NAME);
  }

  async function learn(sources: readonly Asked[]): Promise<void> {
    const now = parts.now();
    const questions: SourceQuestion[] = [];
    for (const source of sources) {
      const question = await questionOf(source, now);
      if (typeof question === 'object') questions.push(question);
      else {
        if (question !== undefined) notLearnt(source.name, question);
        release(source.name);
      }
    }
    if (questions.length === 0 || stopping.signal.aborted) return;
    const said = setTimeout(() => health.note(NAME, learningText(questions)), SAID_AFTER_MS);
    try {
      await ask({ config, sources: questions, now, withinMs: WITHIN_MS }, stopping.signal, take);
    } finally {
      clearTimeout(said);
      // It may have been said while the thread, which had answered, ended.
      health.clear(NAME);
    }
  }

  function notLearnt(source: string, error: string): void {
    log.warn({ source, error }, 'Earlier lines could not be learnt from; what is usual is learnt from now on');
  }

  function take(answer: LearnAnswer): void {
    const { source } = answer;
    if ('failed' in answer) {
      notLearnt(source, answer.failed);
    } else if (answer.learning && answer.learning.from.lines > 0 && answer.learning.from.last === undefined) {
      // Nor is that remembered: with a pattern for them the next start learns from them.
      notLearnt(source, 'no line has a stamp that a pattern knows');
    } else if (answer.learning && answer.learning.from.lines > 0) {
      ticker.take(source, answer.learning);
      const { from } = answer.learning;
      log.info(
        { source, text: learntText(from), ...(from.leftOut.length > 0 && { leftOut: from.leftOut }) },
        'Learnt from earlier lines',
      );
    }
    release(source);
  }

  return {
    async begin(sources) {
      if (config.learnFrom === 'nothing') return;
      const { state } = await loadHost(store, config.host);
      const asked = sources.flatMap((source) => askedOf(source, config, isBegun(state, source.name)));
      for (const { name } of asked) waiting.set(name, Promise.withResolvers());
      running = learn(asked)
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) notLearnt([...waiting.keys()].join(', '), messageOf(error));
        })
        .finally(() => [...waiting.keys()].forEach(release));
    },
    isLearning: (source) => waiting.has(source),
    ended: async (source) => await waiting.get(source)?.promise,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const NAME = 'learning';

/** As it is before the first round. */
interface Asked extends Pick<LiveSource, 'name'> {
  readonly globs: readonly string[];
  readonly records: ReturnType<LiveSource['reader']['records']>;
  readonly watermark: number | undefined;
}

function askedOf({ name, reader, engine }: LiveSource, { sources }: Config, isKnown: boolean): readonly Asked[] {
  const globs = sources.find((source) => source.name === name)?.files;
  if (globs === undefined || isKnown) return [];
  return [{ name, globs, records: reader.records(), watermark: engine.state().watermark }];
}

/** Nothing where there is nothing to learn from; a sentence where there is too much. */
async function questionOf(
  { name, globs, records, watermark }: Asked,
  now: number,
): Promise<SourceQuestion | string | undefined> {
  const oldest = now - AGE_MAX_MS;
  const files = await listEarlier(globs, records, oldest);
  const bytes = files.logs.flat().reduce((sum, { size }) => sum + size, 0);
  if (bytes < LEAST_BYTES) return undefined;
  if (files.logs.length > LOGS_MAX)
    return `Its files are ${files.logs.length} logs, and ${LOGS_MAX} are the most that can be learnt from`;
  // What an earlier start counted is still in the windows, as far back as they reach.
  const counted = watermark === undefined ? now : watermark - SECONDS.pages * pageMs(SECONDS);
  return { name, files, countedFrom: Math.min(now, counted), oldest };
}

function learningText(questions: readonly SourceQuestion[]): string {
  const names = questions.map(({ name }) => name).join(', ');
  return `What is usual is learnt from the lines that were there before (${names}), for ${WITHIN_MS / 1_000} s at most. What is written now is counted, and judged when that is done.`;
}

/** Rejects where the thread fails or hangs, or when it is to stop. */
async function ask(question: LearnQuestion, signal: AbortSignal, each: (answer: LearnAnswer) => void): Promise<void> {
  const file = new URL(`./learn-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const thread = new Worker(file, { workerData: question, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX } });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = () => reject(new Error('the service stops'));
  const timer = setTimeout(() => reject(new Error('it takes too long')), question.withinMs + GRACE_MS);
  thread.on('message', each);
  thread.on('error', reject);
  thread.on('exit', () => resolve());
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    await thread.terminate();
  }
}
