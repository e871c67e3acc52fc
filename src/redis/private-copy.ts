/** The Redis program that the demo unpacks for this user alone, where the machine has none. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { isRedisProgram } from './find-program.ts';

/** linesman's folder in the user's cache; the copy is in `redis` in it. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'linesman');
}

/** UserError('REDIS_MISSING') of a service. A cache may be emptied at any time, so the copy is only named to it. */
export async function noProgram(): Promise<UserError> {
  const folder = join(cacheFolder(), 'redis');
  const hasCopy = await isRedisProgram(join(folder, 'redis-server'));
  const copy = ` To try linesman, the copy that its demo unpacked will do: PATH="${folder}:$PATH" linesman run`;
  return new UserError(
    'REDIS_MISSING',
    `There is no redis-server or valkey-server to start; run: apt-get install redis-server, or set REDIS_URL to a Redis that is there.${hasCopy ? copy : ''}`,
  );
}
