/**
 * What `npm test` runs: all tests, or those in the files and globs given. `--long`: those that are better the longer they
 * run, with ten times as many runs (LINESMAN_TEST_RUNS). Sees first that there is a Redis to test with.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Test files at a time: some start a Redis and measure nothing, so two use a small machine well. */
const CONCURRENCY = 2;
const NODE_MIN = 24;
/** Tests that look at one of these. */
const LONG_TESTS = ['test/property/*.test.ts', 'test/sources/memory.test.ts', 'test/config/expression-safety.test.ts'];
const LONG = { LINESMAN_TEST_RUNS: '2000', LINESMAN_TEST_LONG: '1' };

async function runTests(wanted: readonly string[], isLong: boolean): Promise<number> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < NODE_MIN) {
    process.stderr.write(`Tests need Node ${NODE_MIN}, this is ${process.versions.node}: run them by npm test.\n`);
    return 1;
  }
  await findRedis();
  const usual = isLong ? LONG_TESTS : ['test/**/*.test.ts'];
  const patterns = wanted.length > 0 ? wanted : usual;
  const env = isLong ? { ...LONG, ...process.env } : process.env;
  const options = ['--test', '--test-reporter=spec', `--test-concurrency=${CONCURRENCY}`];
  const child = spawn(process.execPath, [...options, ...patterns], { cwd: ROOT, env, stdio: 'inherit' });
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

const given = process.argv.slice(2);
process.exitCode = await runTests(
  given.filter((word) => word !== '--long'),
  given.includes('--long'),
);
