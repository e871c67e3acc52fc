/** Is this a Redis that linesman can trust its state to. */
import type { Redis } from 'ioredis';
import { UserError } from '../core/errors.ts';
import { pauseMs } from './pause.ts';

const OLDEST_MAJOR = 7;
const RETRY_MS = 200;
const AUTH_ERROR = /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH))/i;

/**
 * Waits until Redis answers, however long that takes, then checks it. Throws UserError REDIS_AUTH, REDIS_OLD or
 * REDIS_POLICY; what can be lived with comes back as warnings. Rejects when the signal aborts or the connection was ended by us.
 */
export async function checkRedis(
  redis: Redis,
  signal?: AbortSignal,
): Promise<{ readonly warnings: readonly string[] }> {
  const server = await info(redis, 'server', signal);
  requireVersion(server.get('redis_version') ?? 'unknown', server.get('valkey_version'));
  const memory = await info(redis, 'memory', signal);
  requirePolicy(memory.get('maxmemory_policy') ?? 'noeviction');
  const persistence = await info(redis, 'persistence', signal);
  const cluster = await info(redis, 'cluster', signal);
  return {
    warnings: [
      ...(persistence.get('aof_enabled') === '0' ? [AOF_OFF] : []),
      ...(cluster.get('cluster_enabled') === '1' ? [CLUSTER_ON] : []),
    ],
  };
}

const AOF_OFF =
  'Redis keeps no append-only file: after a crash of Redis linesman starts again from its last snapshot. Run: redis-cli CONFIG SET appendonly yes, and set it in redis.conf too.';
const CLUSTER_ON =
  'Redis is a node of a cluster, and linesman speaks to this node alone: what belongs to another node cannot be stored. Name a Redis in REDIS_URL that is no cluster.';

/** Asked only over a connection that is there: ioredis would keep each question of an outage in a queue without bound. */
async function info(redis: Redis, section: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  let refusal: string | undefined;
  // Before the connection is ready a refused password only shows as an error event.
  const onError = (error: Error) => {
    if (AUTH_ERROR.test(error.message)) refusal = error.message;
  };
  redis.on('error', onError);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const text = redis.status === 'ready' ? await redis.info(section).catch(onError) : undefined;
      if (text !== undefined) return fieldsOf(text);
      if (refusal !== undefined) throw refused(refusal);
      if (redis.status === 'end') throw new Error('The connection to Redis was ended.');
      await pauseMs(RETRY_MS, signal);
    }
  } finally {
    redis.off('error', onError);
  }
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

function requireVersion(redisVersion: string, valkeyVersion: string | undefined): void {
  const version = valkeyVersion ?? redisVersion;
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return;
  throw new UserError(
    'REDIS_OLD',
    `Redis is version ${version.slice(0, 20)} and linesman needs 7.0 or later (or Valkey): upgrade it, or leave REDIS_URL unset to use the embedded one.`,
  );
}

function requirePolicy(policy: string): void {
  if (policy === 'noeviction') return;
  throw new UserError(
    'REDIS_POLICY',
    `Redis has maxmemory-policy ${policy.slice(0, 40)}, so it may throw linesman's state away: it must be noeviction. Run: redis-cli CONFIG SET maxmemory-policy noeviction, and set it in redis.conf too.`,
  );
}

function refused(answer: string): UserError {
  return new UserError(
    'REDIS_AUTH',
    `Redis refused the login (it answered ${answer.split(' ')[0]}): put the right user and password into REDIS_URL, as redis://user:password@host, and allow that user INFO.`,
  );
}
