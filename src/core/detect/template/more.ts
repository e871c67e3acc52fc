/**
 * Which known kinds of messages come far more often than they did: by the hour of the clock, against a usual hour and the busiest one of
 * the last weeks, by the chance of a negative binomial distribution that scatters as this kind was seen to.
 */
import { addToRecords, createRecords, LOOKS, type Records, rarity } from '../count-record.ts';
import { countTailAbove } from '../count-tail.ts';
import { type LimitMap, limitFor } from '../limit.ts';
import { readRate } from './kind-rate.ts';
import { type Kind, withSighting } from './kinds.ts';

/** A score is the chance of an hour, of all kinds together; measured by test/bench/quality/calibrate-template.ts. */
const LIMITS: LimitMap = [
  [2.4, 2],
  [0.95, 2.5],
  [0.54, 3.5],
  [0.37, 4],
  [0.25, 6],
];
/** Times the busiest hour of the last one to two weeks. */
const TIMES_MOST = 2;
/** Part of what is told below which it is well again, by its pace in this hour; nobody can say in the first part of it. */
const LEAVE = 0.5;
const PACE_PART = 1 / 4;
const HOUR_MS = 3_600_000;
/** What is rarer is not told apart; a score of 999 stands for a fixed limit. */
const SCORE_MAX = 300;
/** After a jump back of the clock longer than this it is not waited for. */
const JUMP_MS = HOUR_MS;

export interface MoreBook {
  /** First step judged, and last step that was learnt. */
  readonly since: number;
  readonly at: number;
  readonly kinds: readonly Kind[];
  /** How odd the oddest hours of this log were: what comes in heaps is told for some days, and is usual then. */
  readonly records: Records;
  /** Hour since the epoch in which no fault was open the last time. */
  readonly calm: number;
}

export interface MoreOptions {
  readonly minTimes: number;
  readonly minCount: number;
  readonly warmUp: number;
  readonly score?: number | undefined;
}

export interface MoreStep {
  readonly now: number;
  readonly entries: readonly (readonly [template: string, count: number])[];
  readonly budget: number;
  /** A fault is open. */
  readonly isOpen: boolean;
}

export interface MoreFound {
  readonly template: string;
  readonly lines: number;
  readonly usual: number;
  readonly limit: number;
  readonly score: number;
}

export interface MoreJudged {
  /** The same object when nothing was learnt. */
  readonly book: MoreBook;
  readonly verdict: 'bad' | 'well' | 'unclear';
  /** Oddest first. */
  readonly found: readonly MoreFound[];
  readonly score: number;
  readonly note?: string | undefined;
}

export function createMoreBook(now: number): MoreBook {
  return { since: now, at: now, kinds: [], records: createRecords(), calm: hourOf(now) };
}

export function moreLimit({ score }: Pick<MoreOptions, 'score'>, budget: number): number {
  return score ?? limitFor(LIMITS, budget);
}

export function judgeMore(before: MoreBook, step: MoreStep, options: MoreOptions): MoreJudged {
  const { now, budget, isOpen } = step;
  const read = learnt(before, step);
  const all = oddKinds(read, options, now);
  const book = read === before ? before : withRecords(read, { before, step, score: largest(all) });
  if (now - book.since < options.warmUp) {
    const note = `learns for ${Math.round(options.warmUp / HOUR_MS)} h first`;
    return { book, verdict: 'unclear', found: [], score: 0, note };
  }
  const limit = moreLimit(options, budget);
  const known = all.filter(({ first }) => now - first >= options.warmUp);
  const rated = known.map((one) => ({ ...one, score: rarity(book.records, 'high', one.score && one.score + LOOKS) }));
  const score = largest(rated);
  const found = rated.filter((one) => one.lines >= one.limit && one.score >= limit);
  if (found.length > 0) return { book, verdict: 'bad', found: found.toSorted(byScore), score };
  const part = (now % HOUR_MS) / HOUR_MS;
  if (isOpen && part < PACE_PART)
    return { book, verdict: 'unclear', found: [], score, note: 'the hour has just begun' };
  const isNear = rated.some((one) => one.lines >= one.limit * LEAVE * (isOpen ? part : 1));
  return { book, verdict: isNear ? 'unclear' : 'well', found: [], score };
}

function learnt(before: MoreBook, { now, entries, isOpen }: MoreStep): MoreBook {
  // A clock that was set back before the first step begins to learn anew; what is known stays known.
  const book = before.since - now < JUMP_MS ? before : { ...before, since: now };
  const isOld = now <= book.at && book.at - now < JUMP_MS;
  if (isOld || entries.length === 0) return book;
  const rated = isOpen && book.calm !== hourOf(book.at) ? 'odd' : 'usual';
  let { kinds } = book;
  for (const [template, count] of entries)
    kinds = withSighting(kinds, { template, count, now, isFatal: false, isFresh: false, rated });
  return { ...book, at: now, kinds };
}

/** Of a fault only the hour in which it began. */
function withRecords(
  book: MoreBook,
  { before, step, score }: { readonly before: MoreBook; readonly step: MoreStep; readonly score: number },
): MoreBook {
  const hour = hourOf(step.now);
  const calm = step.isOpen ? book.calm : hour;
  const records = book.records.slice();
  const high = score > 0 && calm === hour ? score + LOOKS : 0;
  addToRecords(records, { high, low: 0 }, hour !== hourOf(before.at));
  return { ...book, records, calm };
}

/** Kinds that came in this hour and have been known for half the warm-up. */
function oddKinds(
  book: MoreBook,
  options: MoreOptions,
  now: number,
): readonly (MoreFound & { readonly first: number })[] {
  const isJudged = ({ first, last }: Kind) => hourOf(last) === hourOf(now) && now - first >= options.warmUp / 2;
  return book.kinds
    .filter(isJudged)
    .map((kind) => ({ ...foundOf(kind, book, { ...options, now }), first: kind.first }));
}

function foundOf(
  { template, rate }: Kind,
  { since, kinds }: MoreBook,
  { now, minTimes, minCount }: MoreOptions & { readonly now: number },
): MoreFound {
  const nothing = { template, lines: 0, usual: 0, limit: minCount, score: 0 };
  if (!rate) return nothing;
  const { lines, usual, spread, most } = readRate(rate, now, since);
  const limit = Math.ceil(Math.max(minCount, minTimes * usual, TIMES_MOST * most));
  // The sums are saved where it is nowhere near.
  if (lines < limit * LEAVE || usual <= 0) return { ...nothing, lines, usual, limit };
  const chance = countTailAbove(lines, usual, spread) + Math.log10(kinds.length);
  return { template, lines, usual, limit, score: Math.min(SCORE_MAX, Math.max(0, -chance)) };
}

function largest(all: readonly MoreFound[]): number {
  return Math.max(0, ...all.map(({ score }) => score));
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS);
}

function byScore(a: MoreFound, b: MoreFound): number {
  return b.score - a.score || (a.template < b.template ? -1 : 1);
}
