/** Keeps a failure that happens a thousand times a second from filling the log: 15,000 error events a second were measured. */
import type { LogFields, Logger, LogLevel } from './logger.ts';

/** Sentences are static, so there are few; beyond this the oldest is forgotten. */
const MAX_SENTENCES = 200;

export interface RateLimitedLogger extends Logger {
  /** How many were not written since the start. */
  dropped(): number;
}

/** Each sentence at once, then at most once in everyMs; the next one carries how many were left out. */
export function rateLimited(
  log: Logger,
  everyMs: number,
  now: () => number = () => performance.now(),
): RateLimitedLogger {
  const said = new Map<string, { at: number; leftOut: number }>();
  let dropped = 0;

  const say = (level: LogLevel) => (fields: LogFields, message: string) => {
    const key = `${level} ${message}`;
    const last = said.get(key);
    if (last && now() - last.at < everyMs) {
      last.leftOut += 1;
      dropped += 1;
      return;
    }
    said.delete(key);
    said.set(key, { at: now(), leftOut: 0 });
    const oldest = said.size > MAX_SENTENCES ? said.keys().next().value : undefined;
    if (oldest !== undefined) said.delete(oldest);
    log[level](last?.leftOut ? { ...fields, leftOut: last.leftOut } : fields, message);
  };

  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    dropped: () => dropped,
  };
}
