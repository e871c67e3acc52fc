/** A tally as a thread sends it: three flat lists, since a clone of many small objects takes twice as long. */
import { REGISTERS } from '../core/observe/distinct.ts';
import type { SkipReason, Tally } from '../core/types.ts';

/** Each list holds its part of everything in the tally, in the order of `packTally`. */
export interface PackedTally {
  readonly texts: readonly string[];
  /** A number of things stands before them. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Of all distinct counts. */
  readonly registers: Uint8Array<ArrayBuffer>;
}

interface Packing {
  readonly texts: string[];
  readonly numbers: number[];
}

export function packTally(tally: Tally): PackedTally {
  const { lines, timeMax = Number.NaN, latenessMs, distincts } = tally;
  const packing: Packing = { texts: [], numbers: [lines, timeMax, latenessMs] };
  packCounts(tally, packing);
  packSketches(tally, packing);
  const registers = new Uint8Array(distincts.length * REGISTERS);
  for (const [index, one] of distincts.entries()) registers.set(one.registers, index * REGISTERS);
  return { texts: packing.texts, numbers: Float64Array.from(packing.numbers), registers };
}

function packCounts({ totals, cells, exemplars, skipped }: Tally, { texts, numbers }: Packing): void {
  numbers.push(totals.length);
  for (const { pattern, status, count } of totals) {
    texts.push(pattern, status);
    numbers.push(count);
  }
  numbers.push(cells.length);
  for (const { series, time, count, sum } of cells) {
    texts.push(series);
    numbers.push(time, count, sum);
  }
  numbers.push(exemplars.length);
  for (const { series, time, line } of exemplars) {
    texts.push(series, line);
    numbers.push(time);
  }
  const reasons = Object.entries(skipped);
  packPairs(reasons, { texts, numbers });
}

function packSketches({ tops, histograms, distincts }: Tally, { texts, numbers }: Packing): void {
  numbers.push(tops.length);
  for (const { series, by, time, entries } of tops) {
    texts.push(series, by);
    numbers.push(time);
    packPairs(entries, { texts, numbers });
  }
  numbers.push(histograms.length);
  for (const { series, time, buckets } of histograms) {
    texts.push(series);
    numbers.push(time, buckets.length);
    for (const [bucket, count] of buckets) numbers.push(bucket, count);
  }
  numbers.push(distincts.length);
  for (const { series, by, time } of distincts) {
    texts.push(series, by);
    numbers.push(time);
  }
}

function packPairs(pairs: readonly (readonly [string, number])[], { texts, numbers }: Packing): void {
  numbers.push(pairs.length);
  for (const [text, count] of pairs) {
    texts.push(text);
    numbers.push(count);
  }
}

/** The same tally. Its properties are read in the order in which they were packed. */
export function unpackTally({ texts, numbers, registers }: PackedTally): Tally {
  let textAt = 0;
  let numberAt = 0;

  function text(): string {
    textAt += 1;
    return texts[textAt - 1] as string;
  }

  function number(): number {
    numberAt += 1;
    return numbers[numberAt - 1] as number;
  }

  function list<T>(one: (index: number) => T): T[] {
    const things: T[] = [];
    for (let index = 0, count = number(); index < count; index += 1) things.push(one(index));
    return things;
  }

  const registersOf = (index: number) => registers.subarray(index * REGISTERS, (index + 1) * REGISTERS);
  const pair = (): [string, number] => [text(), number()];
  const lines = number();
  const timeMax = number();
  const latenessMs = number();
  return {
    ...{ lines, timeMax: Number.isNaN(timeMax) ? undefined : timeMax, latenessMs },
    totals: list(() => ({ pattern: text(), status: text(), count: number() })),
    cells: list(() => ({ series: text(), time: number(), count: number(), sum: number() })),
    exemplars: list(() => ({ series: text(), line: text(), time: number() })),
    skipped: Object.fromEntries(list(pair)) as Partial<Record<SkipReason, number>>,
    tops: list(() => ({ series: text(), by: text(), time: number(), entries: list(pair) })),
    histograms: list(() => ({ series: text(), time: number(), buckets: list(() => [number(), number()] as const) })),
    distincts: list((index) => ({ series: text(), by: text(), time: number(), registers: registersOf(index) })),
  };
}
