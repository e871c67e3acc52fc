/** The windows a source is writing: tallies go in, pages that changed come out. One user, as a source has one writer. */
import type { Blob } from '../ports.ts';
import type { Cell, Tally } from '../types.ts';
import { createWriter } from './bytes.ts';
import { decodePage } from './codec.ts';
import type { PageWriter } from './page-writer.ts';
import type { RingPages } from './ring-pages.ts';
import { blobName, MINUTES, pageMs, pageOf, RINGS, type Ring, SECONDS, SKETCHES } from './rings.ts';
import { createSeriesRing } from './series-ring.ts';
import { createSketchRing } from './sketch-ring.ts';

/** What of a tally goes into windows. */
export type Added = Pick<Tally, 'cells' | 'tops' | 'exemplars'> & Partial<Pick<Tally, 'histograms' | 'distincts'>>;

export interface Windows {
  /** Returns how many cells and sketches found no room for their series. */
  add(tally: Added): number;
  /** Takes over stored pages, as read from the store. */
  load(blobs: readonly (Uint8Array | undefined)[]): void;
  /** Blobs of the pages changed since the last call. */
  takeChanged(): Blob[];
  /** Marks every page as changed, to write them all anew. */
  touchAll(): void;
}

export function createWindows(): Windows {
  const out = createWriter();
  const seconds = createSeriesRing(SECONDS, out);
  const minutes = createSeriesRing(MINUTES, out);
  const sketches = createSketchRing(out);
  const rings = { s: seconds, m: minutes, t: sketches };

  function addSketches({ tops, histograms = [], distincts = [] }: Added): number {
    const at = (time: number) => sketches.at(pageOf(SKETCHES, time));
    let refused = 0;
    for (const cell of tops) if (!at(cell.time).addTop(cell)) refused += 1;
    for (const cell of histograms) if (!at(cell.time).addHistogram(cell)) refused += 1;
    for (const cell of distincts) if (!at(cell.time).addDistinct(cell)) refused += 1;
    return refused;
  }

  return {
    add(tally) {
      let refused = addSketches(tally);
      for (const exemplar of tally.exemplars) sketches.at(pageOf(SKETCHES, exemplar.time)).addExemplar(exemplar);
      for (const cell of tally.cells) {
        const isInSeconds = addCell(SECONDS, seconds, cell);
        if (!addCell(MINUTES, minutes, cell) || !isInSeconds) refused += 1;
      }
      return refused;
    },
    load(blobs) {
      const pages = blobs.flatMap((bytes) => {
        const page = bytes && decodePage(bytes);
        return page ? [{ page, bytes }] : [];
      });
      // Oldest first: a page admits by what those before it had.
      pages.sort((a, b) => a.page.page - b.page.page);
      for (const { page, bytes } of pages) rings[page.ring].load(page, bytes);
    },
    takeChanged: () => Object.values(rings).flatMap((ring) => ring.takeChanged()),
    touchAll() {
      for (const ring of Object.values(rings)) ring.touchAll();
    },
  };
}

function addCell(ring: Ring, pages: RingPages<PageWriter>, cell: Cell): boolean {
  const number = pageOf(ring, cell.time);
  return pages.at(number).add(cell, Math.floor((cell.time - number * pageMs(ring)) / ring.stepMs));
}

/** Names of the blobs a writer must load before it goes on: late lines may still enter any of them. */
export function writableBlobNames(watermark: number | undefined): readonly string[] {
  if (watermark === undefined) return [];
  return RINGS.flatMap((ring) => {
    const newest = pageOf(ring, watermark);
    const numbers = Array.from({ length: ring.writable }, (_, back) => newest - back).filter((page) => page >= 0);
    return numbers.map((page) => blobName(ring, page));
  });
}
