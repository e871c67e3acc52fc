/** Round marks on the axes of a plot: values by 1, 2 and 5, times by what a clock or calendar has. */
import { countText } from './units.ts';
import { timestamp } from './when.ts';

export interface Mark {
  readonly at: number;
  readonly text: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TIME_STEPS = [
  ...[MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS],
  ...[DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS, 28 * DAY_MS, 84 * DAY_MS, 364 * DAY_MS],
];

export function valueMarks(low: number, high: number, wanted: number): readonly Mark[] {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const count = Math.min(2 * wanted, Math.floor(high / step) - first) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const value = Number(((first + at) * step).toPrecision(12));
    return { at: value, text: markText(value) };
  });
}

/** Midnights and full hours of the time zone. */
export function timeMarks(from: number, to: number, wanted: number, timezone: string): readonly Mark[] {
  const step = TIME_STEPS.find((one) => (to - from) / one <= wanted) ?? (to - from) / wanted;
  const offset = offsetOf(from, timezone);
  const first = Math.ceil((from + offset) / step) * step - offset;
  const count = Math.min(2 * wanted, Math.floor((to - first) / step) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const time = first + at * step;
    const text = timestamp(time, timezone);
    return { at: time, text: step < DAY_MS ? text.slice(5, 16) : text.slice(0, 10) };
  });
}

function offsetOf(time: number, timezone: string): number {
  const wall = Date.parse(`${timestamp(time, timezone).slice(0, 19).replace(' ', 'T')}Z`);
  return Number.isFinite(wall) ? wall - Math.floor(time / 1_000) * 1_000 : 0;
}

/** 0.0012, 1,500 and 2.5e+9: what is very large or small would not fit. */
function markText(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e7 || size < 1e-4) ? value.toExponential().replace('e+', 'e') : countText(value);
}
