/** The pages of sums that a source writes, each with what the pages before it had. */
import type { Writer } from './bytes.ts';
import { decodePage, encodePage } from './codec.ts';
import { createKnownKeys } from './known-keys.ts';
import { emptyPage, type Page } from './page.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';
import { createRingPages, type RingPages } from './ring-pages.ts';
import type { Ring } from './rings.ts';
import type { Room } from './room.ts';

export function createSeriesRing(ring: Ring & { readonly name: Page['ring'] }, out: Writer): RingPages<PageWriter> {
  const known = createKnownKeys();
  const rooms = new Map<number, Room>();
  let newest = Number.NEGATIVE_INFINITY;

  function writerOf(page: Page): PageWriter {
    const { page: number } = page;
    if (number > newest) advance(number);
    const writer = createPageWriter(page, {
      had: (series) => known.wasBefore(series, number),
      room: () => rooms.get(number - 1),
      note: (series) => known.note(series, number),
    });
    rooms.set(number, writer.room);
    return writer;
  }

  function advance(number: number): void {
    newest = number;
    // What is no longer loaded after a restart must not be known before one either.
    const oldest = number - ring.writable + 1;
    known.forgetBefore(oldest);
    for (const page of rooms.keys()) if (page < oldest) rooms.delete(page);
  }

  const pages = createRingPages<PageWriter>({
    ring,
    open(number, stored) {
      const page = stored && decodePage(stored);
      return writerOf(page && page.ring !== 't' ? page : emptyPage(ring.name, number));
    },
    pack: ({ page }) => encodePage(page, out),
  });
  return {
    ...pages,
    load(page, bytes) {
      if (page.ring !== 't') writerOf(page);
      pages.load(page, bytes);
    },
  };
}
