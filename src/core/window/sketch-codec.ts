/**
 * A page of sketches as bytes. Buckets of a histogram are told by how far each is behind the last one; registers of a
 * distinct count likewise while few are set, else all of them in 5 bits each, which their greatest value needs.
 */
import { RANK_MAX, REGISTERS } from '../observe/distinct.ts';
import { BUCKETS } from '../observe/histogram.ts';
import { numberLength, type Reader, type Writer } from './bytes.ts';
import { readExemplars, writeExemplars } from './exemplar-codec.ts';
import { pageMs, SKETCHES } from './rings.ts';
import { emptySketchPage, type SketchPage } from './sketch-page.ts';

const RANK_BITS = 5;
/** All registers of one sketch. */
export const DENSE_BYTES = (REGISTERS * RANK_BITS) / 8;
const DENSE = 0;
const SPARSE = 1;

export function writeSketchPage(out: Writer, { page, tops, histograms, distincts, exemplars }: SketchPage): void {
  out.number(tops.size);
  for (const [key, list] of tops) {
    out.text(key);
    writeTop(out, list);
  }
  out.number(histograms.size);
  for (const [series, counts] of histograms) {
    out.text(series);
    writeHistogram(out, counts);
  }
  out.number(distincts.size);
  for (const [key, registers] of distincts) {
    out.text(key);
    writeRegisters(out, registers);
  }
  writeExemplars(out, exemplars, page * pageMs(SKETCHES));
}

/** Throws RangeError for bytes that are no such page. */
export function readSketchPage(from: Reader, number: number): SketchPage {
  const page = emptySketchPage(number);
  for (let left = from.number(); left > 0; left -= 1) page.tops.set(from.text(), readTop(from));
  for (let left = from.number(); left > 0; left -= 1) page.histograms.set(from.text(), readHistogram(from));
  for (let left = from.number(); left > 0; left -= 1) page.distincts.set(from.text(), readRegisters(from));
  readExemplars(from, page.exemplars, number * pageMs(SKETCHES));
  return page;
}

function writeTop(out: Writer, list: ReadonlyMap<string, number>): void {
  out.number(list.size);
  for (const [key, count] of list) {
    out.text(key);
    out.number(count);
  }
}

function readTop(from: Reader): Map<string, number> {
  const list = new Map<string, number>();
  for (let left = from.number(); left > 0; left -= 1) list.set(from.text(), from.number());
  return list;
}

function writeHistogram(out: Writer, counts: ReadonlyMap<number, number>): void {
  out.number(counts.size);
  let last = 0;
  for (const bucket of Uint16Array.from(counts.keys()).sort()) {
    out.number(bucket - last);
    out.number(counts.get(bucket) ?? 0);
    last = bucket;
  }
}

function readHistogram(from: Reader): Map<number, number> {
  const counts = new Map<number, number>();
  let bucket = 0;
  for (let left = from.number(); left > 0; left -= 1) {
    bucket += from.number();
    if (bucket >= BUCKETS) throw new RangeError('there is no such bucket');
    counts.set(bucket, from.number());
  }
  return counts;
}

function writeRegisters(out: Writer, registers: Uint8Array): void {
  const used: number[] = [];
  for (let index = 0; index < REGISTERS; index += 1) if (registers[index] !== 0) used.push(index);
  const isSparse = numberLength(used.length) + sparseBytes(used) < DENSE_BYTES;
  out.byte(isSparse ? SPARSE : DENSE);
  if (!isSparse) {
    out.raw(packed(registers));
    return;
  }
  out.number(used.length);
  let last = 0;
  for (const index of used) {
    out.number(index - last);
    out.byte(registers[index] as number);
    last = index;
  }
}

function sparseBytes(used: readonly number[]): number {
  let last = 0;
  let bytes = 0;
  for (const index of used) {
    bytes += numberLength(index - last) + 1;
    last = index;
  }
  return bytes;
}

function readRegisters(from: Reader): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  if (from.byte() === DENSE) unpack(from.raw(DENSE_BYTES), registers);
  else {
    let index = 0;
    for (let left = from.number(); left > 0; left -= 1) {
      index += from.number();
      if (index >= REGISTERS) throw new RangeError('there is no such register');
      registers[index] = from.byte();
    }
  }
  if (registers.some((rank) => rank > RANK_MAX)) throw new RangeError('a register is too great');
  return registers;
}

/** Eight registers in five bytes, the first one lowest. */
function packed(registers: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(DENSE_BYTES);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const rank of registers) {
    held |= rank << bits;
    bits += RANK_BITS;
    while (bits >= 8) {
      bytes[at] = held & 255;
      at += 1;
      held >>= 8;
      bits -= 8;
    }
  }
  return bytes;
}

function unpack(bytes: Uint8Array, registers: Uint8Array): void {
  let bits = 0;
  let held = 0;
  let index = 0;
  for (const byte of bytes) {
    held |= byte << bits;
    bits += 8;
    while (bits >= RANK_BITS) {
      registers[index] = held & 31;
      index += 1;
      held >>= RANK_BITS;
      bits -= RANK_BITS;
    }
  }
}
