/** The chains in Redis: one commit is one compare and one write command, tried until its outcome is known. */
import type { Redis } from 'ioredis';
import type { Commit, CommitResult, Store } from '../core/ports.ts';
import { loadScript, runScript, type ScriptArgument } from './script.ts';
import { untilKnown } from './until-known.ts';

/** Lua's unpack ends near 8,000 values; a pair is two, and the head is one pair. */
export const MAX_PAIRS = 3_900;
const READ_KEYS_MAX = 1_000;

/** Everything it does is tried again until it works or the signal aborts (or the connection is ended): then it rejects. */
export function createRedisStore(parts: {
  readonly redis: Redis;
  readonly onTrouble: (message: string) => void;
  readonly onOk: () => void;
  readonly signal?: AbortSignal;
}): Store {
  const { redis } = parts;
  const script = loadScript('commit.lua');

  return {
    async read(chain, names) {
      const keys = names.map((name) => keyOf(chain, name));
      const found: (Uint8Array | undefined)[] = [];
      for (let start = 0; start < keys.length; start += READ_KEYS_MAX) {
        const some = keys.slice(start, start + READ_KEYS_MAX);
        const values = await untilKnown(parts, () => redis.mgetBuffer(some));
        for (const value of values) found.push(value ?? undefined);
      }
      return found;
    },
    async commit(commit) {
      const pairs = commit.blobs.length + 1;
      const keys = pairs + (commit.removed?.length ?? 0);
      if (pairs > MAX_PAIRS) {
        throw new Error(`A commit of ${commit.chain} has ${pairs} pairs, and ${MAX_PAIRS} is the most.`);
      }
      const args = argumentsOf(commit);
      return resultOf(await untilKnown(parts, () => runScript(redis, script, keys, args)));
    },
  };
}

function argumentsOf({ chain, parent, id, head, blobs, removed = [] }: Commit): readonly ScriptArgument[] {
  return [
    keyOf(chain, 'head'),
    ...blobs.map(({ name }) => keyOf(chain, name)),
    ...removed.map((name) => keyOf(chain, name)),
    parent,
    id,
    bufferOf(head),
    ...blobs.map(({ bytes }) => bufferOf(bytes)),
  ];
}

/** The braces give every key of a chain one slot: the script works on a cluster too. */
function keyOf(chain: string, name: string): string {
  return `{${chain}}:${name}`;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function resultOf(reply: unknown): CommitResult {
  if (reply === 'ok' || reply === 'dup' || reply === 'conflict') return reply;
  throw new Error(`The commit script answered ${JSON.stringify(reply)}.`);
}
