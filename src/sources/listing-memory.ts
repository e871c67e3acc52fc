/** Keeps a listing as long as its folders are unchanged: most of the time nothing in them is made, renamed or deleted. */
import { stat } from 'node:fs/promises';
import type { Listing } from './listing.ts';

/** A folder that changed so lately is not believed to be unchanged: another change would have the same time. */
const GRAIN_MS = 2_000;

export interface ListingMemory {
  /** What was kept for these names; undefined where a folder has changed since, or it was kept for too long. */
  recall(names: readonly string[], now: number): Promise<Listing | undefined>;
  /** startedAt: the system's clock when the listing began. */
  keep(
    names: readonly string[],
    listing: Listing,
    at: { readonly now: number; readonly startedAt: number },
  ): Promise<void>;
}

interface Kept {
  readonly names: readonly string[];
  readonly listing: Listing;
  readonly at: number;
  readonly folders: ReadonlyMap<string, string>;
}

/** maxAgeMs: after so long it is listed anew in any case, since sizes in it are those of then. */
export function createListingMemory(maxAgeMs: number): ListingMemory {
  let kept: Kept | undefined;

  async function recall(names: readonly string[], now: number): Promise<Listing | undefined> {
    if (!kept || now - kept.at >= maxAgeMs || now < kept.at || !equal(names, kept.names)) return undefined;
    for (const [folder, stamp] of kept.folders) {
      if ((await stampOf(folder))?.text !== stamp) return undefined;
    }
    return kept.listing;
  }

  async function keep(
    names: readonly string[],
    listing: Listing,
    at: { readonly now: number; readonly startedAt: number },
  ): Promise<void> {
    kept = undefined;
    if (maxAgeMs <= 0 || listing.hasLinks || listing.problems.length > 0) return;
    const folders = new Map<string, string>();
    for (const folder of listing.folders) {
      const stamp = await stampOf(folder);
      if (!stamp || stamp.changedMs > at.startedAt - GRAIN_MS) return;
      folders.set(folder, stamp.text);
    }
    kept = { names, listing, at: at.now, folders };
  }

  return { recall, keep };
}

interface Stamp {
  readonly text: string;
  readonly changedMs: number;
}

/** Undefined where the folder cannot be seen. */
async function stampOf(folder: string): Promise<Stamp | undefined> {
  const stats = await stat(folder, { bigint: true }).catch(() => undefined);
  if (!stats) return undefined;
  const { dev, ino, mtimeNs, ctimeNs } = stats;
  const newest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return { text: `${dev} ${ino} ${mtimeNs} ${ctimeNs}`, changedMs: Number(newest / 1_000_000n) };
}

function equal(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
