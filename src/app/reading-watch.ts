/** Watches the reading itself: how far behind, what cannot be read, what was lost; as figures, as reports, as health. */

import { seriesKey } from '../core/observe/series.ts';
import type { Measurement } from '../core/plugin.ts';
import { growthOf, type LossCounts, lossesOf, lossText } from '../core/reading/losses.ts';
import { lostIn } from '../core/reading/lost-in.ts';
import { isBlocked, lagMs, type Pace, paceAfter } from '../core/reading/pace.ts';
import { type AuditReport, isEverEmpty, reportOf, type SourceKind, type SourceReport } from '../core/reading/report.ts';
import { type RotatedUnread, rotatedUnread, type UnreadSince, unreadSince } from '../core/reading/rotated.ts';
import { type Understood, understand, unparsedShare } from '../core/reading/understood.ts';
import { sumOf, unreadBytes } from '../core/reading/unread.ts';
import type { ByteReason, FileRecord, Ledger } from '../core/types.ts';
import type { LiveSource } from '../engine/live.ts';
import type { RoundResult } from '../engine/source.ts';
import { isCounted, isOnlySlower } from '../sources/problems.ts';
import { BLIND, LINES_LOST, LINES_UNPARSED, READING_LAG, READING_ROTATION } from './reading-watches.ts';

/** A source whose files stay without a byte for so long after the start is said to be empty. */
const EMPTY_AFTER_MS = 10 * 60_000;
/** Lines of evidence a reading gives for one series. */
const SENTENCES_MAX = 5;

export interface ReadingWatch {
  /** The sources have been opened. */
  begin(sources: readonly LiveSource[]): void;
  /** After each round of a source. */
  sawRound(source: LiveSource, round: RoundResult & { readonly startedAt: number }): void;
  /** What is to be added to the machine's figures: called every ten seconds. */
  measure(now: number): readonly Measurement[];
  report(now: number, all: boolean): readonly SourceReport[];
  /** When everything written was taken last; undefined before the first round. */
  caughtUpAt(source: string): number | undefined;
}

interface Watched {
  readonly source: LiveSource;
  readonly startedAt: number;
  pace: Pace | undefined;
  obstacles: readonly string[];
  blindSince: number | undefined;
  renamed: UnreadSince;
  losses: LossCounts;
  lostBytes: number;
  /** As of the last measuring. */
  files: readonly FileRecord[];
  understood: Understood;
}

/** Everything it holds is bounded by the sources and their records. */
export function createReadingWatch(parts: {
  readonly now: () => number;
  readonly kindOf: (source: string) => SourceKind;
  readonly auditOf: (source: string) => AuditReport | undefined;
  /** A sentence, or undefined when it is over. */
  readonly onEmpty: (source: string, sentence: string | undefined) => void;
}): ReadingWatch {
  let watched: readonly Watched[] = [];

  function begin(sources: readonly LiveSource[]): void {
    const startedAt = parts.now();
    watched = sources.map((source) => ({
      ...{ source, startedAt, obstacles: [], renamed: {}, understood: { counts: [] } },
      ...{ pace: undefined, blindSince: undefined },
      // What was lost before this start was told by it.
      losses: lossesOf(source.engine.state()),
      lostBytes: lostBytesOf(source.engine.state().ledger),
      files: source.engine.state().files,
    }));
  }

  function sawRound(source: LiveSource, round: RoundResult & { readonly startedAt: number }): void {
    const one = watched.find((other) => other.source === source);
    if (!one) return;
    const problems = source.reader.problems();
    const { files } = source.engine.state();
    // What a commit did not store is read again. Under load there is always more, and yet all of what was seen may have been taken.
    const stood = round.idle || round.lines > 0 || round.complete !== undefined;
    const tookAll = stood && (!round.more || unreadBytes(files) === 0);
    const leftNothing = tookAll && !isBlocked(files, problems);
    one.pace = paceAfter(one.pace ?? { caughtUpAt: one.startedAt }, { ...round, leftNothing });
    one.obstacles = problems.filter((sentence) => !isOnlySlower(sentence) && !isCounted(sentence));
    one.blindSince = one.obstacles.length === 0 ? undefined : (one.blindSince ?? round.startedAt);
  }

  function measureOne(one: Watched, now: number): readonly Measurement[] {
    const { source } = one;
    const state = source.engine.state();
    one.renamed = unreadSince(one.renamed, state.files, now);
    one.understood = understand(one.understood, state.totals, now);
    parts.onEmpty(source.name, isEmpty(one, now) ? emptySentence(one, parts.kindOf(source.name)) : undefined);
    return [...lagOf(one, now), ...blindOf(one, now), ...rotatedOf(one, now), ...lostOf(one), ...unparsedOf(one)];
  }

  return {
    begin,
    sawRound,
    measure: (now) => watched.flatMap((one) => measureOne(one, now)),
    report: (now, all) =>
      watched.map((one) => {
        const { source, pace } = one;
        const { name, engine, reader } = source;
        const facts = { problems: reader.problems(), obstacles: one.obstacles.length, isEmpty: isEmpty(one, now) };
        return reportOf(
          { name, kind: 'files', state: engine.state(), pace, ...facts, audit: parts.auditOf(name), all },
          now,
        );
      }),
    caughtUpAt: (name) => watched.find(({ source }) => source.name === name)?.pace?.caughtUpAt,
  };
}

function lagOf(one: Watched, now: number): readonly Measurement[] {
  if (!one.pace) return [];
  const lag = lagMs(one.pace, now);
  return figure(
    one,
    READING_LAG,
    lag / 1_000,
    lag > 0 ? [`everything written up to ${instant(one.pace.caughtUpAt)} was read`] : [],
  );
}

function blindOf(one: Watched, now: number): readonly Measurement[] {
  const seconds = one.blindSince === undefined ? 0 : (now - one.blindSince) / 1_000;
  return figure(one, BLIND, seconds, one.obstacles);
}

function rotatedOf(one: Watched, now: number): readonly Measurement[] {
  const found: RotatedUnread | undefined = rotatedUnread(one.renamed, one.source.engine.state().files, now);
  return figure(one, READING_ROTATION, (found?.ageMs ?? 0) / 1_000, found ? [found.sentence] : []);
}

/** Counted when it grows; what is too late or off the clock is no loss of reading. */
function lostOf(one: Watched): readonly Measurement[] {
  const state = one.source.engine.state();
  const losses = lossesOf(state);
  const bytes = lostBytesOf(state.ledger);
  const names = lostIn(one.files, state.files);
  const { late: _late, off_clock: _offClock, ...grown } = growthOf(losses, one.losses);
  // A line of unknown length counts as a byte, so that it is told.
  const grownBytes = Math.max(0, bytes - one.lostBytes) || sumOf(grown);
  Object.assign(one, { losses, lostBytes: bytes, files: state.files });
  const where = names.length === 0 ? '' : `, in ${names.join(', ')}`;
  return grownBytes === 0 ? [] : figure(one, LINES_LOST, grownBytes, [`${lossText(grown)}${where}`]);
}

function unparsedOf(one: Watched): readonly Measurement[] {
  const found = unparsedShare(one.understood);
  if (!found) return [];
  const { share, unparsed, lines, before } = found;
  const isChanged = one.understood.before !== undefined;
  const sentence = `${unparsed} of the last ${lines} lines match no pattern; before that it were ${(before * 100).toFixed(1)}%`;
  return figure(one, LINES_UNPARSED, share * 100, isChanged ? [sentence] : []);
}

function figure(
  { source }: Watched,
  series: string,
  value: number,
  sentences: readonly string[],
): readonly Measurement[] {
  const key = seriesKey(series, { source: source.name });
  return [{ series: key, value, lines: sentences.filter((one) => one !== '').slice(0, SENTENCES_MAX) }];
}

const LOST: readonly ByteReason[] = [
  'line_too_long',
  'truncated_unrecovered',
  'deleted_unread_bytes',
  'damaged',
  'dropped',
];

function lostBytesOf(ledger: Ledger | undefined): number {
  return sumOf(Object.fromEntries(LOST.map((reason) => [reason, ledger?.skipped[reason]])));
}

function isEmpty({ source, startedAt }: Watched, now: number): boolean {
  return now - startedAt >= EMPTY_AFTER_MS && isEverEmpty(source.engine.state());
}

function emptySentence({ source }: Watched, kind: SourceKind): string {
  const name = source.engine.state().files[0]?.name ?? source.name;
  if (kind === 'files')
    return `Nothing was ever written to '${name}': check that access_log of Nginx names it (nginx -T), or send a first request.`;
  return `Nothing ever came from '${name}': check that something writes to it, as \`linesman sources\` shows it.`;
}

function instant(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
