/** `linesman why` over a real Redis that holds what an engine decided, and over a replay. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeDecision, encodeDecision } from '../../src/core/detect/decision.ts';
import { decisionNames } from '../../src/core/detect/decision-ring.ts';
import { shortId } from '../../src/core/render/subject.ts';
import { createTextReader, HOST, line, SOURCE, startHost, T0 } from '../engine/parts.ts';
import { startTestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../fixtures/burst-5xx/input/access.log.gz', import.meta.url));
const redis = await startTestRedis();
const client = connectTestClient(redis.url);
after(async () => {
  client.close();
  await redis.stop();
});

const reader = createTextReader();
const { engine, ticker } = startHost(client.store, reader);
await engine.open(T0);
for (let second = 0; second < 30; second += 1) reader.write(served(second, second < 20 ? 200 : 502).repeat(10));
await engine.round(T0 + 30_000);
const { transitions } = await ticker.tick({ complete: { [SOURCE]: T0 + 30_000 }, delivered: () => true });
const fault = transitions.find(({ to }) => to === 'firing')?.fault;

test('a fault is shown with what was asked and learnt, and is decided again as it was', async () => {
  const { code, stdout } = await linesman(['why', `#${shortId(fault?.id ?? '')}`]);

  assert.equal(code, 0);
  assert.match(stdout, /^Fault #\w{4} \([0-9a-f]{16}\) became firing at /);
  assert.match(stdout, /^Verdict {5}bad/m);
  assert.match(stdout, /^count {6}http\.5xx, .*: \d+$/m);
  assert.match(stdout, /DECIDED AGAIN\nThe same verdict\.\n$/);
});

test('an export holds the decision without what names somebody, and linesman test decides it again', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'linesman-export-')), 'story');
  const labelled = transitions.find(({ fault: one }) => Object.keys(one.first.labels).length > 0)?.fault;

  const exported = await linesman(['export', labelled?.id ?? '', '--out', folder]);
  const tested = await linesman(['test', folder]);

  assert.equal(exported.code, 0, exported.stderr);
  const [label = ''] = Object.values(labelled?.first.labels ?? {});
  assert.ok(label.length > 2);
  for (const name of ['decision.bin', 'story.md', 'expected.txt'])
    assert.ok(!(await readFile(join(folder, name))).includes(label), name);
  assert.equal(tested.code, 0, tested.stdout);
  await writeFile(join(folder, 'expected.txt'), 'something else\n');
  assert.equal((await linesman(['test', folder])).code, 1);
});

test('another verdict than that of then is told by exit code 1', async () => {
  const names = decisionNames();
  const blobs = await client.store.read(HOST, names);
  const place = blobs.findIndex((bytes) => bytes && decodeDecision(bytes)?.fault === fault?.id);
  const decision = decodeDecision(blobs[place] as Uint8Array);
  assert.ok(decision);
  const changed = { ...decision, said: { ...decision.said, verdict: 'well' as const } };
  await client.redis.set(`{${HOST}}:${names[place]}`, Buffer.from(encodeDecision(changed)));

  const { code, stdout } = await linesman(['why', fault?.id ?? '', '--json']);

  assert.equal(code, 1);
  const { decision: kept, again } = JSON.parse(stdout);
  assert.deepEqual([kept.said.verdict, again.said.verdict, again.isSame], ['well', 'bad', false]);
});

test('an id that nobody knows is a mistake that says what to do', async () => {
  const { code, stderr } = await linesman(['why', 'ZZZZ']);

  assert.notEqual(code, 0);
  assert.match(stderr, /No decision of a fault "ZZZZ" is kept/);
});

test('a replay shows its own decisions', async () => {
  const story = await linesman(['replay', FIXTURE]);
  const id = /replay HTTP 5xx .* #(\w{4})"/.exec(story.stdout)?.[1] ?? '';

  const { code, stdout } = await linesman(['replay', FIXTURE, '--why', id]);

  assert.equal(code, 0);
  assert.match(stdout, /DECIDED AGAIN\nThe same verdict\.\n$/);
});

async function linesman(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, REDIS_URL: redis.url, LINESMAN_HOST: HOST, LINESMAN_CONFIG: '/dev/null' };
  return await new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

function served(second: number, status: number): string {
  return line(second, status).replace('\n', ' host=shop.example.com\n');
}
