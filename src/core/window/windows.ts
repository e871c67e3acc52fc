/** The windows a source is writing: tallies go in, pages that changed come out. One user, as a source has one writer. */
import { parseSeriesKey, seriesKey } from '../observe/series.ts';
import type { Blob } from '../ports.ts';
import type { Cell, Tally } from '../types.ts';
import { decodePage, encodePage } from './codec.ts';
import { addExemplar, addTop, addToStep, emptyPage, type Page } from './page.ts';
import { blobName, pageMs, pageOf, RINGS, type Ring, SECONDS } from './rings.ts';

/** What of a tally goes into windows. */
export type Added = Pick<Tally, 'cells' | 'tops' | 'exemplars'> & Partial<Pick<Tally, 'histograms' | 'distincts'>>;

export interface Windows {
  /** Returns how many cells found no room for their series. */
  add(tally: Added): number;
  /** Takes over stored pages, as read from the store. */
  load(blobs: readonly (Uint8Array | undefined)[]): void;
  /** Blobs of the pages changed since the last call. */
  takeChanged(): Blob[];
  /** Marks every page as changed, to write them all anew. */
  touchAll(): void;
}

export function createWindows(): Windows {
  const pages = new Map<string, Page>();
  const changed = new Set<string>();

  function pageFor(ring: Ring, time: number): Page {
    const number = pageOf(ring, time);
    const name = blobName(ring, number);
    let page = pages.get(name);
    if (!page || page.page !== number) {
      page = emptyPage(ring.name, number);
      pages.set(name, page);
    }
    changed.add(name);
    return page;
  }

  function addCell(cell: Cell): boolean {
    return RINGS.map((ring) => addToPage(pageFor(ring, cell.time), ring, cell)).every(Boolean);
  }

  return {
    add(tally) {
      for (const top of tally.tops) addTop(pageFor(SECONDS, top.time), SECONDS, top);
      for (const exemplar of tally.exemplars) addExemplar(pageFor(SECONDS, exemplar.time), exemplar);
      return tally.cells.filter((cell) => !addCell(cell)).length;
    },
    load(blobs) {
      for (const bytes of blobs) {
        const page = bytes && decodePage(bytes);
        const ring = RINGS.find(({ name }) => name === page?.ring);
        if (page && ring) pages.set(blobName(ring, page.page), page);
      }
    },
    takeChanged() {
      const blobs = [...changed].map((name) => ({ name, bytes: encodePage(pages.get(name) as Page) }));
      changed.clear();
      return blobs;
    },
    touchAll() {
      for (const name of pages.keys()) changed.add(name);
    },
  };
}

/** A labelled series that finds no room counts under the label value `other`. */
function addToPage(page: Page, ring: Ring, cell: Cell): boolean {
  const step = Math.floor((cell.time - page.page * pageMs(ring)) / ring.stepMs);
  if (addToStep(page, cell.series, step, cell.count, cell.sum)) return true;
  const { name, labels } = parseSeriesKey(cell.series);
  const others = Object.fromEntries(Object.keys(labels).map((label) => [label, 'other']));
  addToStep(page, seriesKey(name, others), step, cell.count, cell.sum);
  return false;
}

/** Names of the blobs a writer must load before it goes on: late lines may still enter any of them. */
export function writableBlobNames(watermark: number | undefined): readonly string[] {
  if (watermark === undefined) return [];
  return RINGS.flatMap((ring) => {
    const newest = pageOf(ring, watermark);
    const count = ring === SECONDS ? ring.pages : 2;
    const numbers = Array.from({ length: count }, (_, back) => newest - back).filter((page) => page >= 0);
    return numbers.map((page) => blobName(ring, page));
  });
}
