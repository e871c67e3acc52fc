/**
 * How odd the oddest hours of this very series were. A model of counts never fits quite: bots come in bursts, nights are
 * restless. So a score counts as rare only as far as this series has not shown the like of it: from its largest hourly scores
 * on, the tail is taken to be exponential with their mean excess (peaks over a threshold; Pickands 1975).
 */
import type { Side } from './count-tail.ts';

/** Largest ones kept, of this generation and of this and the one before; then hours of each, and the hour's largest so far. */
const KEPT = 8;
const THIS_HOURS = 2 * KEPT;
const BOTH_HOURS = THIS_HOURS + 1;
const HOUR_LARGEST = BOTH_HOURS + 1;
const LENGTH = HOUR_LARGEST + 1;
/** Hours of a generation: the memory is 14 to 28 days long. */
const GENERATION_HOURS = 14 * 24;
/** Before so many hours the model alone is asked. */
const HOURS_MIN = 24;
/** Ranks from which the tail is continued; the mean of their answers is taken. */
const RANKS = [2, 4, 8] as const;
/** -log10 of what the looks of an hour make of a chance: windows overlap, about a hundred of them are news. */
export const LOOKS = 2;
/** What is told and comes again every day is usual after some days where there are too many; too few never is. */
const LEARNT: Readonly<Record<Side, (score: number, largest: number) => number>> = {
  high: (score, largest) => Math.min(score, 1.5 * largest + 1),
  low: (score, largest) => Math.min(score, largest + 0.5),
};

const SIDES: readonly Side[] = ['high', 'low'];

export type Records = Float32Array;

export function createRecords(): Records {
  return new Float32Array(SIDES.length * LENGTH);
}

/** Scores seen at one step, in place: the caller has copied it. `isNewHour`: the hour before is over. */
export function addToRecords(records: Records, scores: Readonly<Record<Side, number>>, isNewHour: boolean): void {
  for (const [i, side] of SIDES.entries()) {
    const own = records.subarray(i * LENGTH, (i + 1) * LENGTH);
    if (isNewHour) closeHour(own, side);
    own[HOUR_LARGEST] = Math.max(own[HOUR_LARGEST] ?? 0, scores[side]);
  }
}

/** -log10 of the chance that an hour of this series has a score this large. */
export function rarity(records: Records, side: Side, score: number): number {
  const byModel = Math.max(0, score - LOOKS);
  const own = records.subarray(SIDES.indexOf(side) * LENGTH);
  const hours = own[BOTH_HOURS] ?? 0;
  if (hours < HOURS_MIN || byModel === 0) return byModel;
  const answers = RANKS.map((rank) => beyondRank(own, rank, { hours, score }));
  const known = answers.filter((one) => one !== undefined);
  if (known.length === 0) return 0;
  return Math.min(byModel, known.reduce((sum, one) => sum + one, 0) / known.length);
}

function beyondRank(
  own: Records,
  rank: number,
  { hours, score }: { readonly hours: number; readonly score: number },
): number | undefined {
  const largest = own.subarray(KEPT, KEPT + rank);
  const from = largest[rank - 1] ?? 0;
  if (score <= from) return undefined;
  const excess = (largest.reduce((sum, one) => sum + one, 0) - rank * from) / (rank - 1);
  return Math.log10(hours / rank) + ((score - from) * Math.LOG10E) / Math.max(excess, Math.LOG10E);
}

function closeHour(own: Records, side: Side): void {
  const score = own[HOUR_LARGEST] ?? 0;
  const learnt = (own[BOTH_HOURS] ?? 0) < HOURS_MIN ? score : LEARNT[side](score, own[KEPT] ?? 0);
  insert(own.subarray(0, KEPT), learnt);
  insert(own.subarray(KEPT, 2 * KEPT), learnt);
  own[HOUR_LARGEST] = 0;
  own[THIS_HOURS] = (own[THIS_HOURS] ?? 0) + 1;
  own[BOTH_HOURS] = (own[BOTH_HOURS] ?? 0) + 1;
  if ((own[THIS_HOURS] ?? 0) < GENERATION_HOURS) return;
  // This generation becomes the one before.
  own.copyWithin(KEPT, 0, KEPT);
  own.fill(0, 0, KEPT);
  own[BOTH_HOURS] = own[THIS_HOURS] ?? 0;
  own[THIS_HOURS] = 0;
}

/** Into a list in falling order, whose last one falls out. */
function insert(list: Records, score: number): void {
  let place = list.length;
  while (place > 0 && score > (list[place - 1] ?? 0)) place -= 1;
  if (place === list.length) return;
  list.copyWithin(place + 1, place);
  list[place] = score;
}
