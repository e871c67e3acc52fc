/** The figures of one source's reading: how far behind, what cannot be read, what was lost, what is not understood. */
import { seriesKey } from '../../core/observe/series.ts';
import type { Measurement } from '../../core/plugin.ts';
import { growthOf, type LossCounts, lossesOf, lossText } from '../../core/reading/losses.ts';
import { lostIn } from '../../core/reading/lost-in.ts';
import { lagMs, type Pace } from '../../core/reading/pace.ts';
import { rotatedUnread, type UnreadSince, unreadSince } from '../../core/reading/rotated.ts';
import { type Understood, understand, unparsedShare } from '../../core/reading/understood.ts';
import { sumOf } from '../../core/reading/unread.ts';
import type { ByteReason, FileRecord, Ledger, SourceState, ToldLosses } from '../../core/types.ts';
import { BLIND, LINES_LOST, LINES_UNPARSED, READING_LAG, READING_ROTATION } from './reading-watches.ts';

/** Lines of evidence a reading gives for one series. */
const SENTENCES_MAX = 5;

/** Figures come every ten seconds; after more than this the machine slept, or we were stopped, or waited for the store. */
const PAUSE_MS = 30_000;

/** What was seen of a source so far; each measuring takes over what it has told. */
export interface Seen {
  readonly name: string;
  /** Undefined before the first round. */
  pace: Pace | undefined;
  /** Sentences about what keeps bytes from being read. */
  obstacles: readonly string[];
  blindSince: number | undefined;
  renamed: UnreadSince;
  losses: LossCounts;
  lostBytes: number;
  /** As of the last measuring. */
  files: readonly FileRecord[];
  understood: Understood;
  measuredAt: number | undefined;
}

/** Where it is not known what was told, as at an upgrade, everything lost before this start was. */
export function firstSeen(
  name: string,
  state: SourceState,
  told = toldSoFar({ losses: lossesOf(state), lostBytes: lostBytesOf(state.ledger) }),
): Seen {
  const { bytes: lostBytes = 0, ...losses } = told;
  return {
    ...{ name, pace: undefined, obstacles: [], blindSince: undefined, renamed: {}, understood: { counts: [] } },
    measuredAt: undefined,
    ...{ losses, lostBytes, files: state.files },
  };
}

/** What firstSeen of a later start goes on from. */
export function toldSoFar({ losses, lostBytes }: Pick<Seen, 'losses' | 'lostBytes'>): ToldLosses[string] {
  return { ...losses, bytes: lostBytes };
}

/** Changes what was seen: what grew is told once. */
export function measureReading(seen: Seen, state: SourceState, now: number): readonly Measurement[] {
  seen.renamed = unreadSince(seen.renamed, state.files, now);
  seen.understood = understand(seen.understood, state.totals, now);
  return [...howLong(seen, state, now), ...lostOf(seen, state), ...unparsedOf(seen)];
}

/** What lasts. Just after a pause it is all as old as the pause, and nothing could be read yet: the next figure tells. */
function howLong(seen: Seen, state: SourceState, now: number): readonly Measurement[] {
  const isAfterPause = seen.measuredAt !== undefined && Math.abs(now - seen.measuredAt) > PAUSE_MS;
  seen.measuredAt = now;
  return isAfterPause ? [] : [...lagOf(seen, now), ...blindOf(seen, now), ...rotatedOf(seen, state, now)];
}

function lagOf(seen: Seen, now: number): readonly Measurement[] {
  if (!seen.pace) return [];
  const lag = lagMs(seen.pace, now);
  return figure(
    seen,
    READING_LAG,
    lag / 1_000,
    lag > 0 ? [`everything written up to ${instant(seen.pace.caughtUpAt)} was read`] : [],
  );
}

function blindOf(seen: Seen, now: number): readonly Measurement[] {
  const seconds = seen.blindSince === undefined ? 0 : (now - seen.blindSince) / 1_000;
  return figure(seen, BLIND, seconds, seen.obstacles);
}

function rotatedOf(seen: Seen, state: SourceState, now: number): readonly Measurement[] {
  const found = rotatedUnread(seen.renamed, state.files, now);
  return figure(seen, READING_ROTATION, (found?.ageMs ?? 0) / 1_000, found ? [found.sentence] : []);
}

/** Counted when it grows; what is too late or off the clock is no loss of reading. */
function lostOf(seen: Seen, state: SourceState): readonly Measurement[] {
  const losses = lossesOf(state);
  const bytes = lostBytesOf(state.ledger);
  const names = lostIn(seen.files, state.files);
  const { late: _late, off_clock: _offClock, ...grown } = growthOf(losses, seen.losses);
  // A line of unknown length counts as a byte, so that it is told.
  const grownBytes = Math.max(0, bytes - seen.lostBytes) || sumOf(grown);
  Object.assign(seen, { losses, lostBytes: bytes, files: state.files });
  const where = names.length === 0 ? '' : `, in ${names.join(', ')}`;
  return grownBytes === 0 ? [] : figure(seen, LINES_LOST, grownBytes, [`${lossText(grown)}${where}`]);
}

function unparsedOf(seen: Seen): readonly Measurement[] {
  const found = unparsedShare(seen.understood);
  if (!found) return [];
  const { share, unparsed, lines, before } = found;
  const isChanged = seen.understood.before !== undefined;
  const sentence = `${unparsed} of the last ${lines} lines match no pattern; before that it was ${(before * 100).toFixed(1)}%`;
  return figure(seen, LINES_UNPARSED, share * 100, isChanged ? [sentence] : []);
}

function figure({ name }: Seen, series: string, value: number, sentences: readonly string[]): readonly Measurement[] {
  const key = seriesKey(series, { source: name });
  return [{ series: key, value, lines: sentences.filter((sentence) => sentence !== '').slice(0, SENTENCES_MAX) }];
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

function instant(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
