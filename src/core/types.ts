/**
 * The nouns that flow through linesman, in their order: Chunk, Event, Tally, (windows), Finding, Fault, Notification.
 * Plain data only: no classes, Dates or Maps, so that every value can be stored, sent to a thread and compared.
 * A time is always epoch milliseconds. A series is named by its key, see observe/series.ts.
 */

import type { Finding } from './finding.ts';

export type Severity = 'info' | 'warning' | 'critical';

/** Bytes of one generation, always whole lines: the last byte is LF, but for the last line of a finished file. */
export interface Chunk {
  readonly source: string;
  readonly generation: string;
  /** Position of the first byte in its generation. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Name of the pattern recognised for this generation so far. */
  readonly pattern?: string | undefined;
  /** Stamp of the last stamped line before this chunk: lines without a stamp inherit it. */
  readonly lastTime?: number | undefined;
  /** As in the record: beginnings of lines whose rest is to come. */
  readonly held?: FileRecord['held'];
  /** More than this is there already; else it is all that was seen. */
  readonly isCut?: boolean | undefined;
}

export type FieldValue = string | number;

/** One line that a pattern understood. */
export interface Event {
  /** Undefined where the line carries no stamp. */
  readonly time: number | undefined;
  readonly pattern: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** What was added to one series in one second. */
export interface Cell {
  readonly series: string;
  /** Start of the second. */
  readonly time: number;
  readonly count: number;
  /** Sum of the observed values; equals count where the series only counts. */
  readonly sum: number;
}

/** Heavy hitters of one series by one field, over ten seconds. Bounded by TOP_CAPACITY. */
export interface TopCell {
  readonly series: string;
  readonly by: string;
  /** Start of the ten seconds. */
  readonly time: number;
  readonly entries: readonly (readonly [key: string, count: number])[];
}

/** How the values of one series are spread, over ten seconds: counts by bucket of observe/histogram.ts. */
export interface HistogramCell {
  readonly series: string;
  /** Start of the ten seconds. */
  readonly time: number;
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
}

/** How many different values of a field one series had, over ten seconds: registers of observe/distinct.ts. */
export interface DistinctCell {
  readonly series: string;
  readonly by: string;
  /** Start of the ten seconds. */
  readonly time: number;
  readonly registers: Uint8Array;
}

/** A line kept as evidence for a series. At most EXEMPLAR_CHARS long, text as it stood in the log: escape it at output. */
export interface Exemplar {
  readonly series: string;
  readonly time: number;
  readonly line: string;
}

export interface LineTotal {
  /** Pattern name, or 'unmatched'. */
  readonly pattern: string;
  /** HTTP status '100'..'599', 'other', or '' where the pattern has no status. */
  readonly status: string;
  readonly count: number;
}

/** Why bytes or lines were not taken into windows. Each is a counter. */
export type SkipReason =
  | 'line_too_long'
  | 'too_long_for_pattern'
  | 'unparsed'
  | 'too_slow_for_pattern'
  | 'late'
  | 'off_clock'
  | 'partial_final'
  | 'truncated_unrecovered'
  | 'deleted_unread_bytes'
  | 'dropped'
  | 'series_over_limit';

export type SkipCounts = Readonly<Partial<Record<SkipReason, number>>>;

/** Why bytes of a generation were not taken. dropped: a stream brought more than could be held, or cannot give them again. */
export type ByteReason =
  | 'line_too_long'
  | 'leading_nuls'
  | 'truncated_unrecovered'
  | 'deleted_unread_bytes'
  | 'damaged'
  | 'dropped';

/**
 * What became of every byte since the first start: present = taken + skipped by reason + unread, where unread is what
 * the records have between their offset and size. Of compressed files the unpacked bytes count.
 */
export interface Ledger {
  readonly present: number;
  readonly taken: number;
  readonly skipped: Readonly<Partial<Record<ByteReason, number>>>;
}

/** The observations of one chunk (or the first part of it), added up. */
export interface Tally {
  readonly lines: number;
  readonly totals: readonly LineTotal[];
  readonly cells: readonly Cell[];
  readonly tops: readonly TopCell[];
  readonly histograms: readonly HistogramCell[];
  readonly distincts: readonly DistinctCell[];
  readonly exemplars: readonly Exemplar[];
  readonly skipped: SkipCounts;
  /** Newest stamp in it, off-clock stamps left out. */
  readonly timeMax?: number | undefined;
  /** How far the oldest stamp lay behind the newest stamp before it, in ms. */
  readonly latenessMs: number;
}

/** What is remembered of one generation, so that reading resumes where the counts stand. */
export interface FileRecord {
  readonly generation: string;
  /** Last known path. */
  readonly name: string;
  readonly dev: number;
  readonly ino: number;
  /** Bytes taken or skipped; always at the start of a line (or inside an over-long one, see skip). */
  readonly offset: number;
  /** Length in bytes and SHA-256 (hex, first 32 digits) of the first bytes. */
  readonly fpLength: number;
  readonly fpHash: string;
  /** Up to 64 bytes before offset, base64. */
  readonly marker: string;
  /** Size last seen. */
  readonly size: number;
  /** True while inside a line over the limit: bytes are dropped up to its LF. */
  readonly skip: boolean;
  /** live: has its glob's name; rotated: renamed or copied away, read to its end; done: nothing more is expected. */
  readonly state: 'live' | 'rotated' | 'done';
  readonly pattern?: string | undefined;
  readonly lastTime?: number | undefined;
  /** Where reading began: bytes before it were there before the first start. */
  readonly start?: number | undefined;
  /** Bytes between start and offset that were stepped over. */
  readonly skippedBytes?: Ledger['skipped'] | undefined;
  /** Its file was truncated or is gone: what no copy gives back is lost for this reason. */
  readonly missing?: 'truncated_unrecovered' | 'deleted_unread_bytes' | undefined;
  /** Beginnings of lines that a container runtime wrote in parts, by output stream; the rest is still to come. */
  readonly held?: Readonly<Record<string, string>> | undefined;
  /** Of a journal: where it is read on. */
  readonly cursor?: string | undefined;
}

/** What one source remembers in its head blob; moves in one commit with its windows. */
export interface SourceState {
  readonly version: 1;
  readonly files: readonly FileRecord[];
  readonly totals: readonly LineTotal[];
  readonly skipped: SkipCounts;
  readonly ledger?: Ledger | undefined;
  /** Commits of this chain up to this one. */
  readonly commits?: number | undefined;
  /** Newest event time taken. */
  readonly watermark?: number | undefined;
  /** Greatest disorder seen, ms; steps stay open that long. */
  readonly latenessMs: number;
  /** Of the machine's source: by log source, the losses that its figures told so far. */
  readonly told?: ToldLosses | undefined;
}

/** Source to reason to count; 'bytes' is the sum of all lost bytes. */
export type ToldLosses = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** bad: a finding; well: clearly below the limit to leave; unclear: neither (also: too little to judge). */
export type Verdict = 'bad' | 'well' | 'unclear';

export type FaultState = 'pending' | 'firing' | 'resolved';

/** A condition followed from its first finding to its end. */
export interface Fault {
  /** hash(dedup key, time of the first finding). */
  readonly id: string;
  /** Dedup key: watch, source, labels. */
  readonly key: string;
  readonly watch: string;
  readonly source: string;
  readonly severity: Severity;
  readonly state: FaultState;
  readonly firstAt: number;
  readonly firedAt?: number | undefined;
  readonly resolvedAt?: number | undefined;
  /** Start of the current unbroken run of well steps. */
  readonly wellSince?: number | undefined;
  /** Bits of the last judged steps, newest lowest; 1 = bad. */
  readonly hits: number;
  readonly clearAfterMs: number;
  readonly first: Finding;
  readonly peak: Finding;
  readonly last: Finding;
  readonly group?: string | undefined;
  /** It ended since its watch left the settings, or its source did. */
  readonly isUnwatched?: boolean | undefined;
}

export interface Transition {
  readonly fault: Fault;
  readonly to: FaultState;
  readonly at: number;
  /** For the story and the log: 'urgent', '2 of 3', 'well for 60 s', 'not confirmed'. */
  readonly reason: string;
}

export type * from './finding.ts';
export type * from './notification.ts';
