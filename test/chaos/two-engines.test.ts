/** Two writers on one chain, as when a frozen linesman wakes: comparing the parent keeps the counts exact, with no lease. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createSourceEngine, type SourceEngine } from '../../src/engine/source.ts';
import { createFileReader } from '../../src/sources/files.ts';
import { parseInThread } from '../support/in-thread.ts';
import { nginxLines } from '../support/nginx-lines.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';
import { pick, seededRandom } from './random.ts';

const TURNS = 120;
const STATUSES = [200, 304, 404, 502];
const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
let server: TestRedis;

before(async () => {
  server = await startTestRedis();
});

after(async () => await server.stop());

test('two that read the same files into one chain at once count each line once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-two-'));
  const log = join(folder, 'access.log');
  await appendFile(log, '');
  const two = [await startCounting(log), await startCounting(log)] as const;
  t.after(async () => {
    for (const one of two) await one.stop();
    await rm(folder, { recursive: true });
  });
  const random = seededRandom(5);
  const written: Record<string, number> = {};

  for (let turn = 1; turn <= TURNS; turn += 1) {
    const status = pick(random, STATUSES);
    const count = 1 + Math.floor(random() * 300);
    await appendFile(log, nginxLines(count, status));
    written[status] = (written[status] ?? 0) + count;
    if (turn % 20 === 0) await rename(log, `${log}.${turn / 20}`);
    if (turn % 20 === 0) await appendFile(log, '');
    // Who was behind looks at its files anew and would come second for ever: now and then one is alone.
    const those = pick(random, [two, two, two.slice(0, 1), two.slice(1)]);
    await Promise.all(those.map(async ({ engine }) => await engine.round(Date.now())));
  }
  for (const { engine } of two) await readAll(engine);

  const judge = await startCounting(log);
  t.after(judge.stop);
  assert.deepEqual(countsOf(judge.engine), written);
  const conflicts = two.map(({ engine }) => engine.conflicts().behind);
  assert.ok(Math.min(...conflicts) >= 10, `both were behind often: ${conflicts.join(' and ')} times`);
});

let boots = 0;

/** Reader and engine as the service joins them, without the lease. */
async function startCounting(log: string) {
  const client = connectTestClient(server.url);
  const reader = createFileReader({ source: 'nginx', globs: [log], from: 'beginning', sweepMs: 0, watch: false });
  const boot = ++boots;
  let commits = 0;
  const newCommitId = () => `${boot}.${++commits}`;
  const engine = createSourceEngine({
    chain: createSourceChain({ store: client.store, host: 'test', source: 'nginx', newCommitId }),
    reader,
    parser: parseInThread({ patterns, timezone: 'UTC' }),
    async beforeAdding() {},
  });
  await engine.open(Date.now());
  return {
    engine,
    async stop() {
      await reader.close();
      client.close();
    },
  };
}

async function readAll(engine: SourceEngine): Promise<void> {
  while (!(await engine.round(Date.now())).idle);
}

function countsOf(engine: SourceEngine): Record<string, number> {
  return Object.fromEntries(engine.state().totals.map(({ status, count }) => [status, count]));
}
