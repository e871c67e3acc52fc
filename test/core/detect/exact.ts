/** Exact tails of counting distributions in whole numbers, as a ruler for the fast ones. */

/** Binary digits kept: floating numbers of this length lose nothing that a double could show, however many are multiplied. */
const BITS = 256n;

interface Big {
  readonly digits: bigint;
  readonly exponent: bigint;
}

type Fraction = readonly [above: bigint, below: bigint];

/** log10 P(K >= k) on 0..last, where ratio(j) is term j+1 over term j. The terms need no scale: all of them are summed. */
export function exactTail(k: number, last: number, ratio: (j: number) => Fraction): number {
  let term: Big = trim({ digits: 1n, exponent: 0n });
  let above: Big = { digits: 0n, exponent: 0n };
  let below: Big = above;
  for (let j = 0; j <= last; j += 1) {
    if (j >= k) above = plus(above, term);
    else below = plus(below, term);
    if (j < last) term = times(term, ratio(j));
  }
  const all = plus(above, below);
  // Near 1 a double keeps the digits of what is missing, not of what is there.
  const missing = below.digits === 0n ? 0 : 10 ** quotient(below, all);
  return missing < 0.5 ? Math.log1p(-missing) * Math.LOG10E : quotient(above, all);
}

export function logTen(above: bigint, below: bigint): number {
  return quotient(trim({ digits: above, exponent: 0n }), trim({ digits: below, exponent: 0n }));
}

/** log10(a / b), the division in whole numbers so that nothing cancels. */
function quotient(a: Big, b: Big): number {
  return log({ digits: (a.digits << (2n * BITS)) / b.digits, exponent: a.exponent - b.exponent - 2n * BITS });
}

function times({ digits, exponent }: Big, [above, below]: Fraction): Big {
  return trim({ digits: ((digits * above) << 64n) / below, exponent: exponent - 64n });
}

function plus(a: Big, b: Big): Big {
  if (a.digits === 0n) return b;
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a];
  const shift = high.exponent - low.exponent;
  if (shift > 4n * BITS) return high.digits === 0n ? low : bigger(a, b);
  return trim({ digits: (high.digits << shift) + low.digits, exponent: low.exponent });
}

function bigger(a: Big, b: Big): Big {
  return log(a) >= log(b) ? a : b;
}

/** Between BITS and BITS + 63 binary digits. */
function trim(big: Big): Big {
  let { digits, exponent } = big;
  if (digits === 0n) return big;
  while (digits < 1n << BITS) {
    digits <<= 64n;
    exponent -= 64n;
  }
  while (digits >= 1n << (BITS + 64n)) {
    digits >>= 64n;
    exponent += 64n;
  }
  return { digits, exponent };
}

function log({ digits, exponent }: Big): number {
  const shift = BigInt(Math.max(0, digits.toString(2).length - 64));
  const binary = Number(exponent + shift) + Math.log2(Number(digits >> shift) / 2 ** 63) + 63;
  return binary * Math.log10(2);
}
