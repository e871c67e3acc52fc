import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toRoute } from '../../../src/core/observe/route.ts';
import {
  ROUTE_SCRATCH_BYTES,
  type RoutePlace,
  routePlace,
  UNREAD_ROUTE,
} from '../../../src/core/observe/route-bytes.ts';

const part = fc.oneof(
  fc.constantFrom(
    '',
    'items',
    '7',
    'h264',
    '5f3c9a0012ab',
    'facade-1',
    'deadbeef',
    '123e4567-e89b-12d3',
    'a.b',
    '-',
    '?',
    '#',
    ';',
  ),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef-'), maxLength: 12 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 8 }),
  fc.constantFrom('é', 'x'.repeat(90), '9'.repeat(450)),
);
const path = fc.array(part, { maxLength: 14 }).map((parts) => parts.join('/'));

test('bytes give the route that their text gives', () => {
  fc.assert(
    fc.property(path, (given) => {
      const encoded = new TextEncoder().encode(given);
      const bytes = new Uint8Array(encoded.length + ROUTE_SCRATCH_BYTES);
      bytes.set(encoded);
      const place: RoutePlace = { start: 0, length: 0 };

      routePlace({ bytes, start: 0, length: encoded.length, into: encoded.length }, place);

      if (place.length === UNREAD_ROUTE) assert.match(given, /[^\0-\x7f]/);
      else
        assert.equal(new TextDecoder().decode(bytes.subarray(place.start, place.start + place.length)), toRoute(given));
    }),
    { numRuns: 3_000 },
  );
});
