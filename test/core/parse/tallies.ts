/** What parse tests are made of: lines of nginx's logs, and tallies added up. */
import { loadPatterns, shippedPatternsFolder } from '../../../src/config/patterns.ts';
import { mergeDistinct, REGISTERS } from '../../../src/core/observe/distinct.ts';
import type { ParsedChunk } from '../../../src/core/parse/chunk.ts';
import type { Chunk, Tally } from '../../../src/core/types.ts';

export const T0 = Date.UTC(2026, 10, 25, 5, 22, 42);
export const OPEN = { until: Number.POSITIVE_INFINITY, now: T0 + 3_600_000, watermark: undefined };
export const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

export function added(parts: readonly ParsedChunk[]): unknown {
  const sums = new Map<string, number>();
  const sketches = new Map<string, Uint8Array>();
  const add = (key: string, count: number) => sums.set(key, (sums.get(key) ?? 0) + count);
  for (const { tally } of parts) {
    for (const { pattern, status, count } of tally.totals) add(`total ${pattern} ${status}`, count);
    for (const { series, time, count, sum } of tally.cells) {
      add(`count ${series} ${time}`, count);
      // Fractions add up to other last digits in another order.
      add(`sum ${series} ${time}`, Math.round(sum * 1e6));
    }
    for (const { series, time, buckets } of tally.histograms)
      for (const [bucket, count] of buckets) add(`bucket ${series} ${time} ${bucket}`, count);
    for (const { series, by, time, entries } of tally.tops)
      for (const [key, count] of entries) add(`top ${series} ${by} ${time} ${key}`, count);
    for (const [reason, count] of Object.entries(tally.skipped)) add(`skipped ${reason}`, count);
    add('lines', tally.lines);
    for (const { series, by, time, registers } of tally.distincts) {
      const sketch = `${series} ${by} ${time}`;
      const merged = sketches.get(sketch) ?? new Uint8Array(REGISTERS);
      mergeDistinct(merged, registers);
      sketches.set(sketch, merged);
    }
  }
  return {
    sums: Object.fromEntries([...sums].sort()),
    sketches: Object.fromEntries([...sketches].sort()),
    latenessMs: Math.max(...parts.map(({ tally }) => tally.latenessMs)),
    timeMax: Math.max(...parts.map(({ tally }) => tally.timeMax ?? 0)),
    lastTime: parts.at(-1)?.lastTime,
  };
}

export function combined(second: number, status: number): string {
  return `203.0.113.7 - - [${clf(second)}] "GET /items/7 HTTP/1.1" ${String(status).padStart(3, '0')} 15 "-" "curl"`;
}

export function timed(second: number, status: number, host: string): string {
  return `${combined(second, status)} rt=0.005 urt=0.004 host=${host}`;
}

export function nginxError(second: number): string {
  const [date, time] = new Date(T0 + second * 1_000).toISOString().split('T') as [string, string];
  return `${date.replaceAll('-', '/')} ${time.slice(0, 8)} [error] 1#1: *2 no live upstreams while connecting to upstream, client: ::1, server: s, request: "GET / HTTP/1.1", upstream: "http://b/"`;
}

export function clf(second: number): string {
  const [, day, month, year, time] =
    /, (\d\d) (\w+) (\d+) ([\d:]+)/.exec(new Date(T0 + second * 1_000).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

export function encode(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
}

export function chunkOf(bytes: Uint8Array): Chunk {
  return { source: 'site', generation: 'g', offset: 0, bytes };
}

/** Counts by series and by seconds after T0. */
export function cellsOf(tally: Tally): Record<string, Record<number, number>> {
  const cells: Record<string, Record<number, number>> = {};
  for (const { series, time, count } of tally.cells) {
    const seconds = (time - T0) / 1_000;
    cells[series] = { ...cells[series], [seconds]: count };
  }
  return cells;
}

export function totalsOf(tally: Tally): Record<string, number> {
  return Object.fromEntries(tally.totals.map(({ pattern, status, count }) => [`${pattern} ${status}`, count]));
}
