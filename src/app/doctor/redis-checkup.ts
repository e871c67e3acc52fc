/** Is there a Redis to keep state in: the one that REDIS_URL names answers and can be trusted, or one can be started. */
import type { Config } from '../../config/config.ts';
import type { Checkup } from '../../core/checkup.ts';
import { messageOf } from '../../core/errors.ts';
import { checkRedis } from '../../redis/check.ts';
import { connectRedis, describeUrl } from '../../redis/connect.ts';
import { findRedisProgram } from '../../redis/find-program.ts';
import { installCommand } from './install-redis.ts';

const AREA = 'Redis';
const ANSWER_WITHIN_MS = 5_000;

export async function checkStorage({ redis }: Config): Promise<readonly Checkup[]> {
  return redis === undefined ? [await programCheckup()] : await serverCheckups(redis);
}

async function programCheckup(): Promise<Checkup> {
  const program = await findRedisProgram();
  if (program !== undefined)
    return {
      area: AREA,
      result: 'ok',
      says: `linesman starts ${program} for itself, with its data in the data folder.`,
    };
  const command = await installCommand();
  return {
    ...{ area: AREA, result: 'wrong' },
    says: `There is no redis-server or valkey-server to start, and REDIS_URL names none. ${command ? 'Install one; --fix does it:' : 'Install redis 7 or valkey, or name one:'}`,
    remedy: [command?.join(' ') ?? 'REDIS_URL=redis://127.0.0.1:6379/0'],
  };
}

async function serverCheckups(url: string): Promise<readonly Checkup[]> {
  let trouble: string | undefined;
  const redis = connectRedis({
    url,
    onTrouble: (message) => {
      trouble ??= message;
    },
    onOk() {},
  });
  const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const { warnings } = await checkRedis(redis, limit);
    const says = `Redis at ${describeUrl(url)} answers, is new enough and evicts nothing.`;
    return [
      { area: AREA, result: 'ok', says },
      ...warnings.map((one): Checkup => ({ area: AREA, result: 'note', says: one })),
    ];
  } catch (error) {
    // The time limit says nothing of why.
    const isUnreached = limit.aborted && trouble !== undefined;
    return [{ area: AREA, result: 'wrong', says: isUnreached ? `${trouble}. ${UNREACHED}` : messageOf(error) }];
  } finally {
    redis.disconnect();
  }
}

const UNREACHED = 'Check that it runs and that this machine may reach it.';
