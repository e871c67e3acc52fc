/** The public images that the Dockerfile and the compose files begin with. */
import { readFileSync } from 'node:fs';
import type { Engine } from './engine.ts';
import { run } from './machine.ts';

const ROOT = new URL('../../', import.meta.url);
const PULL_WITHIN_MS = 120_000;

/** By reading those files, so that a new one is not forgotten here. */
export function baseImages(): readonly string[] {
  const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
  const compose = read('compose.yaml') + read('compose.redis.yaml');
  const named = [
    ...read('Dockerfile').matchAll(/^FROM (\S+)/gm),
    ...compose.matchAll(/^ +image: ([\w.-]+:[\w.-]+)$/gm),
  ];
  return [...new Set(named.map(([, name = '']) => name))];
}

export async function hasBases(engine: Engine): Promise<boolean> {
  for (const name of baseImages()) if (!(await hasImage(engine, name))) return false;
  return true;
}

/** False at the first that cannot be had. */
export async function pullBases(engine: Engine): Promise<boolean> {
  for (const name of baseImages()) {
    if (await hasImage(engine, name)) continue;
    const pulled = await run(engine.program, ['pull', '-q', name], { env: engine.env, withinMs: PULL_WITHIN_MS }).catch(
      () => undefined,
    );
    if (pulled?.code !== 0) return false;
  }
  return true;
}

export async function hasImage({ program, env }: Engine, name: string): Promise<boolean> {
  return (await run(program, ['image', 'inspect', name], { env })).code === 0;
}
