/** What share of a series each of its keys usually has, and how much one key brings at most: bounded, fading. */
import { significant } from './significant.ts';

/** Keys remembered, those with the largest shares. */
const MAX_KEYS = 30;
/** A key is remembered by its beginning: log text may be long. */
const KEY_CHARS = 100;
/** The first of a window stay, however little is known of them: else who is new would never be learnt. */
const FIRST_KEPT = 5;
/** Time after which a share counts 1/e. */
const MEMORY_MS = 24 * 3_600_000;
/** And the most that one key brought: a customer who comes on Mondays is known the Monday after. */
const PEAK_MEMORY_MS = 14 * 24 * 3_600_000;

/** A window weighs no more than this, however long nothing was learnt. */
const STEP_MAX_MS = 900_000;
/** One that was told weighs so much: whoever stays becomes usual within half a day, and an attack of an hour does not. */
const TOLD_PART = 0.25;

export interface KeyShares {
  /** Learnt up to here. */
  readonly until: number;
  /** Time in which there was something, and the same fading, ms. */
  readonly seenMs: number;
  readonly learntMs: number;
  /** Most that one key brought in a window, fading. */
  readonly peak: number;
  /** Decayed time times share, ms. */
  readonly keys: readonly (readonly [key: string, shareMs: number])[];
}

export interface KeyCounts {
  readonly entries: readonly (readonly [key: string, count: number])[];
  readonly total: number;
}

export function noKeyShares(until: number): KeyShares {
  return { until, seenMs: 0, learntMs: 0, peak: 0, keys: [] };
}

/** Takes in a window that ended at `until`; one that was told teaches little. */
export function learnKeys(
  before: KeyShares,
  until: number,
  counted: KeyCounts & { readonly isTold: boolean },
): KeyShares {
  const passedMs = until - before.until;
  const kept = Math.exp(-passedMs / MEMORY_MS);
  const faded = before.peak * Math.exp(-passedMs / PEAK_MEMORY_MS);
  const { entries, total, isTold } = counted;
  if (total === 0) return { ...before, until, peak: round(faded) };
  // After a gap one window does not stand for all of it.
  const stepMs = Math.min(passedMs, STEP_MAX_MS);
  const weighsMs = stepMs * (isTold ? TOLD_PART : 1);
  const shares = new Map(before.keys.map(([key, shareMs]) => [key, shareMs * kept]));
  for (const [key, count] of entries.slice(0, MAX_KEYS)) {
    const name = nameOf(key);
    shares.set(name, (shares.get(name) ?? 0) + (count / total) * weighsMs);
  }
  const learntMs = before.learntMs * kept + weighsMs;
  const first = new Set(entries.slice(0, FIRST_KEPT).map(([key]) => nameOf(key)));
  const keys = [...shares]
    .sort(([a, x], [b, y]) => Number(first.has(b)) - Number(first.has(a)) || y - x || (a < b ? -1 : 1))
    .slice(0, MAX_KEYS)
    .map(([key, shareMs]) => [key, Math.round(shareMs)] as const);
  const peak = isTold ? faded : Math.max(faded, entries[0]?.[1] ?? 0);
  return { until, seenMs: before.seenMs + stepMs, learntMs: Math.round(learntMs), peak: round(peak), keys };
}

/** 0 for a key that is not known. */
export function usualShareOf({ keys, learntMs }: KeyShares, key: string): number {
  const name = nameOf(key);
  const shareMs = keys.find(([known]) => known === name)?.[1] ?? 0;
  return learntMs === 0 ? 0 : Math.min(1, shareMs / learntMs);
}

function nameOf(key: string): string {
  return key.slice(0, KEY_CHARS);
}

function round(value: number): number {
  return significant(value, 5);
}
