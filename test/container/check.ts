/**
 * `npm run test:container`: builds the image and holds it to what the pages promise, beside a real Nginx. Where no engine can be
 * had it says why, and is no failure. What it makes in the engine it removes again; base images and packed trees stay in the cache.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { buildImage } from './build.ts';
import { type Engine, openEngine } from './engine.ts';
import { run } from './machine.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** All of it together; a hanging engine must not hang who checks. */
const WITHIN_MS = 420_000;

async function check(files: readonly string[]): Promise<number> {
  const engine = await openEngine().catch((error: Error) => error);
  if (engine instanceof Error) {
    process.stdout.write(`The container checks are left out: ${engine.message.split('\n')[0]}\n`);
    return 0;
  }
  const image = `linesman-check:${process.pid}`;
  try {
    process.stdout.write(`${await buildImage(engine, image)}\n`);
    return await runChecks(engine, image, files);
  } finally {
    const left = await run(engine.program, ['ps', '-aq', '--filter', `label=of=${image}`], { env: engine.env });
    for (const id of left.stdout.split('\n').filter(Boolean))
      await run(engine.program, ['rm', '-f', '-v', id], { env: engine.env });
    await run(engine.program, ['image', 'rm', '-f', image], { env: engine.env });
    await engine.close();
  }
}

async function runChecks(engine: Engine, image: string, files: readonly string[]): Promise<number> {
  const { program, env, socket, isOwn } = engine;
  const told = { LINESMAN_CHECK: JSON.stringify({ program, socket, isOwn, image }) };
  const args = ['--test', '--test-reporter=spec', '--test-concurrency=2', `--test-timeout=${WITHIN_MS}`, ...files];
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...env, ...told }, stdio: 'inherit' });
  checks = child;
  const timer = setTimeout(() => child.kill('SIGTERM'), WITHIN_MS);
  const [code] = (await once(child, 'exit').finally(() => clearTimeout(timer))) as [number | null];
  checks = undefined;
  return code ?? 1;
}

/** While they run they have the terminal's signals too, and what they started is removed when they have ended. */
let checks: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (!checks?.kill(signal)) process.exit(1);
  });
const given = process.argv.slice(2);
process.exitCode = await check(given.length > 0 ? given : ['test/container/*.check.ts']);
