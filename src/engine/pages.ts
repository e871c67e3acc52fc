/** Reads a source's pages for judging, and decodes only those whose bytes changed since the last time. */
import type { EvidenceView } from '../core/plugin.ts';
import type { Store } from '../core/ports.ts';
import type { SourceState } from '../core/types.ts';
import { type AnyPage, decodePage } from '../core/window/codec.ts';
import { decodeHead } from '../core/window/head.ts';
import { blobName, MINUTES, pageMs, pageOf, RINGS, type Ring, SECONDS, SKETCHES } from '../core/window/rings.ts';
import { createView } from '../core/window/view.ts';
import { chainOf } from './chain.ts';

/** Minutes are read back this far before the first step judged: the longest window, its lagged baseline, and a margin. */
const MINUTES_BACK_MS = 2 * 3_600_000;

export interface PageCache {
  head(source: string): Promise<SourceState | undefined>;
  /** Start of the oldest second that the ring holds. */
  firstSecond(source: string, watermark: number): Promise<number>;
  /** View for judging the steps in (from, to]. */
  view(source: string, from: number, to: number): Promise<EvidenceView>;
}

export function createPageCache(store: Store, host: string): PageCache {
  /** Source to the id of the head read last. */
  const heads = new Map<string, string>();
  const decoded = new Map<string, { readonly bytes: Uint8Array; readonly page: AnyPage | undefined }>();

  async function load(source: string, wanted: readonly (readonly [Ring, number])[]): Promise<readonly Stored[]> {
    const names = wanted.map(([ring, number]) => blobName(ring, number));
    const blobs = await readBlobs(source, names);
    return wanted.flatMap(([ring, number], i) => {
      const bytes = blobs[i];
      return bytes ? [{ ring, number, name: `${source}/${names[i]}`, bytes }] : [];
    });
  }

  async function readBlobs(source: string, names: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const chain = chainOf(host, source);
    const id = heads.get(source);
    return id !== undefined && store.readAt ? await store.readAt(chain, id, names) : await store.read(chain, names);
  }

  /** Without those that the ring has not overwritten yet. */
  function decodeAll(stored: readonly Stored[]): readonly AnyPage[] {
    return stored.flatMap(({ name, number, bytes }) => {
      const page = decodeOnce(name, bytes);
      return page?.page === number ? [page] : [];
    });
  }

  function decodeOnce(name: string, bytes: Uint8Array): AnyPage | undefined {
    const known = decoded.get(name);
    if (known && equalBytes(known.bytes, bytes)) return known.page;
    const page = decodePage(bytes);
    // Bounded by itself: a source has as many names as its rings have pages.
    decoded.set(name, { bytes, page });
    return page;
  }

  return {
    async head(source) {
      const [head] = await store.read(chainOf(host, source), ['head']);
      if (!head) return undefined;
      const { id, body } = decodeHead(head);
      heads.set(source, id);
      return body as SourceState;
    },
    async firstSecond(source, watermark) {
      const first = watermark - (SECONDS.pages - 1) * pageMs(SECONDS);
      const pages = decodeAll(await load(source, pagesBetween(SECONDS, first, watermark)));
      const oldest = Math.min(...pages.map(({ page }) => page), pageOf(SECONDS, watermark));
      return firstStep(pages.find(({ page }) => page === oldest)) ?? oldest * pageMs(SECONDS);
    },
    async view(source, from, to) {
      const oldest = Math.max(from, to - (SECONDS.pages - 1) * pageMs(SECONDS)) - 15 * 60_000;
      const seconds = pagesBetween(SECONDS, oldest, to);
      // From the same minute on, so that evidence reaches as far back as sums.
      const sketches = pagesBetween(SKETCHES, pageOf(SECONDS, oldest) * pageMs(SECONDS), to);
      const minutes = pagesBetween(MINUTES, from - MINUTES_BACK_MS, to);
      const stored = await load(source, [
        ...seconds.slice(-SECONDS.pages),
        ...minutes.slice(-MINUTES.pages),
        ...sketches.slice(-SKETCHES.pages),
      ]);
      const pages = decodeAll(stored.filter(({ ring }) => ring !== SKETCHES));
      // Most steps ask for no sketch, and heavy hitters are what takes longest to decode.
      return createView(pages, to, () => decodeAll(stored.filter(({ ring }) => ring === SKETCHES)));
    },
  };
}

/** A page as it is stored, not looked into yet. */
interface Stored {
  readonly ring: Ring;
  readonly number: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

function pagesBetween(ring: Ring, from: number, to: number): readonly (readonly [Ring, number])[] {
  const first = Math.max(0, pageOf(ring, from));
  const last = pageOf(ring, to);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => [ring, first + i] as const);
}

function firstStep(page: AnyPage | undefined): number | undefined {
  if (!page || page.ring === 't') return undefined;
  const ring = RINGS.find(({ name }) => name === page.ring) ?? SECONDS;
  const steps = [...page.series.values()].map(({ counts }) => counts.findIndex((count) => count > 0));
  const used = steps.filter((step) => step >= 0);
  return used.length === 0 ? undefined : page.page * pageMs(ring) + Math.min(...used) * ring.stepMs;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  // Memory gives the same object again: nothing is to be compared.
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
