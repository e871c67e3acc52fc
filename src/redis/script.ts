/** Lua scripts beside the code, run by their hash: the text goes over the wire only where Redis does not know it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { messageOf } from '../core/errors.ts';

export interface Script {
  readonly text: string;
  readonly sha: string;
}

export type ScriptArgument = string | Buffer;

/** `name`: a file of this folder. */
export function loadScript(name: string): Script {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** The keys come first among the arguments. A Redis that has started anew or forgot its scripts is given the text. */
export async function runScript(
  redis: Redis,
  script: Script,
  keyCount: number,
  args: readonly ScriptArgument[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, keyCount, ...args);
  } catch (error) {
    if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
    return await redis.eval(script.text, keyCount, ...args);
  }
}
