import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readString, walkMembers } from '../../../../src/core/parse/wrappers/json-members.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\\', '"', '\\"', '\\\\', '__proto__', '[', '}'));
const object = fc.dictionary(text, fc.oneof(text, fc.jsonValue()), { minKeys: 1 });

test('every member of a JSON object is found, with its value', () => {
  fc.assert(
    fc.property(object, fc.constantFrom(0, 1, '\t'), (value, space) => {
      const json = JSON.stringify(value, undefined, space);

      const { isWhole, members } = walk(json);

      assert.equal(isWhole, true);
      // Not compared with JSON.parse: V8 13.6 reads the name \" as \\ once it has met an object with \ and \\.
      assert.deepEqual(
        members.map(([name]) => name),
        Object.keys(value),
      );
      if (space === 0)
        assert.deepEqual(
          members.map(([, part]) => part),
          Object.values(value).map((one) => JSON.stringify(one)),
        );
      for (const [, part] of members) {
        const parsed: unknown = JSON.parse(part);
        assert.equal(readString(part, 0, part.length), typeof parsed === 'string' ? parsed : undefined);
      }
    }),
  );
});

test('what is cut off, or has something behind it, is no object', () => {
  fc.assert(
    fc.property(object, fc.nat(), (value, at) => {
      const json = JSON.stringify(value);

      assert.equal(walk(json.slice(0, at % json.length)).isWhole, false);
      assert.equal(walk(`${json}x`).isWhole, false);
      assert.equal(walk(`[${json}]`).isWhole, false);
    }),
  );
});

test('no text is too strange, and none too deep', () => {
  const letters = fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', ' ', 'a', '1'), { maxLength: 40 });

  fc.assert(
    fc.property(letters, (pieces) => {
      const { members } = walk(pieces.join(''));
      assert.ok(members.length <= pieces.length);
    }),
  );
  assert.equal(walk(`{"a":${'['.repeat(1_000_000)}`).isWhole, false);
  assert.equal(walk(`{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`).isWhole, true);
});

function walk(json: string): { isWhole: boolean; members: [name: string, value: string][] } {
  const members: [string, string][] = [];
  const isWhole = walkMembers(json, (name, from, to) => {
    members.push([name, json.slice(from, to)]);
    return true;
  });
  return { isWhole, members };
}
