/** Whether a stamp that is so far from the moment its line was written shows a wrong time zone. */
import { durationText } from '../render/units.ts';

const STEP_MS = 15 * 60_000;
/** UTC-12 against UTC+14. */
const ZONES_APART_MS = 26 * 3_600_000;
const NEAR_MS = 90_000;

export interface StampedOff {
  /** '2 h later', '45 min earlier'. */
  readonly text: string;
  /** Whole quarters of an hour. */
  readonly aheadMs: number;
}

/** Undefined where it is no quarter of an hour, or none. */
export function stampedOff(aheadMs: number): StampedOff | undefined {
  const steps = Math.round(aheadMs / STEP_MS);
  const isZone = steps !== 0 && Math.abs(aheadMs - steps * STEP_MS) <= NEAR_MS && Math.abs(aheadMs) <= ZONES_APART_MS;
  if (!isZone) return undefined;
  const text = `${durationText(Math.abs(steps) * STEP_MS)} ${steps > 0 ? 'later' : 'earlier'}`;
  return { text, aheadMs: steps * STEP_MS };
}
