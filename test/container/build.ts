/** Builds the image as it stands, with this machine's network. */
import { fileURLToPath } from 'node:url';
import type { Engine } from './engine.ts';
import { runOk } from './machine.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BASE = 'node:24-bookworm-slim';
const WITHIN_MS = 300_000;

/** A sentence on how long it took and how large it is. */
export async function buildImage({ program, env }: Engine, image: string): Promise<string> {
  const began = performance.now();
  await runOk(program, ['build', '--network=host', '--build-arg', 'REVISION=checked', '-t', image, ROOT], {
    env,
    withinMs: WITHIN_MS,
  });
  const sizes = await runOk(program, ['image', 'inspect', '--format', '{{.Size}}', image, BASE], { env });
  const [own = 0, base = 0] = sizes.trim().split('\n').map(Number);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  return `The image was built in ${seconds} s: ${toMb(own)} MB, of which ${toMb(own - base)} MB are over ${BASE}`;
}

function toMb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
