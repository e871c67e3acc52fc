/** A number in so many digits, so that what is stored of it stays short: as toPrecision rounds, without the text, which costs ten times as much. */

/** Powers of ten up to here are doubles themselves: a product or quotient with one is rounded once. */
const EXACT_POWER_MAX = 22;
/** From 10^-22 to 10^22. */
const POWERS = Float64Array.from({ length: 2 * EXACT_POWER_MAX + 1 }, (_, i) => Number(`1e${i - EXACT_POWER_MAX}`));

export function significant(value: number, digits: number): number {
  if (value === 0) return 0;
  const size = Math.abs(value);
  let exponent = 0;
  while (size >= powerOf(exponent + 1)) exponent += 1;
  while (size < powerOf(exponent)) exponent -= 1;
  const shift = digits - 1 - exponent;
  if (exponent === EXACT_POWER_MAX || shift > EXACT_POWER_MAX) return Number(value.toPrecision(digits));
  const power = powerOf(Math.abs(shift));
  const rounded = shift < 0 ? Math.round(size / power) * power : Math.round(size * power) / power;
  return value < 0 ? -rounded : rounded;
}

/** Not a number beyond the table, which no number is above or below. */
function powerOf(exponent: number): number {
  return POWERS[exponent + EXACT_POWER_MAX] ?? Number.NaN;
}
