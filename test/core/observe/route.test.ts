import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRoute } from '../../../src/core/observe/route.ts';

for (const [path, route] of [
  ['/', '/'],
  ['', ''],
  ['/shop/cart?id=7', '/shop/cart'],
  ['/api/items/123', '/api/items/:n'],
  ['/api/items/123/parts/4?x', '/api/items/:n/parts/:n'],
  ['/api/items/123/', '/api/items/:n/'],
  ['123/x', ':n/x'],
  ['/i/5f3c9a0012ab', '/i/:id'],
  ['/u/123e4567-e89b-12d3-a456-426614174000/edit', '/u/:id/edit'],
  ['/facade/decade', '/facade/decade'],
  ['/deadbeef', '/deadbeef'],
  ['/v2/h264', '/v2/h264'],
  ['/app.5f3c9a00.js', '/app.5f3c9a00.js'],
  ['/a;jsessionid=1', '/a'],
  ['/a#1', '/a'],
  [`/${'x'.repeat(300)}`, `/${'x'.repeat(79)}`],
  [`/${'9'.repeat(5000)}`, '/:n'],
] as const) {
  test(`the route of ${path.slice(0, 60)}`, () => {
    assert.equal(toRoute(path), route);
  });
}
