import assert from 'node:assert/strict';
import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commitOf } from '../contract/store.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';

const COMMITS = 30;
const CUTS = 12;
const NAMES = ['one', 'two', 'three'];

let server: TestRedis | undefined;

after(async () => {
  await server?.stop();
});

test('wherever a crash tears the append-only file, head and blobs are of one commit, also after a second start', async () => {
  server = await startTestRedis(['--appendfsync', 'always', '--auto-aof-rewrite-percentage', '0']);
  const chain = 'host/shop';
  let next = 1;

  for (let cut = 0; cut < CUTS; cut += 1) {
    next = await writeCommits(server.url, chain, next);
    await server.kill();
    await tearEnd(server.folder, cut);

    for (let start = 0; start < 2; start += 1) {
      await server.start();
      const seen = await storedCommit(server.url, chain);
      assert.deepEqual(
        seen.blobs,
        NAMES.map(() => seen.head % 256),
        `cut ${cut}, start ${start}`,
      );
      if (start === 0) {
        // One commit after the torn tail, then the second start, which reads over the place of the cut.
        await withStore(server.url, async ({ store }) => {
          const id = seen.head + 1;
          assert.equal(await store.commit(numbered(chain, seen.head, id)), 'ok');
        });
        await server.kill();
      } else {
        next = seen.head + 1;
      }
    }
  }
});

async function writeCommits(url: string, chain: string, first: number): Promise<number> {
  return await withStore(url, async ({ store }) => {
    for (let id = first; id < first + COMMITS; id += 1) {
      assert.equal(await store.commit(numbered(chain, id - 1, id)), 'ok');
    }
    return first + COMMITS;
  });
}

function numbered(chain: string, parent: number, id: number) {
  const blobs = Object.fromEntries(NAMES.map((name) => [name, [id % 256]]));
  return commitOf(chain, parent === 0 ? '' : String(parent), String(id), blobs);
}

/** Cuts off some bytes more each time, from inside the last commit to several commits back. */
async function tearEnd(folder: string, cut: number): Promise<void> {
  const place = join(folder, 'appendonlydir');
  const name =
    (await readdir(place))
      .filter((file) => file.endsWith('.incr.aof'))
      .toSorted()
      .at(-1) ?? '';
  const size = (await readFile(join(place, name))).length;
  const off = [1, 2, 9, 33, 60, 90, 110, 130, 160, 200, 333, 517][cut] ?? 1;
  await truncate(join(place, name), size - off);
}

async function storedCommit(url: string, chain: string) {
  return await withStore(url, async ({ store }) => {
    const [head, ...blobs] = await store.read(chain, ['head', ...NAMES]);
    const id = Number(/^LM1 (\d+)\n/.exec(new TextDecoder().decode(head))?.[1]);
    return { head: id, blobs: blobs.map((blob) => blob?.[0]) };
  });
}

async function withStore<Value>(
  url: string,
  use: (client: ReturnType<typeof connectTestClient>) => Promise<Value>,
): Promise<Value> {
  const client = connectTestClient(url);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
