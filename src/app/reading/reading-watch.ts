/** Watches the reading itself: how far behind, what cannot be read, what was lost; as figures, as reports, as health. */
import { basename } from 'node:path';
import type { Measurement } from '../../core/plugin.ts';
import { isBlocked, paceAfter } from '../../core/reading/pace.ts';
import {
  type AuditReport,
  isEverEmpty,
  reportOf,
  type SourceKind,
  type SourceReport,
} from '../../core/reading/report.ts';
import { unreadBytes } from '../../core/reading/unread.ts';
import type { ToldLosses } from '../../core/types.ts';
import type { LiveSource } from '../../engine/live.ts';
import type { RoundResult } from '../../engine/source.ts';
import { isCounted, isOnlySlower } from '../../sources/problems.ts';
import type { LineWatch } from './line-watch.ts';
import { firstSeen, measureReading, type Seen, toldSoFar } from './reading-figures.ts';

/** A source whose files stay without a byte for so long after the start is said to be empty. */
const EMPTY_AFTER_MS = 10 * 60_000;

export interface ReadingWatch {
  /** The sources have been opened; `told` by an earlier start. */
  begin(sources: readonly LiveSource[], told: ToldLosses): void;
  /** After each round of a source. */
  sawRound(source: LiveSource, round: RoundResult & { readonly startedAt: number }): void;
  /** What is to be added to the machine's figures: called every ten seconds. */
  measure(now: number): readonly Measurement[];
  /** What of the losses the figures measured so far tell. */
  told(): ToldLosses;
  report(now: number, all: boolean): readonly SourceReport[];
  /** When everything written was taken last; undefined before the first round. */
  caughtUpAt(source: string): number | undefined;
}

/** Nothing was ever written to a source. */
export interface Empty {
  readonly sentence: string;
  /** A log of errors alone, which is as it should be. */
  readonly isUsual: boolean;
}

interface Watched {
  readonly source: LiveSource;
  readonly startedAt: number;
  readonly seen: Seen;
}

/** Everything it holds is bounded by the sources and their records. */
export function createReadingWatch(parts: {
  readonly now: () => number;
  readonly kindOf: (source: string) => SourceKind;
  readonly auditOf: (source: string) => AuditReport | undefined;
  /** Undefined: it is over. */
  readonly onEmpty: (source: string, empty: Empty | undefined) => void;
  /** What is known of why a source cannot be read, for a mail; where it is nothing, the problems themselves. */
  readonly evidenceOf?: (source: string) => readonly string[];
  readonly lines?: LineWatch;
}): ReadingWatch {
  let watched: readonly Watched[] = [];

  function begin(sources: readonly LiveSource[], told: ToldLosses): void {
    const startedAt = parts.now();
    watched = sources.map((source) => ({
      ...{ source, startedAt, seen: firstSeen(source.name, source.engine.state(), told[source.name]) },
    }));
  }

  function sawRound(source: LiveSource, round: RoundResult & { readonly startedAt: number }): void {
    const one = watched.find((other) => other.source === source);
    if (!one) return;
    const problems = source.reader.problems();
    const { files } = source.engine.state();
    // Under load there is always more, and yet all of what was seen may have been taken.
    const tookAll = !round.more || unreadBytes(files) === 0;
    // What is not stored may be read again.
    const leftNothing = round.isStored && tookAll && !isBlocked(files, problems);
    const { seen } = one;
    parts.lines?.sawRound(source.name);
    seen.pace = paceAfter(seen.pace ?? { caughtUpAt: one.startedAt }, { ...round, leftNothing });
    seen.obstacles = problems.filter((sentence) => !isOnlySlower(sentence) && !isCounted(sentence));
    seen.blindSince = seen.obstacles.length === 0 ? undefined : (seen.blindSince ?? round.startedAt);
  }

  function measureOne(one: Watched, now: number): readonly Measurement[] {
    const { source, seen } = one;
    parts.onEmpty(source.name, isEmpty(one, now) ? emptyOf(one, parts.kindOf(source.name)) : undefined);
    const known = parts.evidenceOf?.(source.name) ?? [];
    if (known.length > 0 && seen.obstacles.length > 0) seen.obstacles = known;
    const state = source.engine.state();
    const ofLines = parts.lines?.measure(source.name, state.totals, now) ?? [];
    // A format that is not recognised at all says more than one that changed within minutes.
    const others = measureReading(seen, state, now).filter(
      (one) => !ofLines.some(({ series }) => series === one.series),
    );
    return [...others, ...ofLines];
  }

  return {
    begin,
    sawRound,
    measure: (now) => watched.flatMap((one) => measureOne(one, now)),
    told: () => Object.fromEntries(watched.map(({ source, seen }) => [source.name, toldSoFar(seen)])),
    report: (now, all) =>
      watched.map((one) => {
        const { source, seen } = one;
        const { name, engine, reader } = source;
        const { pace, obstacles } = seen;
        const state = engine.state();
        const facts = { problems: reader.problems(), obstacles: obstacles.length, isEmpty: isEmpty(one, now) };
        return reportOf(
          { ...{ name, kind: parts.kindOf(name), state, pace, all }, ...facts, audit: parts.auditOf(name) },
          now,
        );
      }),
    caughtUpAt: (name) => watched.find(({ source }) => source.name === name)?.seen.pace?.caughtUpAt,
  };
}

function isEmpty({ source, startedAt }: Watched, now: number): boolean {
  return now - startedAt >= EMPTY_AFTER_MS && isEverEmpty(source.engine.state());
}

function emptyOf({ source }: Watched, kind: SourceKind): Empty {
  const names = source.engine.state().files.map(({ name }) => name);
  const name = names[0] ?? source.name;
  if (kind !== 'files')
    return {
      sentence: `Nothing ever came from '${name}': check that something writes to it, as \`linesman sources\` shows it.`,
      isUsual: false,
    };
  const isUsual = names.every((one) => /err/i.test(basename(one)));
  const sentence = isUsual
    ? `Nothing was ever written to '${name}', which is well as long as nothing fails; error_log of Nginx should name it (nginx -T).`
    : `Nothing was ever written to '${name}': check that access_log of Nginx names it (nginx -T). Where it does and nobody came yet, all is well: a first request ends this.`;
  return { sentence, isUsual };
}
