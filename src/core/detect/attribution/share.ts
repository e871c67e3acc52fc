/** Who explains a share (bad of all): keys of which far more is bad than of the others, and without which it is as usual. */
import { binomialTail } from '../log-tail.ts';
import { type Candidate, CHANCE_MOST, COVERED_EACH, COVERED_LEAST, isAsUsual, KEYS_MAX } from './explanation.ts';
import type { Hitters } from './hitters.ts';

/** Of one field. */
export interface ShareHitters {
  readonly by: string;
  readonly bad: Hitters;
  readonly all: Hitters;
  readonly badBefore?: Hitters | undefined;
}

export interface JudgedShare {
  readonly expected: number;
  readonly limit: number;
}

/** A key's requests fail so many times as often as those of the others. */
const TIMES_LEAST = 3;
/** Fewer bad observations before say nothing of how they were shared out. */
const BEFORE_LEAST = 5;

export function shareCandidate(hitters: ShareHitters, judged: JudgedShare): Candidate | undefined {
  const { bad, all } = hitters;
  const excess = bad.total - judged.expected * all.total;
  if (excess <= 0) return undefined;
  const keys: string[] = [];
  for (const key of bad.keys.slice(0, KEYS_MAX)) {
    if (!isApart(hitters, key, keys)) break;
    if (ownExcess(hitters, key, judged) < excess * COVERED_EACH) break;
    keys.push(key);
    const found = candidateOf(hitters, keys, judged);
    if (found) return found;
  }
  return undefined;
}

/** Its requests fail far more often than those of the others, and not by chance. */
function isApart({ bad, all }: ShareHitters, key: string, named: readonly string[]): boolean {
  const restBad = bad.total - sumOf(named, bad.least);
  const restAll = all.total - sumOf(named, all.least);
  const [its, itsAll] = [bad.least(key), Math.max(all.most(key), bad.least(key))];
  const others = restAll - itsAll;
  if (its < 2 || others <= 0) return false;
  const times = its / itsAll / ((restBad - its + 0.5) / (others + 1));
  return times >= TIMES_LEAST && binomialTail(Math.round(its), Math.round(restBad), itsAll / restAll) <= CHANCE_MOST;
}

function ownExcess({ bad, all }: ShareHitters, key: string, { expected }: JudgedShare): number {
  return bad.least(key) - expected * all.most(key);
}

function candidateOf(hitters: ShareHitters, keys: readonly string[], judged: JudgedShare): Candidate | undefined {
  const { by, bad, all, badBefore } = hitters;
  const { expected, limit } = judged;
  const its = sumOf(keys, bad.least);
  const itsAll = Math.max(its, sumOf(keys, all.most));
  const [restBad, rest] = [bad.total - its, all.total - itsAll];
  const covered = sumOf(keys, (key) => ownExcess(hitters, key, judged)) / (bad.total - expected * all.total);
  const without = restBad / rest;
  if (rest <= 0 || covered < COVERED_LEAST || without >= limit) return undefined;
  const byChance = binomialTail(Math.round(restBad), Math.round(rest), expected) > -2;
  return {
    by,
    keys: [...keys],
    now: its / bad.total,
    ...(badBefore && badBefore.total >= BEFORE_LEAST && { before: sumOf(keys, badBefore.least) / badBefore.total }),
    all: Math.max(its, sumOf(keys, all.least)) / all.total,
    without,
    isUsual: isAsUsual(without, expected) || byChance,
    lift: its / bad.total / (itsAll / all.total),
  };
}

function sumOf(keys: readonly string[], count: (key: string) => number): number {
  return keys.reduce((sum, key) => sum + count(key), 0);
}
