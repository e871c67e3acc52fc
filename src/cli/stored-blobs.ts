/** Reads what a linesman has stored in its Redis, for commands that look at it. Changes nothing. */
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { StoredBlob } from '../redis/look.ts';

/** Of this host, or of one of its chains. Throws UserError where there is no Redis to ask. */
export async function storedBlobs(
  { redis, data, host }: Config,
  chain: string | undefined,
): Promise<readonly StoredBlob[]> {
  const { embeddedUrl, lookAtRedis } = await import('../redis/look.ts');
  const { messageOf, UserError } = await import('../core/errors.ts');
  const folder = join(data, 'redis');
  const url = redis ?? (await embeddedUrl(folder));
  if (url === undefined)
    throw new UserError(
      'NOT_RUNNING',
      `No embedded Redis runs in ${folder}: start linesman, or name its folder by LINESMAN_DATA, its file by --config, or its Redis by REDIS_URL.`,
    );
  try {
    const looker = await lookAtRedis(url);
    try {
      return await looker.blobs(host, chain);
    } finally {
      looker.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('NOT_RUNNING', `${messageOf(error)} Check that it runs and that REDIS_URL is right.`, {
      cause: error,
    });
  }
}
