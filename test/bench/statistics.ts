/** What several measurements of the same say together. */

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that this share of all does not exceed; NaN where there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** In three digits, as far as they go before the point: 0.437, 22.1, 1534. */
export function inDigits(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const whole = Math.max(0, Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))) + 1);
  const text = value.toFixed(Math.max(0, Math.min(3, 3 - whole)));
  return text.replace(/\B(?=(\d{3})+$)/, text.includes('.') ? '' : ',');
}
