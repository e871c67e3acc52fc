/** Who makes answers slow: of the requests that take longer than a fixed time, who has far more than before and than of all. */
import type { EvidenceView } from '../../plugin.ts';
import { binomialTail } from '../log-tail.ts';
import { alikeOf } from './alike.ts';
import { bestOf, type Explanation, FIELDS } from './explanation.ts';
import { hittersBy, type Span, type Spans } from './hitters.ts';
import { type JudgedShare, shareCandidate } from './share.ts';
import { isSpreadAs } from './spread.ts';

/** Of the series of a latency the one that holds what takes longer than a fixed time, and the one that holds all. */
const SLOW_OF: Readonly<Record<string, { readonly whole: string; readonly slow: string; readonly fromMs: number }>> = {
  'http.latency': { whole: 'http.requests', slow: 'http.slow', fromMs: 500 },
};

/** Fewer slow ones tell nothing. */
const BAD_LEAST = 10;
/** And of fewer requests before nobody knows how many of them are usually slow. */
const BEFORE_LEAST = 30;
/** Chance, as log10, that as many are slow for no reason. */
const MORE_MOST = -4;

export function hasSlowLists(series: string): boolean {
  return SLOW_OF[series] !== undefined;
}

/** Undefined where nothing can be said: too few are slow, or no more than before, or nothing is known of before. */
export function explainSlow(series: string, view: EvidenceView, { now, before }: Spans): Explanation | undefined {
  const lists = SLOW_OF[series];
  if (lists === undefined || before === undefined) return undefined;
  const { whole, slow, fromMs } = lists;
  const countOf = (name: string, { from, to }: Span) => view.sum(name, from, to).count;
  const [all, bad] = [countOf(whole, now), countOf(slow, now)];
  const allBefore = countOf(whole, before);
  if (bad < BAD_LEAST || bad > all || allBefore < BEFORE_LEAST) return undefined;
  const usual = Math.min(1, (countOf(slow, before) + 0.5) / (allBefore + 1));
  if (binomialTail(bad, all, usual) > MORE_MOST) return undefined;
  // Halfway back is no explanation: without it the share must be as usual, but for what chance makes of it.
  const judged = { expected: usual, limit: usual + Math.max(usual / 2, 3 * Math.sqrt(usual / all)) };
  const fields = comparedBy(slow, whole, { view, now, before, judged });
  const explainers = bestOf(fields.flatMap(({ candidate }) => (candidate?.isUsual ? [candidate] : [])));
  if (explainers.length > 0) return { kind: 'keys', fields: [], explainers, slow: { fromMs, usual } };
  const spread = fields.filter(({ isSpread }) => isSpread === true);
  if (spread.length === 0) return undefined;
  return { kind: 'spread', ...alikeOf(spread), explainers: [], slow: { fromMs, usual } };
}

interface Where {
  readonly view: EvidenceView;
  readonly now: Span;
  readonly before: Span;
  readonly judged: JudgedShare;
}

function comparedBy(slow: string, whole: string, { view, now, before, judged }: Where) {
  const [allBy, beforeBy] = [hittersBy(view, whole, now), hittersBy(view, slow, before)];
  return [...hittersBy(view, slow, now)].flatMap(([by, bad]) => {
    const all = allBy.get(by);
    if (!all || !FIELDS.includes(by)) return [];
    const candidate = shareCandidate({ by, bad, all, badBefore: beforeBy.get(by) }, judged);
    return [{ by, bad, all, candidate, isSpread: isSpreadAs(bad, all) }];
  });
}
