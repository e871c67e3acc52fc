/**
 * Who explains a finding: over the heavy hitters of its fields, the keys without which it would be none. All that is uncertain
 * about a count speaks against a key, since a wrong name costs more of a night than none.
 */
import { parseSeriesKey, seriesKey } from '../../observe/series.ts';
import type { EvidenceView } from '../../plugin.ts';
import type { Finding } from '../../types.ts';
import { alikeOf, noneIsSpared } from './alike.ts';
import { countCandidate } from './count.ts';
import { bestOf, type Candidate, type Explanation, FIELDS } from './explanation.ts';
import { type Hitters, hittersBy, type Spans, spansOf } from './hitters.ts';
import { shareCandidate } from './share.ts';
import { explainSlow, hasSlowLists } from './slow.ts';
import { isSpreadAs } from './spread.ts';

export interface Asked {
  readonly finding: Finding;
  /** Series of all observations, where a share was judged. */
  readonly whole?: string | undefined;
  readonly view: EvidenceView;
  /** Of the fault. */
  readonly from: number;
  readonly to: number;
}

/** Undefined where nothing can be said. */
export function explain(asked: Asked): Explanation | undefined {
  const { finding, whole } = asked;
  const spans = spansOf(asked.from, asked.to, asked.view.from);
  if (spans.now.to <= spans.now.from || !isMostlyOfLabel(asked, spans)) return undefined;
  const { name } = parseSeriesKey(finding.series);
  if (hasSlowLists(name)) return explainSlow(name, asked.view, spans);
  const own = Object.keys(finding.labels);
  const fields = (whole === undefined ? countFields(asked, spans) : shareFields(asked, spans, whole)).filter(
    ({ by }) => FIELDS.includes(by) && !own.includes(by),
  );
  const explainers = bestOf(fields.flatMap(({ candidate }) => candidate ?? []));
  if (explainers.length > 0) return { kind: 'keys', fields: [], explainers };
  const seen = fields.filter(({ isSpread }) => isSpread !== undefined);
  const spread = seen.filter(({ isSpread }) => isSpread);
  // Where all routes fail alike it is said so, though agents may differ: who asks for what differs by itself.
  const isTold = spread.length === seen.length || (whole !== undefined && spread.some(({ by }) => by === 'route'));
  if (spread.length === 0 || !isTold) return undefined;
  return { kind: 'spread', ...(whole === undefined ? { fields: inOrder(spread) } : alikeOf(spread)), explainers: [] };
}

function inOrder(fields: readonly Compared[]): readonly string[] {
  return fields.map(({ by }) => by).sort((a, b) => FIELDS.indexOf(a) - FIELDS.indexOf(b));
}

interface Compared {
  readonly by: string;
  readonly bad: Hitters;
  readonly all: Hitters;
  readonly candidate: Candidate | undefined;
  readonly isSpread: boolean | undefined;
}

function shareFields({ finding, view }: Asked, { now, before }: Spans, whole: string): readonly Compared[] {
  const name = parseSeriesKey(finding.series).name;
  const allBy = hittersBy(view, whole, now);
  const beforeBy = before ? hittersBy(view, name, before) : new Map<string, Hitters>();
  return [...hittersBy(view, name, now)].flatMap(([by, bad]) => {
    const all = allBy.get(by);
    // The bad may come from another log than all do.
    if (!all || bad.total > all.total) return [];
    const candidate = shareCandidate({ by, bad, all, badBefore: beforeBy.get(by) }, finding);
    const isSpread = isSpreadAs(bad, all);
    return [{ by, bad, all, candidate, isSpread: isSpread && noneIsSpared({ bad, all }) }];
  });
}

function countFields({ finding, view }: Asked, { now, before }: Spans): readonly Compared[] {
  const { series, windowMs, expected, limit } = finding;
  if (!before || windowMs <= 0) return [];
  const name = parseSeriesKey(series).name;
  const beforeBy = hittersBy(view, name, before);
  const windows = (now.to - now.from) / windowMs;
  return [...hittersBy(view, name, now)].flatMap(([by, its]) => {
    const past = beforeBy.get(by);
    if (!past || past.total === 0) return [];
    // A fixed limit has no expected value: the minutes before say what is usual.
    const usual = expected > 0 ? expected * windows : (past.total * (now.to - now.from)) / (before.to - before.from);
    const judged = { expected: usual, limit: limit * windows, windowPart: 1 / windows };
    const candidate = countCandidate({ by, now: its, before: past }, judged);
    return [{ by, bad: its, all: past, candidate, isSpread: isSpreadAs(its, past) }];
  });
}

/** Heavy hitters are kept of whole series: they speak for a label only where nearly everything is of it. */
const OF_LABEL_LEAST = 0.9;

function isMostlyOfLabel({ finding, whole, view }: Asked, { now }: Spans): boolean {
  if (Object.keys(finding.labels).length === 0) return true;
  const names = [parseSeriesKey(finding.series).name, ...(whole === undefined ? [] : [whole])];
  return names.every((name) => {
    const its = view.sum(seriesKey(name, finding.labels), now.from, now.to).count;
    return its >= view.sum(name, now.from, now.to).count * OF_LABEL_LEAST;
  });
}
