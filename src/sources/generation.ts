/** One file from its creation to its end, as the reader holds it; a file record is what of it is remembered. */
import type { FileHandle } from 'node:fs/promises';
import { stableId } from '../core/hash.ts';
import type { FileRecord, Ledger } from '../core/types.ts';
import type { ByteStream } from './byte-stream.ts';
import type { Encoding } from './encoding.ts';
import { fingerprint, type Identity } from './identity.ts';

/** What stat says of one file, under one of its names. */
export interface Seen {
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The chunk offered last, until it is taken. */
export interface Offer {
  readonly lead: Uint8Array;
  readonly data: Uint8Array;
  /** The last line of a finished file, without LF. */
  readonly final: boolean;
}

/** Mutable: one reader owns it. */
export interface Generation {
  readonly id: string;
  /** Where it is looked for: the name the glob gave, perhaps a link. */
  path: string;
  /** Its own name, links resolved. */
  name: string;
  dev: number;
  ino: number;
  offset: number;
  fpLength: number;
  fpHash: string;
  marker: Uint8Array;
  /** Size last seen; of a packed file as much as was unpacked. Changed by ledger.ts alone. */
  size: number;
  /** Size at the last comparison of content: up to there the bytes were surely this generation's. */
  comparedSize: number;
  skip: boolean;
  /** Bytes before it were there before the first start. */
  readonly start: number;
  /** Bytes between start and offset that were stepped over. */
  skippedBytes: Ledger['skipped'];
  /** Its file was truncated or is gone; kept while a packed copy is read, which may hold less. */
  missing?: FileRecord['missing'];
  state: FileRecord['state'];
  pattern?: string | undefined;
  lastTime?: number | undefined;
  held?: FileRecord['held'];
  /** Looked up once there are enough bytes to tell. */
  encoding?: Encoding | undefined;
  mtimeMs: number;
  handle?: FileHandle | undefined;
  inflated?: ByteStream | undefined;
  offer?: Offer | undefined;
  /** The last turn ended before what was seen of the file did. */
  isCut: boolean;
  lookedAt: number;
  /** Last time it was seen to have changed, and looks since then. */
  changedAt: number;
  quietLooks: number;
  /** Something may be there to read. */
  fresh: boolean;
}

/** Marks a file that was there before us under a rotated name: known, never read. */
const BEFORE_US = 'before-';
/** Marks one that came later under a name that rotation does not give. */
const IGNORED = 'ignored-';

const COPY_OF = 'copy-';

let counter = 0;

/** Unique for each generation; holds no path. The counter tells files apart that are made in one millisecond. */
export function newGenerationId(source: string, seen: Pick<Seen, 'dev' | 'ino' | 'mtimeMs'>, now: number): string {
  counter += 1;
  return stableId(source, seen.dev, seen.ino, seen.mtimeMs, now, process.pid, counter);
}

/** It starts where it is taken over. */
export function createGeneration(id: string, seen: Seen, at: Partial<Identity> & { now: number }): Generation {
  return {
    id,
    path: seen.path,
    name: seen.path,
    dev: seen.dev,
    ino: seen.ino,
    offset: at.offset ?? 0,
    fpLength: at.fpLength ?? 0,
    fpHash: at.fpHash ?? fingerprint(new Uint8Array(0)),
    marker: at.marker ?? new Uint8Array(0),
    size: seen.size,
    comparedSize: seen.size,
    skip: false,
    start: at.offset ?? 0,
    skippedBytes: {},
    state: 'live',
    mtimeMs: seen.mtimeMs,
    lookedAt: at.now,
    changedAt: at.now,
    quietLooks: 0,
    fresh: true,
    isCut: false,
  };
}

export function fromRecord(record: FileRecord, now: number): Generation {
  const seen = { path: record.name, dev: record.dev, ino: record.ino, size: record.size, mtimeMs: 0 };
  const identity = { ...record, marker: Buffer.from(record.marker, 'base64'), now };
  return {
    ...createGeneration(record.generation, seen, identity),
    skip: record.skip,
    start: record.start ?? 0,
    skippedBytes: record.skippedBytes ?? {},
    missing: record.missing,
    state: record.state,
    pattern: record.pattern,
    lastTime: record.lastTime,
    held: record.held,
  };
}

export function toRecord(generation: Generation): FileRecord {
  const { id, name, dev, ino, offset, fpLength, fpHash, size, skip, state, pattern, lastTime, held } = generation;
  const { start, skippedBytes, missing } = generation;
  return {
    generation: id,
    name,
    dev,
    ino,
    offset,
    fpLength,
    fpHash,
    marker: Buffer.from(generation.marker).toString('base64'),
    size,
    skip,
    state,
    ...(start === 0 ? {} : { start }),
    ...(Object.keys(skippedBytes).length === 0 ? {} : { skippedBytes }),
    ...(missing === undefined ? {} : { missing }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(lastTime === undefined ? {} : { lastTime }),
    ...(held === undefined ? {} : { held }),
  };
}

export function beforeUsId(id: string): string {
  return `${BEFORE_US}${id}`;
}

export function ignoredId(id: string): string {
  return `${IGNORED}${id}`;
}

/** A file that is known, but was never ours to read. */
export function isBeforeUs(id: string): boolean {
  return id.startsWith(BEFORE_US) || id.startsWith(IGNORED) || originalOf(id) !== undefined;
}

/** A copy of a generation, as it was when it was last looked at: never read as long as its original can be. */
export function copyId(original: string): string {
  return `${COPY_OF}${original}`;
}

/** The generation that this one is a copy of. */
export function originalOf(id: string): string | undefined {
  return id.startsWith(COPY_OF) ? id.slice(COPY_OF.length) : undefined;
}

export function inodeKey(file: { readonly dev: number; readonly ino: number }): string {
  return `${file.dev}:${file.ino}`;
}
