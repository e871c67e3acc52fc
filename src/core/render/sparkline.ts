/** The last minutes of the judged series as bars, from zero, so that a small change looks small. */
import type { MailModel, TimelinePoint } from '../types.ts';
import { TIMELINE_POINTS } from './timeline.ts';
import { durationText, valueText } from './units.ts';
import { clock } from './when.ts';
import { isSilence } from './wording.ts';

export interface Sparkline {
  readonly bars: readonly Bar[];
  /** 'Last 10 min to 03:12:30, highest 14.2% in 10 s'. */
  readonly caption: string;
}

export interface Bar {
  /** 0..1 of the highest; null where nothing was observed. */
  readonly height: number | null;
  /** Within the fault. */
  readonly isBad: boolean;
}

/** Undefined where there is nothing to see: fewer than two points, or all alike. */
export function sparklineOf(model: MailModel): Sparkline | undefined {
  const points = model.timeline.slice(-TIMELINE_POINTS);
  const values = points.flatMap(({ value }) => (value === null || !Number.isFinite(value) ? [] : [value]));
  const highest = Math.max(0, ...values);
  if (values.length < 2 || highest === 0 || values.every((value) => value === values[0])) return undefined;
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const stepMs = (last.time - first.time) / (points.length - 1);
  return {
    bars: points.map((point) => barOf(point, highest, stepMs, model)),
    caption: `Last ${durationText(stepMs * points.length)} to ${clock(last.time + stepMs, model.timezone)}, ${highestText(model, highest, stepMs)}`,
  };
}

function barOf({ time, value }: TimelinePoint, highest: number, stepMs: number, model: MailModel): Bar {
  const height = value === null || !Number.isFinite(value) ? null : Math.max(0, value / highest);
  const end = model.resolvedAt ?? model.at;
  return { height, isBad: time + stepMs > model.since && time < end };
}

function highestText(model: MailModel, highest: number, stepMs: number): string {
  const unit = isSilence(model) ? 'count' : model.finding.unit;
  const text = `highest ${valueText(highest, unit)}`;
  // A share of a longer or shorter window than the one that was judged is another one.
  return unit === 'count' || unit === 'share' ? `${text} in ${durationText(stepMs)}` : text;
}

/** One character a bar; '·' where nothing was observed. */
export function blocks(bars: readonly Bar[]): string {
  const levels = '▁▂▃▄▅▆▇█';
  return bars.map(({ height }) => (height === null ? '·' : levels[Math.min(7, Math.round(height * 7))])).join('');
}
