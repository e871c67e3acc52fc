/** Looks at what linesman has stored, with commands that read only. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { connectRedis, describeUrl, socketUrl } from './connect.ts';
import { leftoverPid } from './leftover.ts';
import { within } from './limits.ts';

const ANSWER_WITHIN_MS = 5_000;
const SCAN_COUNT = 1_000;
/** Keys of one host: 50 sources have about 70 each. A Redis with more has somebody else's. */
export const MAX_KEYS = 20_000;

export interface StoredBlob {
  readonly chain: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Looker {
  /** All blobs of this host's chains, or of the one named, ordered by chain and name. */
  blobs(host: string, chain?: string): Promise<readonly StoredBlob[]>;
  close(): void;
}

/** Rejects with an Error whose message says why where Redis does not answer. */
export async function lookAtRedis(url: string): Promise<Looker> {
  let trouble = '';
  const redis = connectRedis({
    url,
    onTrouble(message) {
      trouble ||= message;
    },
    onOk() {},
  });
  try {
    await within(ANSWER_WITHIN_MS, redis.ping());
  } catch (error) {
    redis.disconnect();
    throw new Error(trouble || `Redis at ${describeUrl(url)} does not answer: ${messageOf(error)}`, { cause: error });
  }

  async function keys(pattern: string): Promise<readonly string[]> {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, some] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
      for (const key of some) if (found.size < MAX_KEYS) found.add(key);
      cursor = next;
    } while (cursor !== '0' && found.size < MAX_KEYS);
    return [...found];
  }

  return {
    async blobs(host, chain) {
      const patterns = chain === undefined ? [`{${host}}:*`, `{${host}/*}:*`] : [`{${chain}}:*`];
      const names = (await Promise.all(patterns.map(keys))).flat().sort();
      const blobs: StoredBlob[] = [];
      for (const key of names) {
        const [, of, name] = /^\{([^}]+)\}:(.+)$/s.exec(key) ?? [];
        // Another program's list or hash under such a name is none of ours.
        if (of === undefined || name === undefined || (await redis.type(key)) !== 'string') continue;
        const bytes = await redis.getBuffer(key);
        if (bytes) blobs.push({ chain: of, name, bytes });
      }
      return blobs;
    },
    close: () => redis.disconnect(),
  };
}

/** Address of the embedded Redis that runs in this folder; undefined where none does. */
export async function embeddedUrl(folder: string): Promise<string | undefined> {
  const pid = await leftoverPid(folder).catch(() => undefined);
  if (pid === undefined) return undefined;
  // Its socket lies elsewhere where the folder's path is too long; it shows where in the name of its process.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const shown = /(?:unixsocket:|--unixsocket\0)(\/[^\0]*[^\0\s])/.exec(command)?.[1];
  return socketUrl(shown ?? join(folder, 'redis.sock'));
}
