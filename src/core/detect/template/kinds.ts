/** The kinds of messages that a series has had: templates, those that differ by words only as one. */
import { createKindRate, joinRates, type KindRate, withLines } from './kind-rate.ts';
import { covers, kinOf, mayBeKin, wordsOf } from './likeness.ts';

/** Kinds that one watch remembers; beyond it those go first that came few times, then those that came longest ago. */
export const MAX_KINDS = 150;
/** So many lines make a kind more than a slip. */
export const FEW_LINES = 3;

export interface Kind {
  /** Log text: escape it at output. */
  readonly template: string;
  /** End of the step in which it was seen first, and last. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** It was seen first when others were known, and is not judged yet. */
  readonly isFresh?: true;
  /** One of its lines was fatal. */
  readonly isFatal?: true;
  /** How often it comes, where somebody asks. */
  readonly rate?: KindRate;
}

/** Lines of one template in one step. */
export interface Sighting {
  readonly template: string;
  readonly count: number;
  readonly now: number;
  readonly isFatal: boolean;
  /** A kind that is met now is told once it has come often enough. */
  readonly isFresh: boolean;
  /** Where somebody asks how often it comes: whether it is part of a fault. */
  readonly rated?: 'usual' | 'odd';
}

/** The kinds with this sighting, in no order that means anything. */
export function withSighting(kinds: readonly Kind[], seen: Sighting): readonly Kind[] {
  const exact = kinds.findIndex(({ template }) => template === seen.template);
  if (exact >= 0) return kinds.with(exact, seenAgain(kinds[exact] as Kind, seen));
  const words = wordsOf(seen.template);
  const near = kinds.filter(({ template }) => mayBeKin(template, words[0] as string));
  const known = near.map(({ template }) => wordsOf(template));
  const covering = near[known.findIndex((one) => covers(one, words))];
  if (covering) return kinds.with(kinds.indexOf(covering), seenAgain(covering, seen));
  const met = meet(seen);
  const areFresh = seen.isFresh ? near.map((kind) => kind.isFresh === true) : [];
  const kin =
    kinOf(words, known) ??
    kinOf(
      words,
      known.map((one, index) => (areFresh[index] ? one : [])),
      1,
    );
  if (!kin) return withRoom([...kinds, met]);
  const members = kin.members.map((index) => near[index] as Kind);
  const others = kinds.filter((kind) => !members.includes(kind));
  return [...others, { ...members.reduce(join, met), template: kin.template }];
}

function meet({ template, now, count, isFatal, isFresh, rated }: Sighting): Kind {
  const rate = rated && withLines(createKindRate(now), { now, lines: count, isOdd: false });
  const met = { template, first: now, last: now, count, ...(rate && { rate }) };
  return { ...met, ...(isFresh && { isFresh }), ...(isFatal && { isFatal }) };
}

function seenAgain(kind: Kind, { now, count, isFatal, rated }: Sighting): Kind {
  const rate = kind.rate && withLines(kind.rate, { now, lines: count, isOdd: rated === 'odd' });
  return { ...kind, last: now, count: kind.count + count, ...(rate && { rate }), ...(isFatal && { isFatal }) };
}

/** What was known makes what is met now known. */
function join(one: Kind, other: Kind): Kind {
  const { template, isFresh, isFatal } = one;
  const rate = one.rate && other.rate && joinRates(one.rate, other.rate);
  return {
    template,
    first: Math.min(one.first, other.first),
    last: Math.max(one.last, other.last),
    count: one.count + other.count,
    ...(isFresh && other.isFresh && { isFresh }),
    ...((isFatal || other.isFatal) && { isFatal: true as const }),
    ...(rate && { rate }),
  };
}

function withRoom(kinds: readonly Kind[]): readonly Kind[] {
  if (kinds.length <= MAX_KINDS) return kinds;
  const newest = kinds.length - 1;
  let least = 0;
  for (let index = 1; index < newest; index += 1) if (isLess(kinds[index] as Kind, kinds[least] as Kind)) least = index;
  return kinds.toSpliced(least, 1);
}

function isLess(a: Kind, b: Kind): boolean {
  const [isRare, isOtherRare] = [a.count < FEW_LINES, b.count < FEW_LINES];
  return isRare === isOtherRare ? a.last < b.last : isRare;
}
