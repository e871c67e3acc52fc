/**
 * A page as bytes: version, ring, page number, and what it holds. Counts are LEB128 numbers, sums are float64 and stand
 * only where they differ from the counts; a page is written some four times a second, so it is small and quick to make.
 */
import { createReader, createWriter, type Reader } from './bytes.ts';
import type { Page } from './page.ts';
import { RINGS } from './rings.ts';
import { readSeriesPage, writeSeriesPage } from './series-codec.ts';
import { readSketchPage, writeSketchPage } from './sketch-codec.ts';
import type { SketchPage } from './sketch-page.ts';

const VERSION = 2;

export type AnyPage = Page | SketchPage;

/** `out` is used again from page to page, so that its memory is. */
export function encodePage(page: AnyPage, out = createWriter()): Uint8Array {
  out.byte(VERSION);
  out.byte(page.ring.charCodeAt(0));
  // As a double: stamps before 1970 have negative pages.
  out.double(page.page);
  if (page.ring === 't') writeSketchPage(out, page);
  else writeSeriesPage(out, page);
  return out.take();
}

/** Undefined for bytes of another version, damaged ones or none: the page counts as empty. */
export function decodePage(bytes: Uint8Array): AnyPage | undefined {
  const from = createReader(bytes);
  try {
    const page = from.byte() === VERSION ? readPage(from) : undefined;
    return from.isAtEnd() ? page : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readPage(from: Reader): AnyPage | undefined {
  const ring = String.fromCharCode(from.byte());
  const name = RINGS.find((one) => one.name === ring)?.name;
  const number = from.double();
  if (name === undefined || !Number.isSafeInteger(number)) return undefined;
  return name === 't' ? readSketchPage(from, number) : readSeriesPage(from, name, number);
}
