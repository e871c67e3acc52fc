/** What a detector says of one closed step, with everything a mail needs to explain it. Plain data, as all of types.ts. */

import type { Severity } from './types.ts';

/** How numbers are written for people. */
export const UNITS = [
  'share',
  'count',
  'percent',
  'seconds',
  'bytes',
  'per-second',
  'bytes-per-second',
  'celsius',
] as const;
export type Unit = (typeof UNITS)[number];

export interface Finding {
  readonly watch: string;
  readonly source: string;
  /** Key of the series judged. */
  readonly series: string;
  readonly labels: Readonly<Record<string, string>>;
  /** End of the step judged. */
  readonly time: number;
  /** Time of the first bad second in the window. */
  readonly since: number;
  readonly value: number;
  readonly expected: number;
  /** The value from which it would be told. */
  readonly limit: number;
  readonly unit: Unit;
  readonly windowMs: number;
  /** -log10 of the p-value; thresholds, which have none, say Infinity as 999. */
  readonly score: number;
  /** Beyond doubt: fires without waiting for confirmation. */
  readonly urgent: boolean;
  /** For shares: bad of all in the window. */
  readonly part?: number | undefined;
  readonly whole?: number | undefined;
  /** Values between these two are usual at this time. */
  readonly usual?: { readonly low: number; readonly high: number } | undefined;
  /** It is the highest (or lowest) value since this time; `next` is the one that comes nearest to it. */
  readonly record?: { readonly since: number; readonly next: number; readonly side: 'high' | 'low' } | undefined;
  /** Windows that say the same, shortest first. */
  readonly agreeing?: readonly number[] | undefined;
  /** As odd as now it was before, in an earlier fault: unusual against normal days only. */
  readonly isRepeat?: boolean | undefined;
  /** What it is about where it is not the series alone: a template, a client. Log text: escape it at output. */
  readonly subject?: string | undefined;
  /** When what fills up is full. */
  readonly fullAt?: number | undefined;
  /** One of its watch's causes, which says what is wrong and how severe it is. */
  readonly cause?: string | undefined;
  /** Where it is not the watch's: a fault is as severe as its worst finding. */
  readonly severity?: Severity | undefined;
}
