import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createListedTexts, KEY_BYTES } from '../../../src/core/observe/listed-texts.ts';
import {
  addText,
  clearSpaceSaving,
  createSpaceSaving,
  entriesOf as entriesOfList,
  type SpaceSaving,
  TOP_CAPACITY,
} from '../../../src/core/observe/space-saving.ts';
import { hashBytes } from '../../../src/core/observe/text-hash.ts';

test('few keys are counted exactly, most counts first', () => {
  const key = fc.integer({ min: 0, max: TOP_CAPACITY - 1 }).map(String);

  fc.assert(
    fc.property(fc.array(key, { maxLength: 300 }), (keys) => {
      const entries = entriesOf(keys);

      assert.deepEqual(Object.fromEntries(entries), countsOf(keys));
      assert.deepEqual(
        entries.map(([, count]) => count),
        entries.map(([, count]) => count).sort((a, b) => b - a),
      );
    }),
  );
});

test('of many keys the frequent ones stay, and no count is too high', () => {
  const key = fc.oneof(fc.constantFrom('often', 'also'), fc.integer({ min: 0, max: 1_000 }).map(String));

  fc.assert(
    fc.property(fc.array(key, { minLength: 200, maxLength: 600 }), (keys) => {
      const entries = new Map(entriesOf(keys));
      const truth = countsOf(keys);

      assert.ok(entries.size <= TOP_CAPACITY);
      for (const [name, count] of entries) assert.ok(count >= 1 && count <= (truth[name] ?? 0));
      for (const name of ['often', 'also']) {
        const share = (truth[name] ?? 0) / keys.length;
        if (share > 1 / TOP_CAPACITY) assert.ok(entries.has(name), `${name} has ${share} and is gone`);
      }
    }),
  );
});

test('texts that share a hash are told apart by their bytes', () => {
  const key = fc.array(fc.constantFrom('a', 'b', 'é', '漢'), { maxLength: 4 }).map((letters) => letters.join(''));

  fc.assert(
    fc.property(fc.array(key, { maxLength: 400 }), (keys) => {
      const list = createSpaceSaving();
      const sameEnds = createSpaceSaving();
      const sameHash = createSpaceSaving();

      add(list, keys);
      add(sameEnds, keys, (hash) => hash << 8);
      add(sameHash, keys, () => 7);

      assert.deepEqual(entriesOfList(sameEnds), entriesOfList(list));
      assert.deepEqual(entriesOfList(sameHash), entriesOfList(list));
    }),
  );
});

test('a list says what the algorithm says that looks through all keys, and the same when it is used again', () => {
  const key = fc.integer({ min: 0, max: 60 }).map((number) => `key ${number}`);
  const list = createSpaceSaving();

  fc.assert(
    fc.property(fc.array(key, { maxLength: 600 }), (keys) => {
      clearSpaceSaving(list);

      add(list, keys);

      assert.deepEqual(entriesOfList(list), plainly(keys));
    }),
  );
});

/** Of keys with the least count the next one from where the last one was replaced goes. */
function plainly(keys: readonly string[]): readonly (readonly [string, number])[] {
  const slots: { key: string; count: number; taken: number }[] = [];
  let cursor = 0;
  for (const key of keys) {
    const known = slots.find((slot) => slot.key === key);
    if (known) known.count += 1;
    else if (slots.length < TOP_CAPACITY) slots.push({ key, count: 1, taken: 0 });
    else {
      const least = Math.min(...slots.map(({ count }) => count));
      const isNew = least !== lastLeast;
      lastLeast = least;
      if (isNew) cursor = 0;
      while (slots[cursor]?.count !== least) cursor = (cursor + 1) % TOP_CAPACITY;
      slots[cursor] = { key, count: least + 1, taken: least };
    }
  }
  lastLeast = 0;
  return slots
    .map(({ key, count, taken }) => [key, count - taken] as const)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

let lastLeast = 0;

function entriesOf(keys: readonly string[]): readonly (readonly [string, number])[] {
  const list = createSpaceSaving();
  add(list, keys);
  return entriesOfList(list);
}

function add(list: SpaceSaving, keys: readonly string[], changed: (hash: number) => number = (hash) => hash): void {
  const bytes = new Uint8Array(KEY_BYTES);
  const texts = createListedTexts({ view: new DataView(bytes.buffer) }, 1);
  for (const key of keys) {
    const { written } = new TextEncoder().encodeInto(key, bytes);
    texts.lengths[0] = written;
    texts.keys[0] = changed(hashBytes(bytes, 0, written));
    addText(list, texts, 0);
  }
}

function countsOf(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
