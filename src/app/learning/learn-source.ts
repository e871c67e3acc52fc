/** Learns one source from its earlier files: the engine of a replay over memory, of which only what was learnt is kept. */
import type { Tests } from '../../core/detect/budget.ts';
import type { LineReader, SliceParser } from '../../core/ports.ts';
import { keptNames, LEFT_OUT_KEPT, MAILS_KEPT } from '../../core/reading/learnt-from.ts';
import { createSourceChain } from '../../engine/chain.ts';
import { tickThrough } from '../../engine/drive.ts';
import type { ArmedWatch } from '../../engine/posts.ts';
import { createSourceEngine } from '../../engine/source.ts';
import { createTicker, type Learning } from '../../engine/tick.ts';
import { createMemoryStore } from '../../memory/store.ts';
import type { EarlierReader } from '../../sources/earlier-reader.ts';
import { createPace } from './pace.ts';

const HOST = 'earlier';
/** Nothing of it is read again, so it is written only where it must be. */
const QUIET_COMMIT_MS = 30 * 86_400_000;
/** All that learns does so at whole ten seconds, most of it at whole minutes; to look at each second takes several times as long. */
const STRIDE_MS = 10_000;
/** Judged together: each page of the windows is decoded once. The ring of seconds must not overtake it. */
const TOGETHER_MS = 5 * 60_000;

export interface LearnSourceParts {
  readonly source: string;
  readonly timezone: string;
  readonly falseAlarmsPerMonth: number;
  readonly watches: readonly ArmedWatch[];
  readonly reader: Pick<EarlierReader, 'skipTo' | 'read' | 'leftOut'> & LineReader;
  readonly parser: SliceParser;
  /** Lines from this time on are left. */
  readonly stopAt: number;
  /** Stamps without a year are of the year in which the first of them is close to this time. */
  readonly near: number;
  /** By the wall: stamps ahead of it are no times. */
  readonly now: number;
  /** What may be spent on it, ms; then what was learnt until then is what is learnt. */
  readonly withinMs: number;
  readonly clock: () => number;
  readonly version: string;
}

export async function learnSource(parts: LearnSourceParts): Promise<Learning> {
  const { source, reader, now, clock } = parts;
  const startedAt = clock();
  const pace = createPace({ startedAt, withinMs: parts.withinMs, stopAt: parts.stopAt });
  let learner = createLearner(parts, Number.NEGATIVE_INFINITY);
  let lines = 0;
  let complete: number | undefined;
  await learner.engine.open(now);
  for (;;) {
    const round = await learner.engine.round(now);
    if (round.idle) break;
    lines += round.lines;
    complete = round.complete ?? complete;
    const next = pace.after(learner.engine.state().watermark, clock());
    if (next === 'over') break;
    if (next === undefined) continue;
    await reader.skipTo(next.skipTo);
    // Anew: what was left out would be learnt as silence.
    learner = createLearner(parts, next.skipTo);
    lines = 0;
    complete = undefined;
    await learner.engine.open(now);
  }
  const { ticker, engine, seen, judgeUpTo } = learner;
  if (complete !== undefined) await judgeUpTo(complete);
  return {
    baselines: ticker.learnt(),
    tests: sinceNow(ticker.state()?.tests[source], now),
    from: {
      ...{ at: now, files: keptNames(reader.read()), fileCount: reader.read().length, lines, first: seen.first },
      ...{ last: engine.state().watermark, tookMs: Math.round(clock() - startedAt) },
      ...{ mails: seen.mails.length, lastMails: seen.mails.slice(-MAILS_KEPT) },
      leftOut: reader.leftOut().slice(0, LEFT_OUT_KEPT),
    },
  };
}

interface Seen {
  /** Stamp of the first line. */
  first?: number;
  /** When a mail would have been sent, and what of. */
  readonly mails: { readonly at: number; readonly watch: string }[];
}

/** `from`: before this time nothing is judged. */
function createLearner(parts: LearnSourceParts, from: number) {
  const { source, watches, timezone, falseAlarmsPerMonth, version } = parts;
  const store = createMemoryStore();
  const newCommitId = createCommitIds();
  const seen: Seen = { mails: [] };
  let judgedTo: number | undefined;
  const ticker = createTicker({
    ...{ store, newCommitId, falseAlarmsPerMonth, quietCommitMs: QUIET_COMMIT_MS, strideMs: STRIDE_MS },
    facts: { host: HOST, timezone, version },
    // Its mails are counted, and go nowhere.
    receivers: ['nobody@localhost'],
    watches: { [source]: watches },
  });
  const engine = createSourceEngine({
    chain: createSourceChain({ store, host: HOST, source, newCommitId }),
    ...{ reader: parts.reader, parser: parts.parser, stopAt: parts.stopAt, near: parts.near },
    async beforeAdding(complete) {
      if (complete < from) return;
      seen.first ??= complete;
      judgedTo ??= complete;
      if (complete - judgedTo < TOGETHER_MS) return;
      await judgeUpTo(complete);
      judgedTo = complete;
    },
  });

  async function judgeUpTo(complete: number): Promise<void> {
    const input = { complete: { [source]: complete }, delivered: () => true };
    await tickThrough(ticker, input, ({ notifications }) => {
      const begun = notifications.filter(({ model }) => model.transition === 'firing');
      seen.mails.push(...begun.map(({ at, model }) => ({ at, watch: model.watch })));
    });
  }

  return { ticker, engine, seen, judgeUpTo };
}

/** Nothing was told before: what was to be expected by chance counts from now on. */
function sinceNow(tests: Tests[string] = {}, now: number): Tests[string] {
  return Object.fromEntries(Object.entries(tests).map(([watch, tested]) => [watch, { ...tested, since: now }]));
}

function createCommitIds(): () => string {
  let commits = 0;
  return () => {
    commits += 1;
    return `earlier.${commits}`;
  };
}
