/** A stored blob as something to look at: what it is, and what is in it. */
import { unpackPlain } from '../detect/packed.ts';
import { messageOf } from '../errors.ts';
import { decodePage } from './codec.ts';
import { type DescribedSketches, describeSketches } from './described-sketches.ts';
import { decodeHead } from './head.ts';
import type { Page } from './page.ts';
import { MINUTES, pageMs, SECONDS } from './rings.ts';

export type DescribedBlob = { readonly name: string; readonly sizeBytes: number } & (
  | { readonly kind: 'head'; readonly id: string; readonly body: unknown }
  | { readonly kind: 'page'; readonly page: DescribedPage }
  | { readonly kind: 'sketches'; readonly page: DescribedSketches }
  | ({ readonly kind: 'lease' } & DescribedLease)
  | { readonly kind: 'json'; readonly body: unknown }
  /** Of another version, damaged, or not ours. */
  | { readonly kind: 'unknown'; readonly why: string }
);

export interface DescribedPage {
  readonly ring: Page['ring'];
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly series: readonly DescribedSeries[];
}

export interface DescribedLease {
  /** Agent id of who is at work, and the machine it runs on. */
  readonly agent: string;
  readonly place: string;
  /** Epoch ms by the clock of Redis. */
  readonly until: number;
}

export interface DescribedSeries {
  readonly key: string;
  readonly steps: number;
  readonly count: number;
  readonly sum: number;
}

export function describeBlob(name: string, bytes: Uint8Array): DescribedBlob {
  const sizeBytes = bytes.length;
  try {
    if (name === 'head') return { name, sizeBytes, kind: 'head', ...decodeHead(bytes) };
    if (name === 'lease') {
      const lease = describeLease(new TextDecoder().decode(bytes));
      return lease
        ? { name, sizeBytes, kind: 'lease', ...lease }
        : { name, sizeBytes, kind: 'unknown', why: 'it is no lease' };
    }
    if (!name.startsWith('w:')) return { name, sizeBytes, kind: 'json', body: unpackPlain(bytes) };
    return describePage(name, sizeBytes, bytes);
  } catch (error) {
    return { name, sizeBytes, kind: 'unknown', why: messageOf(error) };
  }
}

/** As lease.lua writes it: agent, start, end, place. */
function describeLease(text: string): DescribedLease | undefined {
  const [, agent, until, place] = /^(\S+) \S+ (\d{1,15}) (\S+)$/.exec(text) ?? [];
  if (agent === undefined || place === undefined) return undefined;
  return { agent, place, until: Number(until) };
}

function describePage(name: string, sizeBytes: number, bytes: Uint8Array): DescribedBlob {
  const page = decodePage(bytes);
  if (!page) return { name, sizeBytes, kind: 'unknown', why: 'another version of pages, or damaged' };
  if (page.ring === 't') return { name, sizeBytes, kind: 'sketches', page: describeSketches(page) };
  return { name, sizeBytes, kind: 'page', page: describeSums(page) };
}

function describeSums(page: Page): DescribedPage {
  const ring = page.ring === 's' ? SECONDS : MINUTES;
  const from = page.page * pageMs(ring);
  const series = [...page.series].map(([key, { counts, sums }]) => ({
    key,
    steps: counts.filter((count) => count > 0).length,
    count: total(counts),
    sum: total(sums),
  }));
  series.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  return { ring: page.ring, from, to: from + pageMs(ring), series };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
