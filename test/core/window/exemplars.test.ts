/** Which of the lines that are kept are shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageMs, pageOf, SKETCHES } from '../../../src/core/window/rings.ts';
import { emptySketchPage, type SketchPage } from '../../../src/core/window/sketch-page.ts';
import { createSketchView } from '../../../src/core/window/sketch-view.ts';

const END = Date.UTC(2026, 10, 25, 3, 41);
const NEWEST = pageOf(SKETCHES, END - 1);

test('lines that came again and again take no place of others', () => {
  const view = createSketchView([pageOfLines('abcde', 1), pageOfLines('abcde', 0)]);

  assert.deepEqual(view.exemplars('x', 0, END, 5), ['a', 'b', 'c', 'd', 'e']);
});

test('of more lines than are shown the first, the last and some between are', () => {
  const view = createSketchView([pageOfLines('abcde', 1), pageOfLines('fghi', 0)]);

  assert.deepEqual(view.exemplars('x', 0, END, 3), ['a', 'e', 'i']);
});

function pageOfLines(lines: string, back: number): SketchPage {
  const page = emptySketchPage(NEWEST - back);
  const start = page.page * pageMs(SKETCHES);
  page.exemplars.push(...[...lines].map((line, index) => ({ series: 'x', time: start + index, line })));
  return page;
}
