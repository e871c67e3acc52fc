/** That all keys of a field fare alike, with the numbers that show it. */
import { type Alike, type Explanation, FIELDS } from './explanation.ts';
import type { Hitters } from './hitters.ts';

/** Keys that are compared: the largest, whose shares chance moves least. */
const KEYS_MOST = 5;
/** So many bad ones at least must be due of a key, at the share of all, to compare it. */
const DUE_LEAST = 5;
/** Of a key with fewer than this part of what is due, and fewer than so many standard deviations explain, it is not said. */
const LOW_PART = 1 / 2;
const LOW_DEVIATIONS = 2;

interface Compared {
  readonly by: string;
  readonly bad: Hitters;
  readonly all: Hitters;
}

/** Fields in their order, and of the first that has them the numbers. */
export function alikeOf(spread: readonly Compared[]): Pick<Explanation, 'fields' | 'alike'> {
  const inOrder = spread.toSorted((a, b) => ALIKE_FIELDS.indexOf(a.by) - ALIKE_FIELDS.indexOf(b.by));
  const alike = inOrder.flatMap((one) => numbersOf(one) ?? [])[0];
  return { fields: inOrder.map(({ by }) => by), ...(alike && { alike }) };
}

/** What a person asks first. */
const ALIKE_FIELDS = ['route', ...FIELDS.filter((by) => by !== 'route')];

/** Whether none of the largest keys fares far better than all do: static files go on while an application fails. */
export function noneIsSpared({ bad, all }: Pick<Compared, 'bad' | 'all'>): boolean {
  const share = bad.total / all.total;
  return largest({ bad, all }).every((key) => {
    const due = all.least(key) * share;
    return bad.most(key) >= Math.min(due * LOW_PART, due - LOW_DEVIATIONS * Math.sqrt(due));
  });
}

function largest({ bad, all }: Pick<Compared, 'bad' | 'all'>): readonly string[] {
  const share = bad.total / all.total;
  return all.keys.filter((key) => all.least(key) * share >= DUE_LEAST).slice(0, KEYS_MOST);
}

function numbersOf({ by, bad, all }: Compared): Alike | undefined {
  const share = bad.total / all.total;
  const keys = largest({ bad, all });
  if (keys.length < 2) return undefined;
  const shares = keys.map((key) => Math.min(1, bad.least(key) / all.least(key)));
  return { by, keys: keys.length, low: Math.min(...shares), high: Math.max(...shares), of: share };
}
