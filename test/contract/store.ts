/** What every Store must do. A test file calls it with the store it makes. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Commit, Store } from '../../src/core/ports.ts';
import { encodeHead } from '../../src/core/window/head.ts';

let chains = 0;

export function storeContract(name: string, store: () => Store): void {
  test(`${name}: reads nothing where nothing was written`, async () => {
    assert.deepEqual(await store().read(newChain(), ['head', 'w:1']), [undefined, undefined]);
    assert.deepEqual(await store().read(newChain(), []), []);
  });

  test(`${name}: gives back what was committed, in the order asked`, async () => {
    const chain = newChain();

    assert.equal(await store().commit(commitOf(chain, '', 'a', { one: [1], two: [2] })), 'ok');

    const [two, none, one, head] = await store().read(chain, ['two', 'none', 'one', 'head']);
    assert.deepEqual([bytes(two), none, bytes(one)], [[2], undefined, [1]]);
    assert.deepEqual(bytes(head), bytes(encodeHead('a', {})));
  });

  test(`${name}: follows a chain, and keeps blobs a commit does not name`, async () => {
    const chain = newChain();

    assert.equal(await store().commit(commitOf(chain, '', 'a', { one: [1], two: [2] })), 'ok');
    assert.equal(await store().commit(commitOf(chain, 'a', 'b', { two: [22] })), 'ok');

    const [one, two] = await store().read(chain, ['one', 'two']);
    assert.deepEqual([bytes(one), bytes(two)], [[1], [22]]);
  });

  test(`${name}: what a commit removes is gone with it, and stays where the commit is refused`, async () => {
    const chain = newChain();
    await store().commit(commitOf(chain, '', 'a', { one: [1], two: [2], three: [3] }));

    assert.equal(await store().commit({ ...commitOf(chain, 'x', 'b', {}), removed: ['one'] }), 'conflict');
    const removed = ['two', 'never'];
    assert.equal(await store().commit({ ...commitOf(chain, 'a', 'b', { four: [4] }), removed }), 'ok');
    assert.equal(await store().commit({ ...commitOf(chain, 'b', 'c', { two: [22] }), removed: ['three'] }), 'ok');

    const found = await store().read(chain, ['one', 'two', 'three', 'four', 'never']);
    assert.deepEqual(found.map(bytes), [[1], [22], undefined, [4], undefined]);
  });

  test(`${name}: the same commit again is a dup and changes nothing`, async () => {
    const chain = newChain();
    await store().commit(commitOf(chain, '', 'a', { one: [1] }));

    assert.equal(await store().commit(commitOf(chain, '', 'a', { one: [9] })), 'dup');

    assert.deepEqual(bytes((await store().read(chain, ['one']))[0]), [1]);
  });

  test(`${name}: another parent than the head is a conflict and changes nothing`, async () => {
    const chain = newChain();
    await store().commit(commitOf(chain, '', 'a', { one: [1] }));

    for (const parent of ['', 'b', 'A', 'a ', 'a\0']) {
      assert.equal(await store().commit(commitOf(chain, parent, 'c', { one: [9] })), 'conflict');
    }
    assert.equal(await store().commit(commitOf(newChain(), 'a', 'b', {})), 'conflict');

    assert.deepEqual(bytes((await store().read(chain, ['one']))[0]), [1]);
  });

  test(`${name}: chains do not touch each other`, async () => {
    const host = newChain();
    const source = `${host}/shop`;

    await store().commit(commitOf(host, '', 'a', { one: [1] }));
    await store().commit(commitOf(source, '', 'b', { one: [2] }));

    assert.deepEqual(bytes((await store().read(host, ['one']))[0]), [1]);
    assert.deepEqual(bytes((await store().read(source, ['one']))[0]), [2]);
  });

  test(`${name}: of two that write at once exactly one gets in`, async () => {
    const chain = newChain();

    const results = await Promise.all(
      ['a', 'b', 'c', 'd'].map((id) => store().commit(commitOf(chain, '', id, { one: [id.charCodeAt(0)] }))),
    );

    assert.deepEqual(results.toSorted(), ['conflict', 'conflict', 'conflict', 'ok']);
    const winner = 'abcd'[results.indexOf('ok')] ?? '';
    assert.deepEqual(bytes((await store().read(chain, ['one']))[0]), [winner.charCodeAt(0)]);
  });

  test(`${name}: bytes of any kind come back as they were`, async () => {
    const chain = newChain();
    const every = Uint8Array.from({ length: 256 }, (_, index) => index);
    const large = randomBytes(200_000);
    const view = new Uint8Array(every.buffer, 100, 20);
    const blobs = [
      { name: 'every', bytes: every },
      { name: 'large', bytes: large },
      { name: 'view', bytes: view },
      { name: 'empty', bytes: new Uint8Array(0) },
    ];

    await store().commit({ chain, parent: '', id: 'a', head: encodeHead('a', { text: 'grün\r\n' }), blobs });

    const read = await store().read(chain, ['every', 'large', 'view', 'empty']);
    assert.deepEqual(read.map(bytes), [every, large, view, new Uint8Array(0)].map(bytes));
  });

  test(`${name}: takes as many blobs as a commit may hold`, async () => {
    const chain = newChain();
    const names = Array.from({ length: 3_899 }, (_, index) => `w:${index}`);
    const blobs = names.map((blob, index) => ({ name: blob, bytes: Uint8Array.of(index % 256) }));

    assert.equal(await store().commit({ chain, parent: '', id: 'a', head: encodeHead('a', {}), blobs }), 'ok');

    const read = await store().read(chain, names);
    assert.deepEqual(
      read.map((one) => one?.[0]),
      blobs.map((one) => one.bytes[0]),
    );
  });
}

export function commitOf(chain: string, parent: string, id: string, blobs: Record<string, number[]>): Commit {
  const named = Object.entries(blobs).map(([name, values]) => ({ name, bytes: Uint8Array.from(values) }));
  return { chain, parent, id, head: encodeHead(id, {}), blobs: named };
}

export function newChain(): string {
  chains += 1;
  return `host-${chains}`;
}

function bytes(value: Uint8Array | undefined): number[] | undefined {
  return value === undefined ? undefined : [...value];
}
