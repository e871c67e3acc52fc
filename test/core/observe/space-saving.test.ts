import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addId,
  createSpaceSaving,
  entriesOf as entriesOfIds,
  TOP_CAPACITY,
} from '../../../src/core/observe/space-saving.ts';
import { createTexts } from '../../../src/core/observe/texts.ts';

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

function entriesOf(keys: readonly string[]): readonly (readonly [string, number])[] {
  const list = createSpaceSaving();
  const texts = createTexts();
  const ids = keys.map(texts.idOf);
  const slots = texts.createSmallTable().values;
  for (const id of ids) addId(list, slots, id);
  return entriesOfIds(list, texts.textOf);
}

function countsOf(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
