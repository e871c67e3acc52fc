import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../../src/core/errors.ts';
import { decodeHead, encodeHead, headId } from '../../../src/core/window/head.ts';

test('what was encoded is decoded, with the id of its commit', () => {
  const body = { files: [], latenessMs: 250, note: 'zwei\nZeilen ✓' };

  assert.deepEqual(decodeHead(encodeHead('b0a1.7', body)), { id: 'b0a1.7', body });
});

test('its id is read without the rest, and none where the first line is no head', () => {
  const heads = [encodeHead('b0a1.7', { note: 'zwei\nZeilen' }), ...['', 'LM1', 'LM2 x\n{}', '{}\n'].map(bytesOf)];

  assert.deepEqual(heads.map(headId), ['b0a1.7', undefined, undefined, undefined, undefined]);
});

test('the state of a newer linesman is refused with its remedy', () => {
  const newer = new TextEncoder().encode('LM2 b0a1.7\n{}');

  assert.throws(
    () => decodeHead(newer),
    (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.code, 'STATE_NEWER');
      assert.match(error.message, /"LM2" and this linesman reads LM1: start the newer linesman/);
      return true;
    },
  );
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
