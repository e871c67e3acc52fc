/** Asks Redis until there is an answer: with a lost reply or a Redis that is away the outcome is not known yet. */
import type { Redis } from 'ioredis';
import { messageOf } from '../core/errors.ts';
import { pauseMs } from './pause.ts';

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
    try {
      requireReady(parts.redis);
      const answer = await request();
      if (trouble !== '') parts.onOk();
      return answer;
    } catch (error) {
      const message = messageOf(error);
      if (OWN_BUG.test(message) || parts.redis.status === 'end') throw error;
      if (message !== trouble) parts.onTrouble(`Redis did not take or answer a request, trying again: ${message}`);
      trouble = message;
    }
    await pauseMs(pause, parts.signal);
  }
}

/** Without it ioredis would keep each try, with all its bytes, in a queue that has no bound. */
function requireReady(redis: Redis): void {
  if (redis.status !== 'ready') throw new Error('it is not connected');
}
