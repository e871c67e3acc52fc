/** A page of sums as bytes: each series as its key and the steps that have a count. */
import type { Reader, Writer } from './bytes.ts';
import { createStepArrays, emptyPage, type Page, type Steps } from './page.ts';
import { STEPS_PER_PAGE } from './rings.ts';
import { LISTED_STEPS } from './series-bytes.ts';

/** Beside the number of steps: sums follow, since they differ from the counts. */
const SUMS_FOLLOW = 128;

export function writeSeriesPage(out: Writer, page: Page): void {
  const used = new Uint8Array(STEPS_PER_PAGE);
  out.number(page.series.size);
  for (const [key, steps] of page.series) {
    out.text(key);
    writeSteps(out, steps, used);
  }
}

/** Throws RangeError for bytes that are no such page. */
export function readSeriesPage(from: Reader, ring: Page['ring'], number: number): Page {
  const page = emptyPage(ring, number);
  const newArray = createStepArrays();
  for (let left = from.number(); left > 0; left -= 1) page.series.set(from.text(), readSteps(from, newArray));
  return page;
}

/** `used` is room for the numbers of a series' used steps. */
function writeSteps(out: Writer, { counts, sums }: Steps, used: Uint8Array): void {
  let number = 0;
  let isCounting = true;
  for (let step = 0; step < STEPS_PER_PAGE; step += 1) {
    if (counts[step] === 0) continue;
    used[number] = step;
    number += 1;
    if (sums[step] !== counts[step]) isCounting = false;
  }
  out.byte(number + (isCounting ? 0 : SUMS_FOLLOW));
  if (number > LISTED_STEPS) writeBits(out, used.subarray(0, number));
  else for (let i = 0; i < number; i += 1) out.byte(used[i] as number);
  for (let i = 0; i < number; i += 1) {
    out.number(counts[used[i] as number] as number);
    if (!isCounting) out.double(sums[used[i] as number] as number);
  }
}

function readSteps(from: Reader, newArray: () => Float64Array): Steps {
  const head = from.byte();
  const used = head & ~SUMS_FOLLOW;
  if (used > STEPS_PER_PAGE) throw new RangeError('there are not so many steps');
  const counts = newArray();
  const sums = head >= SUMS_FOLLOW ? newArray() : counts;
  for (const step of used > LISTED_STEPS ? readBits(from) : from.raw(used)) {
    if (step >= STEPS_PER_PAGE) throw new RangeError('there is no such step');
    counts[step] = from.number();
    if (sums !== counts) sums[step] = from.double();
  }
  return { counts, sums };
}

function writeBits(out: Writer, used: Uint8Array): void {
  const bits = new Uint8Array(Math.ceil(STEPS_PER_PAGE / 8));
  for (const step of used) bits[step >> 3] = (bits[step >> 3] as number) | (1 << (step & 7));
  out.raw(bits);
}

function readBits(from: Reader): readonly number[] {
  const used: number[] = [];
  for (let first = 0; first < STEPS_PER_PAGE; first += 8) {
    const bits = from.byte();
    for (let bit = 0; bit < 8; bit += 1) if ((bits & (1 << bit)) !== 0) used.push(first + bit);
  }
  return used;
}
