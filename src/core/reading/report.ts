/** What a person is told of the reading of one source: its state in a word, its ledger, its files. */
import type { FileRecord, Ledger, SkipCounts, SourceState } from '../types.ts';
import type { AuditVerdict } from './audit.ts';
import { isNamed, lagMs, type Pace } from './pace.ts';
import { unparsedOf } from './understood.ts';
import { ledgerGap, sumOf, unreadBytes, unreadOf } from './unread.ts';

/** Generations told of unless all are asked for. */
export const MAX_GENERATIONS = 20;
/** Lines that came this lately are being read; later it waits for more. */
const READING_MS = 60_000;

/**
 * starting: not opened yet. blind: nothing of it can be read. impaired: something of it cannot. behind: what was written
 * is not taken yet. empty: its files are there, and nothing was ever written to them. reading: lines came within the last
 * minute. waiting: all is taken, and nothing new comes.
 */
export type SourceCondition = 'starting' | 'blind' | 'impaired' | 'behind' | 'empty' | 'reading' | 'waiting';

/** Where its bytes come from. */
export type SourceKind = 'files' | 'stdin' | 'fifo' | 'syslog' | 'journal';

export interface SourceReport {
  readonly name: string;
  readonly kind: SourceKind;
  readonly condition: SourceCondition;
  /** How long ago everything written was taken; 0 while reading keeps up. */
  readonly lagMs: number;
  readonly lines: number;
  /** Lines by the pattern that read them, most first. */
  readonly patterns: readonly { readonly pattern: string; readonly lines: number }[];
  /** Lines that no pattern understood, of all. */
  readonly unparsedShare: number;
  /** Newest event time taken. */
  readonly watermark?: number | undefined;
  readonly ledger?: LedgerReport | undefined;
  /** Lines (some reasons: bytes) that no window holds, by reason. */
  readonly skipped: SkipCounts;
  /** Each one sentence with its remedy. */
  readonly problems: readonly string[];
  readonly audit?: AuditReport | undefined;
  /** What its lines do not say, so that it cannot be watched. */
  readonly unseen?: readonly string[] | undefined;
  readonly generations: readonly GenerationReport[];
  /** Further ones that are not listed. */
  readonly generationsMore: number;
}

export interface LedgerReport extends Ledger {
  readonly unread: number;
  /** present - taken - skipped - unread: 0. */
  readonly gap: number;
}

/**
 * gone: truncated or deleted, and a copy of it is looked for. Of files that are never read: before: it was there before
 * us, or holds what was read; copy: its original is read; ignored: it has no name that rotation gives.
 */
export type GenerationState = FileRecord['state'] | 'gone' | 'before' | 'copy' | 'ignored';

export interface GenerationReport {
  readonly name: string;
  readonly state: GenerationState;
  readonly pattern?: string | undefined;
  readonly size: number;
  readonly offset: number;
  readonly unread: number;
  readonly skipped: number;
}

export interface AuditReport {
  readonly verdict: AuditVerdict | 'unanswered';
  readonly since?: number | undefined;
  readonly requests: number;
  readonly lines: number;
  readonly gap: number;
  /** Why it does not audit, with a remedy. */
  readonly problem?: string | undefined;
}

export interface ReportParts {
  readonly name: string;
  readonly kind: SourceKind;
  /** As committed. */
  readonly state: SourceState;
  readonly problems: readonly string[];
  /** Those that keep bytes from being read. */
  readonly obstacles: number;
  readonly pace: Pace | undefined;
  readonly isEmpty: boolean;
  readonly audit?: AuditReport | undefined;
  readonly all: boolean;
}

export function reportOf(parts: ReportParts, now: number): SourceReport {
  const { name, kind, state, problems, audit } = parts;
  const lines = state.totals.reduce((sum, { count }) => sum + count, 0);
  const ordered = newestFirst(state.files);
  const listed = parts.all ? ordered : ordered.slice(0, MAX_GENERATIONS);
  return {
    ...{ name, kind, condition: conditionOf(parts, now), lagMs: parts.pace ? lagMs(parts.pace, now) : 0, lines },
    patterns: patternsOf(state),
    unparsedShare: lines === 0 ? 0 : unparsedOf(state.totals) / lines,
    watermark: state.watermark,
    ledger: state.ledger && { ...state.ledger, unread: unreadBytes(state.files), gap: ledgerGap(state) ?? 0 },
    skipped: state.skipped,
    ...{ problems, audit },
    generations: listed.map(generationOf),
    generationsMore: ordered.length - listed.length,
  };
}

export function conditionOf(parts: Omit<ReportParts, 'all'>, now: number): SourceCondition {
  const { pace } = parts;
  if (!pace) return 'starting';
  const isComing = pace.linesAt !== undefined && now - pace.linesAt <= READING_MS;
  if (parts.obstacles > 0) return isComing || isSomeReadable(parts) ? 'impaired' : 'blind';
  if (lagMs(pace, now) > 0) return 'behind';
  if (parts.isEmpty) return 'empty';
  return isComing ? 'reading' : 'waiting';
}

/** A stream is one thing; of files those that no problem names can be read. */
function isSomeReadable({ kind, state, problems }: Omit<ReportParts, 'all'>): boolean {
  const readable = state.files.filter((file) => file.state === 'live' && !isNamed(file, problems));
  return kind === 'files' && readable.length > 0;
}

/** Its files are there, and none of them ever held a byte, as far back as is known. */
export function isEverEmpty({ files, ledger, totals }: SourceState): boolean {
  return files.length > 0 && files.every(({ size }) => size === 0) && totals.length === 0 && !ledger?.present;
}

function patternsOf({ totals }: SourceState): SourceReport['patterns'] {
  const sums = new Map<string, number>();
  for (const { pattern, count } of totals) sums.set(pattern, (sums.get(pattern) ?? 0) + count);
  return [...sums]
    .filter(([pattern]) => pattern !== 'unmatched')
    .map(([pattern, lines]) => ({ pattern, lines }))
    .sort((a, b) => b.lines - a.lines);
}

/** Those being read, then those that are done, the latest of them first. */
function newestFirst(files: readonly FileRecord[]): readonly FileRecord[] {
  const done = files.filter(({ state }) => state === 'done');
  return [...files.filter(({ state }) => state !== 'done'), ...done.reverse()];
}

function generationOf(file: FileRecord): GenerationReport {
  const { generation, name, state, missing, pattern, size, offset, skippedBytes = {} } = file;
  return {
    ...{ name, state: missing === undefined ? (unreadState(generation) ?? state) : 'gone', pattern, size, offset },
    ...{ unread: unreadOf(file), skipped: sumOf(skippedBytes) },
  };
}

/** Ids of files that are known and never read begin with the word for it. */
function unreadState(generation: string): 'before' | 'copy' | 'ignored' | undefined {
  const [word] = generation.split('-', 1);
  return word === 'before' || word === 'copy' || word === 'ignored' ? word : undefined;
}
