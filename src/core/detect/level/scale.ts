/** On which scale a series is looked at: what is told in times wants the logarithm. */
import type { Unit } from '../../types.ts';

export const SCALES = ['none', 'log', 'log1p'] as const;
export type Scale = (typeof SCALES)[number];

/** A millisecond, in seconds: what is shorter is as fast as that. */
const LOG_LEAST = 0.001;

/** Durations spread by times around what is usual; bytes too, and can be none. */
export function scaleOf(unit: Unit): Scale {
  return unit === 'seconds' ? 'log' : unit === 'bytes' ? 'log1p' : 'none';
}

export function toScale(value: number, scale: Scale): number {
  if (scale === 'log') return Math.log(Math.max(LOG_LEAST, value));
  return scale === 'log1p' ? Math.sign(value) * Math.log1p(Math.abs(value)) : value;
}

export function fromScale(value: number, scale: Scale): number {
  if (scale === 'log') return finite(Math.exp(value));
  return scale === 'log1p' ? Math.sign(value) * finite(Math.expm1(Math.abs(value))) : value;
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, value);
}
