/** Who explains a number of observations: keys that make what is too much, or that are missing, against the minutes before. */
import { binomialTail } from '../log-tail.ts';
import { type Candidate, CHANCE_MOST, COVERED_EACH, COVERED_LEAST, isAsUsual, KEYS_MAX } from './explanation.ts';
import type { Hitters } from './hitters.ts';

/** Of one field. */
export interface CountHitters {
  readonly by: string;
  readonly now: Hitters;
  readonly before: Hitters;
}

export interface JudgedCount {
  /** Observations that are usual in the time of `now`. */
  readonly expected: number;
  /** As many make it bad in that time. */
  readonly limit: number;
  /** Of that time, how much the judged window is. */
  readonly windowPart: number;
}

/** Its share now is so many times that before. */
const TIMES_LEAST = 2;
/** Without the missing ones so much of the usual is left. */
const LEFT_LEAST = 0.75;

export function countCandidate(hitters: CountHitters, judged: JudgedCount): Candidate | undefined {
  return hitters.now.total >= judged.expected ? risen(hitters, judged) : fallen(hitters, judged);
}

function risen(hitters: CountHitters, judged: JudgedCount): Candidate | undefined {
  const { now } = hitters;
  const excess = now.total - judged.expected;
  const keys: string[] = [];
  for (const key of now.keys.slice(0, KEYS_MAX)) {
    const usual = mostShare(hitters, [key]) * judged.expected;
    if (now.least(key) / now.total < TIMES_LEAST * mostShare(hitters, [key])) break;
    if (now.least(key) - usual < excess * COVERED_EACH) break;
    if (binomialTail(Math.round(now.least(key)), Math.round(now.total), mostShare(hitters, [key])) > CHANCE_MOST) break;
    keys.push(key);
    const share = mostShare(hitters, keys);
    const its = sumOf(keys, now.least);
    const rest = now.total - its;
    if (its - share * judged.expected < excess * COVERED_LEAST || rest >= judged.limit) continue;
    return candidate(hitters, keys, { judged, rest, isUsual: isAsUsual(rest, judged.expected * (1 - share)) });
  }
  return undefined;
}

function fallen(hitters: CountHitters, judged: JudgedCount): Candidate | undefined {
  const { now, before } = hitters;
  const missing = judged.expected - now.total;
  const [key] = before.keys.toSorted((a, b) => lackOf(hitters, b, judged) - lackOf(hitters, a, judged));
  if (key === undefined || lackOf(hitters, key, judged) < missing * COVERED_LEAST) return undefined;
  const share = before.least(key) / before.total;
  if (share < TIMES_LEAST * (now.most(key) / Math.max(1, now.total))) return undefined;
  const others = Math.max(0, Math.round(now.total - now.most(key)));
  if (binomialTail(others, Math.round(now.total), 1 - share) > CHANCE_MOST) return undefined;
  const usual = judged.expected * (1 - share);
  if (others < usual * LEFT_LEAST) return undefined;
  return candidate(hitters, [key], { judged, rest: others, isUsual: isAsUsual(others, usual) });
}

function lackOf({ now, before }: CountHitters, key: string, { expected }: JudgedCount): number {
  return (before.least(key) / before.total) * expected - now.most(key);
}

function candidate(
  { by, now, before }: CountHitters,
  keys: readonly string[],
  left: { readonly judged: JudgedCount; readonly rest: number; readonly isUsual: boolean },
): Candidate {
  const share = sumOf(keys, now.least) / Math.max(1, now.total);
  const shareBefore = sumOf(keys, before.least) / before.total;
  const [more, less] = [Math.max(share, shareBefore), Math.min(share, shareBefore)];
  return {
    by,
    keys: [...keys],
    now: share,
    before: shareBefore,
    without: left.rest * left.judged.windowPart,
    isUsual: left.isUsual,
    lift: more / Math.max(less, 1 / before.total),
  };
}

/** One more than was seen, so that a key that nobody saw before is not told from nothing. */
function mostShare({ before }: CountHitters, keys: readonly string[]): number {
  return Math.min(1, (sumOf(keys, before.most) + 1) / (before.total + 1));
}

function sumOf(keys: readonly string[], count: (key: string) => number): number {
  return keys.reduce((sum, key) => sum + count(key), 0);
}
