import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StateMirror } from '../src/core/ports.ts';
import type { SourceState } from '../src/core/types.ts';
import { openMirror } from '../src/data-mirror.ts';
import { emptySourceState } from '../src/engine/source-state.ts';
import { until } from './support/until.ts';

const CHAIN = 'web-1/nginx';

test('what was saved last is there at the next start', async (t) => {
  const { open } = await folderFor(t);
  const first = await open();
  for (const count of [1, 2, 3]) first.save(CHAIN, stateOf(count));
  await first.close();

  const second = await open();

  assert.deepEqual(await second.load(CHAIN), stateOf(3));
});

test('a state is written without a close, and one that still waits is given back too', async (t) => {
  const { open, path } = await folderFor(t);
  const mirror = await open();
  mirror.save(CHAIN, stateOf(1));
  await until('it is written', async () => (await read(path))?.includes('"count":1') ?? false);

  mirror.save(CHAIN, stateOf(2));

  assert.deepEqual(await mirror.load(CHAIN), stateOf(2));
  assert.deepEqual(await (await open()).load(CHAIN), stateOf(1));
  await until('it is written too', async () => (await read(path))?.includes('"count":2') ?? false);
  await mirror.close();
});

test('many states in a second make few writes, and the last one is kept', async (t) => {
  const { open, path } = await folderFor(t);
  const mirror = await open();
  const seen = new Set<string>();
  for (let count = 1; count <= 200; count += 1) {
    mirror.save(CHAIN, stateOf(count));
    if (count % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    seen.add((await read(path)) ?? '');
  }
  await mirror.close();

  assert.ok(seen.size <= 3, `${seen.size} different files were seen`);
  assert.deepEqual(await (await open()).load(CHAIN), stateOf(200));
});

test('a first start finds nothing, and says nothing', async (t) => {
  const { open, troubles } = await folderFor(t);

  assert.equal(await (await open()).load(CHAIN), undefined);
  assert.deepEqual(troubles, []);
});

test('a mirror of another host or another source is not taken', async (t) => {
  const { open, path, troubles } = await folderFor(t);
  await saved(await open(), 'web-2/nginx');
  await writeFile(path.replace('nginx.json', 'shop.json'), (await read(path)) ?? '');

  const mirror = await open();

  assert.equal(await mirror.load('web-1/nginx'), undefined);
  assert.equal(await mirror.load('web-2/shop'), undefined);
  assert.equal(await mirror.load('web-1/never'), undefined);
  assert.equal(troubles.filter((message) => message.includes('belongs to another host or source')).length, 2);
});

test('a torn, a foreign and an altered file are left out, each with a warning', async (t) => {
  const { open, path, troubles } = await folderFor(t);
  await saved(await open(), CHAIN);
  const good = (await read(path)) ?? '';
  const bad = {
    empty: '',
    NULs: '\0'.repeat(4_096),
    'half of one': good.slice(0, good.length / 2),
    'another number': good.replace('"count":7', '"count":8'),
    'another version': good.replace('"version":1', '"version":9'),
    'no object': 'null',
    'another program': '{"state":{"files":[]}}',
  };

  for (const [what, text] of Object.entries(bad)) {
    await writeFile(path, text);
    assert.equal(await (await open()).load(CHAIN), undefined, what);
  }
  await truncate(path, 32 * 1024 * 1024);
  assert.equal(await (await open()).load(CHAIN), undefined, 'a huge one');

  assert.equal(troubles.length, Object.keys(bad).length + 1);
});

test('a folder that cannot be written is said and ends nothing', async (t) => {
  const { folder, open, troubles } = await folderFor(t);
  await writeFile(join(folder, 'mirror'), 'a file where the folder must be');
  const mirror = await open();

  mirror.save(CHAIN, stateOf(1));
  await mirror.close();

  assert.match(troubles.join('\n'), /cannot be written: .*(EEXIST|ENOTDIR)/);
});

test('nothing half-written stays behind', async (t) => {
  const { folder, open } = await folderFor(t);
  await saved(await open(), CHAIN);

  assert.deepEqual(await readdir(join(folder, 'mirror')), ['nginx.json']);
});

async function saved(mirror: StateMirror, chain: string): Promise<void> {
  mirror.save(chain, stateOf(7));
  await mirror.close();
}

async function read(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(() => undefined);
}

function stateOf(count: number): SourceState {
  return { ...emptySourceState(), totals: [{ pattern: 'nginx', status: '200', count }], watermark: 1_000 * count };
}

async function folderFor(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-mirror-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const troubles: string[] = [];
  const open = async () => await openMirror({ folder, onTrouble: (message) => void troubles.push(message) });
  return { folder, open, troubles, path: join(folder, 'mirror', 'nginx.json') };
}
