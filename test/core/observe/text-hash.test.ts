import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distinctHash } from '../../../src/core/observe/distinct.ts';
import { hashBytes } from '../../../src/core/observe/text-hash.ts';

/** MurmurHash3_x86_32 with seed 0, as others give it too (Wikipedia's page on MurmurHash has three of these). */
const VECTORS = [
  ['', 0],
  ['a', 0x3c2569b2],
  ['abc', 0xb3dd93fa],
  ['test', 0xba6bd213],
  ['Hello, world!', 0xc0363e43],
  ['hello', 0x248bfa47],
  ['hello, world', 0x149bbb7f],
  ['19 Jan 2038 at 3:14:07 AM', 0xe31e8a70],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ['The quick brown fox jumps over the lazy dog.', 0xd5c48bfc],
] as const;

for (const [text, hash] of VECTORS)
  test(`the hash of '${text}' is 0x${hash.toString(16)}`, () => {
    const bytes = new TextEncoder().encode(text);
    const inside = Uint8Array.of(0xff, ...bytes, 0xff);

    assert.equal((hashBytes(bytes, 0, bytes.length) >>> 0).toString(16), hash.toString(16));
    assert.equal((hashBytes(inside, 1, bytes.length) >>> 0).toString(16), hash.toString(16));
    assert.equal((distinctHash(text) >>> 0).toString(16), hash.toString(16));
  });
