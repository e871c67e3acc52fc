/** The pages of sketches that a source writes. */

import type { Writer } from './bytes.ts';
import { decodePage, encodePage } from './codec.ts';
import { createExemplarRoom, type ExemplarRoom } from './exemplar-room.ts';
import { createRingPages, type RingPages } from './ring-pages.ts';
import { pageMs, SECONDS, SKETCHES } from './rings.ts';
import { emptySketchPage } from './sketch-page.ts';
import { createSketchWriter, type SketchWriter } from './sketch-writer.ts';

const PAGES_A_MINUTE = pageMs(SECONDS) / pageMs(SKETCHES);

export function createSketchRing(out: Writer): RingPages<SketchWriter> {
  const minutes = new Map<number, ExemplarRoom>();

  function exemplarsOf(page: number): ExemplarRoom {
    const minute = Math.floor(page / PAGES_A_MINUTE);
    const known = minutes.get(minute);
    if (known) return known;
    for (const old of minutes.keys()) if (old <= minute - SECONDS.pages) minutes.delete(old);
    const room = createExemplarRoom();
    minutes.set(minute, room);
    return room;
  }

  const pages = createRingPages<SketchWriter>({
    ring: SKETCHES,
    open(number, stored) {
      const page = stored && decodePage(stored);
      return createSketchWriter(page?.ring === 't' ? page : emptySketchPage(number), exemplarsOf(number));
    },
    pack: ({ page }) => encodePage(page, out),
  });
  return {
    ...pages,
    load(page, bytes) {
      if (page.ring === 't') for (const one of page.exemplars) exemplarsOf(page.page).takeOver(one, page.page);
      pages.load(page, bytes);
    },
  };
}
