/** Asks Redis until there is an answer: with a lost reply or a Redis that is away the outcome is not known yet. */
import type { Redis } from 'ioredis';
import { messageOf } from '../core/errors.ts';
import { pauseMs } from './pause.ts';
import { explained } from './remedy.ts';

const FIRST_PAUSE_MS = 20;
const PAUSE_MAX_MS = 1_000;
/** Answers that no other try can change: our own bug. */
const OWN_BUG =
  /^(WRONGTYPE|CROSSSLOT|ERR (wrong number|unknown command|syntax error|value is not|Error (compiling|running) script))/;

/** The request must be one that may be done twice. Rejects when the signal aborts or the connection was ended by us. */
export async function untilKnown<Answer>(
  parts: {
    readonly redis: Redis;
    readonly onTrouble: (message: string) => void;
    readonly onOk: () => void;
    readonly signal?: AbortSignal;
  },
  request: () => Promise<Answer>,
): Promise<Answer> {
  let trouble = '';
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, PAUSE_MAX_MS)) {
    parts.signal?.throwIfAborted();
    // Not sent while there is no connection: ioredis would keep each try, with all its bytes, in a queue without bound.
    if (parts.redis.status === 'ready') {
      try {
        const answer = await orClosed(parts.redis, request());
        if (trouble !== '') parts.onOk();
        return answer;
      } catch (error) {
        const message = messageOf(error);
        if (OWN_BUG.test(message)) throw error;
        // Each time, since a new connection says that all is well, and a full Redis still takes nothing.
        parts.onTrouble(`Redis did not take or answer a request, trying again: ${explained(message)}`);
        trouble = message;
      }
    }
    if (parts.redis.status === 'end') throw new Error('The connection to Redis was ended.');
    await pauseMs(pause, parts.signal);
  }
}

/** ioredis 6.0.0 leaves some requests of a closed connection unsettled until their time-out (its issue 2193). */
async function orClosed<Answer>(redis: Redis, answer: Promise<Answer>): Promise<Answer> {
  let onClose: () => void = () => {};
  const closed = new Promise<never>((_resolve, reject) => {
    onClose = () => reject(new Error('the connection was closed before the answer came'));
    redis.once('close', onClose);
  });
  try {
    return await Promise.race([answer, closed]);
  } finally {
    redis.off('close', onClose);
    // Whichever comes second is nobody's any more.
    answer.catch(() => {});
    closed.catch(() => {});
  }
}
