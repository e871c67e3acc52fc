/** What the engine needs of the world. Adapters live in redis/, memory/, sources/, notifiers/; app.ts joins them. */
import type { ParseLimits } from './parse/chunk.ts';
import type { ParsedSlice } from './parse/slices.ts';
import type { Chunk, FileRecord, Ledger, Notification, SkipCounts, SourceState } from './types.ts';

export type CommitResult = 'ok' | 'dup' | 'conflict';

export interface Blob {
  /** Key within its chain: [a-z0-9:._-]+ */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One step of a chain: everything in it is stored whole or not at all. */
export interface Commit {
  /** 'host' or 'host/source'; [A-Za-z0-9._-]+ with at most one '/'. */
  readonly chain: string;
  /** Id the head must have now; '' where there must be no head. */
  readonly parent: string;
  readonly id: string;
  /** The head blob, made by encodeHead with this commit's id. */
  readonly head: Uint8Array;
  readonly blobs: readonly Blob[];
  /** Names of blobs that are there no more with this commit. */
  readonly removed?: readonly string[] | undefined;
}

/**
 * Blobs in chains. A commit is a compare-and-set on the head's id: 'ok' it is in, 'dup' it was in already (a reply was
 * lost), 'conflict' somebody else wrote, or the store lost its last seconds: drop everything, load again.
 */
export interface Store {
  /** Undefined where there is no such blob; in the order of the names. 'head' is the head blob. */
  read(chain: string, names: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** Settles only when the outcome is known; a lost connection is retried with the same id. */
  commit(commit: Commit): Promise<CommitResult>;
  /** As read, where a head with this id was just read: a store that remembers what it wrote need not ask for it. */
  readAt?(chain: string, id: string, names: readonly string[]): Promise<(Uint8Array | undefined)[]>;
}

/** Keeps the last committed state of each source outside the store, for the day on which the store is found empty. */
export interface StateMirror {
  /** The state saved last; undefined where there is none that can be trusted. Never rejects. */
  load(chain: string): Promise<SourceState | undefined>;
  /** Returns at once; what is written may be a second behind. */
  save(chain: string, state: SourceState): void;
  /** Writes what still waits. */
  close(): Promise<void>;
}

/** Gives a source's bytes as whole lines and keeps its file records. One user; calls do not overlap. */
export interface LineReader {
  /** Takes over what was committed; undefined at the very first start. */
  open(records: readonly FileRecord[] | undefined, now: number): Promise<void>;
  /** Looks at the world and returns what can be read, at most one chunk a generation. Empty: everything was taken. Their bytes hold until the next call. */
  chunks(now: number): Promise<readonly Chunk[]>;
  /** The first `bytes` bytes of this generation's chunk were taken. */
  take(
    generation: string,
    bytes: number,
    facts: {
      readonly pattern?: string | undefined;
      readonly lastTime?: number | undefined;
      /** Replaces what was held: undefined where no line's rest is to come. */
      readonly held?: FileRecord['held'];
    },
  ): void;
  /** Whether the last chunks() left lines out for want of room: how far its chunks reach says nothing of those. */
  leftUnread(): boolean;
  records(): readonly FileRecord[];
  /** Skipped since the last call, by reason, in the reason's unit (lines or bytes). */
  skipped(): SkipCounts;
  /** What the ledger gained since the last call; present can also sink, where bytes turn out to be another generation's. */
  accounted(): Ledger;
  /** Resolves when there may be something new, or after waitMs. */
  wait(waitMs: number): Promise<void>;
  /** What keeps it from reading, each one sentence with its remedy. Empty when all is well. */
  problems(): readonly string[];
  close(): Promise<void>;
}

/** Parses slices of chunks where no line can hold up the thread that reads and decides. Calls may overlap. */
export interface SliceParser {
  /** So many slices of one chunk are worth being parsed at the same time; 1 where one after the other is as fast. */
  readonly width: number;
  /** SLICE_BYTES, but in tests. */
  readonly sliceBytes: number;
  /** As of ChunkParser. The bytes of both are needed until the promise settles. */
  firstTime(slice: Chunk, now: number): Promise<number | undefined>;
  parse(slice: Chunk, limits: ParseLimits): Promise<ParsedSlice>;
}

export type DeliveryOutcome =
  | { readonly ok: true }
  /** retryable: trying again later can help. */
  | { readonly ok: false; readonly retryable: boolean; readonly message: string };

export interface Notifier {
  deliver(notification: Notification, attempt: number, now: number): Promise<DeliveryOutcome>;
  /** Connects and authenticates without sending. */
  verify(): Promise<DeliveryOutcome>;
  close(): Promise<void>;
}

/** Remembers on this machine what was delivered (or given up), so that a store's rollback makes no second mail. */
export interface DeliveryJournal {
  has(id: string): boolean;
  /** `has` holds from the call on; resolves when it is safe on disk, and rejects where it cannot be written. */
  append(entry: { readonly id: string; readonly at: number; readonly outcome: 'sent' | 'dead' }): Promise<void>;
  close(): Promise<void>;
}

/** Facts of the machine that mails name; fixed values in replay. */
export interface HostFacts {
  readonly host: string;
  readonly timezone: string;
  readonly version: string;
}
