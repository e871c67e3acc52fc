/** Who explains a finding: plain data, as it stands in a mail's model. */

export interface Explanation {
  /** 'keys': some keys do; 'spread': it is over all keys of the fields as usual. */
  readonly kind: 'keys' | 'spread';
  /** Fields that were compared and show nothing, of a spread one. */
  readonly fields: readonly string[];
  /** That which says most first; one a field. */
  readonly explainers: readonly Explainer[];
  /** Of a spread one: the numbers that show it. */
  readonly alike?: Alike | undefined;
  /** Bad ones are those that take as long or longer; `usual`: their share of all before. */
  readonly slow?: { readonly fromMs: number; readonly usual: number } | undefined;
}

/** The largest keys of a field have shares of bad ones between these two; `of` is that of all. */
export interface Alike {
  readonly by: string;
  readonly keys: number;
  readonly low: number;
  readonly high: number;
  readonly of: number;
}

export interface Explainer {
  readonly by: string;
  /** One to three. Log text. */
  readonly keys: readonly string[];
  /** Their share of the bad observations, or of all that are counted. */
  readonly now: number;
  /** The same before the fault; undefined where too little was seen then. */
  readonly before?: number | undefined;
  /** Their share of all observations, for shares. */
  readonly all?: number | undefined;
  /** The judged value without them. */
  readonly without: number;
  /** That is what is usual; else it is only within the limit. */
  readonly isUsual: boolean;
}

export const KEYS_MAX = 3;
export const EXPLAINERS_MAX = 2;
/** They make this part of what is too much (or missing) at least. */
export const COVERED_LEAST = 0.6;
/** Each of several makes this part of it. */
export const COVERED_EACH = 0.15;
/** Chance, as log10, that a key has so many of them for no reason: some hundred are looked at, and few of those pass all the rest. */
export const CHANCE_MOST = -4;
/** What is up to so many times the usual is called usual, besides what chance makes of it. */
const USUAL_TIMES = 1.5;

/** Fields in the order in which they are named where they say the same. */
export const FIELDS = [
  'upstream',
  'vhost',
  'route',
  'client',
  'method',
  'agent_family',
  'service',
  'logger',
  'template',
];

export function isAsUsual(value: number, usual: number): boolean {
  return value <= usual * USUAL_TIMES;
}

/** One that has the first one's lift over this is told beside it. */
const AS_NARROW = 1.5;

/** A set of keys of one field, while it is weighed against those of others. */
export interface Candidate extends Explainer {
  /** How many times their share is what it would be if all were alike. */
  readonly lift: number;
}

/** What clears it altogether goes first, then fewer keys, then what is narrower by a quarter at least. */
export function bestOf(candidates: readonly Candidate[]): readonly Explainer[] {
  const size = ({ lift }: Candidate) => Math.round(Math.log(lift) / Math.log(1.25));
  const inOrder = candidates.toSorted(
    (a, b) =>
      Number(b.isUsual) - Number(a.isUsual) ||
      a.keys.length - b.keys.length ||
      size(b) - size(a) ||
      FIELDS.indexOf(a.by) - FIELDS.indexOf(b.by),
  );
  // What is much wider only holds the first: the virtual host of a route, the upstream of a client.
  const narrow = inOrder.filter(({ lift }) => lift * AS_NARROW >= (inOrder[0]?.lift ?? 0));
  return narrow.slice(0, EXPLAINERS_MAX).map(({ lift: _, ...explainer }) => explainer);
}
