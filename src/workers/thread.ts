/** One parsing thread as the main thread has it: questions go in, answers come back in their order. */
import { Worker } from 'node:worker_threads';
import type { PatternSpec } from '../core/parse/pattern.ts';
import {
  type Answer,
  BEAT_CALLS,
  BEAT_ID,
  BEAT_LENGTH,
  BEAT_PATTERN,
  BEAT_STARTED,
  type Question,
  type ToThread,
} from './messages.ts';
import type { FromThread, ThreadOptions } from './parse-worker.ts';
import { createSlot, type Slot } from './slot.ts';

/** Questions a thread has at a time: while it works on one the next is there already. */
export const QUESTIONS_AT_A_TIME = 2;

/** A thread that is let end does so within this time, or is ended; one that is still starting is waited for. */
export const END_MS = 1_000;

/** A question, and who waits for its answer. */
export interface Asked {
  readonly question: Question;
  /** Threads that ended while they had it. */
  readonly ends: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Where a thread is. */
export interface Beat {
  readonly id: number;
  readonly calls: number;
  /** Index of the pattern whose RegExp is being asked, or NO_PATTERN. */
  readonly pattern: number;
}

export interface Thread {
  /** Questions it has and has not answered, in their order. */
  readonly waiting: readonly Asked[];
  /** Before it is asked anything. `tooSlow` names those whose RegExp it must not ask. */
  load(patterns: readonly PatternSpec[], tooSlow: readonly string[]): void;
  ask(asked: Asked): void;
  tellTooSlow(pattern: string): void;
  beat(): Beat;
  /** CPU time it has used, ms; undefined where that is not known. */
  cpuMs(): Promise<number | undefined>;
  /** Ends it at once, whatever it does. */
  end(): Promise<void>;
  /** Lets it end, if it does so soon: Node may crash where a thread is ended while it starts. */
  letEnd(): Promise<void>;
}

export function startThread(on: {
  readonly answered: (thread: Thread) => void;
  readonly ended: (thread: Thread, error: unknown) => void;
}): Thread {
  const beat = new Int32Array(new SharedArrayBuffer(BEAT_LENGTH * Int32Array.BYTES_PER_ELEMENT));
  const file = new URL(`./parse-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const worker = new Worker(file, { workerData: { beat } satisfies ThreadOptions });
  const waiting: Asked[] = [];
  const slots = Array.from({ length: QUESTIONS_AT_A_TIME }, createSlot);
  /** Slots take turns, as answers come in the order of the questions. */
  let turn = 0;
  let isEnded = false;
  let failure: unknown;

  function send(message: ToThread): void {
    worker.postMessage(message);
  }

  const thread: Thread = {
    waiting,
    load: (patterns, tooSlow) => send({ kind: 'patterns', patterns, tooSlow }),
    ask(asked) {
      const { question } = asked;
      const { slice } = question;
      const slot = slots[turn % slots.length] as Slot;
      turn += 1;
      waiting.push(asked);
      send({ kind: 'ask', question: { ...question, slice: { ...slice, bytes: slot.share(slice.bytes) } } });
    },
    tellTooSlow: (pattern) => send({ kind: 'tooSlow', pattern }),
    beat: () => ({
      id: Atomics.load(beat, BEAT_ID),
      calls: Atomics.load(beat, BEAT_CALLS),
      pattern: Atomics.load(beat, BEAT_PATTERN),
    }),
    async cpuMs() {
      const usage = await worker.cpuUsage().catch(() => undefined);
      return usage && (usage.user + usage.system) / 1_000;
    },
    async end() {
      isEnded = true;
      await worker.terminate();
    },
    async letEnd() {
      if (isEnded) return;
      isEnded = true;
      const ended = new Promise<unknown>((resolve) => worker.once('exit', resolve));
      send({ kind: 'end' });
      const giveUp = setInterval(() => {
        if (Atomics.load(beat, BEAT_STARTED) === 1) void worker.terminate();
      }, END_MS);
      await ended;
      clearInterval(giveUp);
    },
  };

  worker.on('message', (message: FromThread) => {
    // What it still had to say has been asked of another one.
    if (isEnded) return;
    const asked = waiting.shift();
    if ('error' in message) asked?.reject(message.error);
    else asked?.resolve(message.answer);
    on.answered(thread);
  });
  worker.on('error', (error) => {
    failure = error;
  });
  worker.on('exit', () => {
    isEnded = true;
    on.ended(thread, failure);
  });
  return thread;
}
