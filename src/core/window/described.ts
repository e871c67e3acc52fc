/** A stored blob as something to look at: what it is, and what is in it. */
import { messageOf } from '../errors.ts';
import { decodePage } from './codec.ts';
import { decodeHead } from './head.ts';
import { pageMs, RINGS, type Ring } from './rings.ts';

export type DescribedBlob = { readonly name: string; readonly sizeBytes: number } & (
  | { readonly kind: 'head'; readonly id: string; readonly body: unknown }
  | { readonly kind: 'page'; readonly page: DescribedPage }
  | ({ readonly kind: 'lease' } & DescribedLease)
  | { readonly kind: 'json'; readonly body: unknown }
  /** Of another version, damaged, or not ours. */
  | { readonly kind: 'unknown'; readonly why: string }
);

export interface DescribedPage {
  readonly ring: Ring['name'];
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly series: readonly DescribedSeries[];
  readonly topLists: number;
  readonly exemplars: number;
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
    if (!name.startsWith('w:'))
      return { name, sizeBytes, kind: 'json', body: JSON.parse(new TextDecoder().decode(bytes)) as unknown };
    const page = describePage(bytes);
    return page
      ? { name, sizeBytes, kind: 'page', page }
      : { name, sizeBytes, kind: 'unknown', why: 'another version of pages' };
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

function describePage(bytes: Uint8Array): DescribedPage | undefined {
  const page = decodePage(bytes);
  const ring = RINGS.find((one) => one.name === page?.ring);
  if (!page || !ring) return undefined;
  const from = page.page * pageMs(ring);
  const series = [...page.series].map(([key, { counts, sums }]) => ({
    key,
    steps: counts.filter((count) => count > 0).length,
    count: total(counts),
    sum: total(sums),
  }));
  series.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  return {
    ...{ ring: ring.name, from, to: from + pageMs(ring), series },
    ...{ topLists: page.tops.size, exemplars: page.exemplars.length },
  };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
