/** What `npm test` runs: all tests, or those in the files and globs given. Sees first that there is a Redis to test with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Test files at a time: some start a Redis and measure nothing, so two use a small machine well. */
const CONCURRENCY = 2;
const NODE_MIN = 24;

async function runTests(wanted: readonly string[]): Promise<number> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < NODE_MIN) {
    process.stderr.write(`Tests need Node ${NODE_MIN}, this is ${process.versions.node}: run them by npm test.\n`);
    return 1;
  }
  await findRedis();
  const patterns = wanted.length > 0 ? wanted : ['test/**/*.test.ts'];
  const options = ['--test', '--test-reporter=spec', `--test-concurrency=${CONCURRENCY}`];
  const child = spawn(process.execPath, [...options, ...patterns], { cwd: ROOT, stdio: 'inherit' });
  // The child has the terminal's signals too, and ends what its tests started; we only wait for it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** Once, here: test files side by side would each fetch one. */
async function findRedis(): Promise<void> {
  const { ensureRedisProgram } = await import('../../src/redis/fetch-program.ts');
  process.stdout.write(`Redis: ${await ensureRedisProgram()}\n`);
}

process.exitCode = await runTests(process.argv.slice(2));
