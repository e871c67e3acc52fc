/** Log-linear buckets for values of any unit, whose quantiles have a stated relative error. */

/** Of an octave; a bucket is as wide as a sixteenth of its lower end. */
const BUCKETS_PER_OCTAVE = 16;
/** Octaves from 2^-20 (a microsecond) to 2^44 (17 tera); what lies outside counts in the first and last bucket. */
const OCTAVE_MIN = -20;
const OCTAVES = 64;
/** Bucket 0 holds zero, what is negative, and what is too small. */
export const BUCKETS = 1 + OCTAVES * BUCKETS_PER_OCTAVE;
/** A value and the middle of its bucket differ at most by this share of the value. */
export const RELATIVE_ERROR = 1 / 32;

const asFloat = new Float64Array(1);
const asBits = new Uint32Array(asFloat.buffer);

/** Of a finite value: 0 up to BUCKETS - 1, greater for greater values. */
export function bucketOf(value: number): number {
  if (!(value > 0)) return 0;
  asFloat[0] = value;
  // Exponent and the first four bits of the fraction, which number the sixteenths of an octave (IEEE 754, little endian).
  const bits = (asBits[1] as number) >>> 16;
  const bucket = bits - ((1023 + OCTAVE_MIN) << 4) + 1;
  return bucket < 1 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket;
}

/** The middle of a bucket. */
export function bucketValue(bucket: number): number {
  if (bucket <= 0) return 0;
  const octave = Math.floor((bucket - 1) / BUCKETS_PER_OCTAVE) + OCTAVE_MIN;
  const sixteenth = (bucket - 1) % BUCKETS_PER_OCTAVE;
  return 2 ** octave * (1 + (sixteenth + 0.5) / BUCKETS_PER_OCTAVE);
}

/**
 * The value at this share of all, 0.95 for the one that 5% exceed (nearest rank), RELATIVE_ERROR off at most; undefined
 * where nothing was counted. `counts` are by bucket.
 */
export function quantileOf(counts: Float64Array, share: number): number | undefined {
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0) return undefined;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    seen += counts[bucket] as number;
    if (seen >= rank) return bucketValue(bucket);
  }
  return undefined;
}
