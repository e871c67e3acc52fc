/** What the parts of the file reader share. */
import type { Book } from './book.ts';
import type { Buffers } from './buffers.ts';
import type { OpenFiles } from './handles.ts';
import type { Found } from './listing.ts';
import type { ListingMemory } from './listing-memory.ts';
import type { LocalDisks } from './local-disks.ts';
import type { Stranger } from './strangers.ts';

export interface Context {
  readonly source: string;
  readonly globs: readonly string[];
  readonly from: 'end' | 'beginning';
  readonly book: Book;
  /** What chunks are read into; given back at the next round. */
  readonly buffers: Buffers;
  /** By inode. */
  readonly strangers: Map<string, Stranger>;
  /** Sentences, by what they are about. */
  readonly problems: Map<string, string>;
  listingProblems: readonly string[];
  /** Oldest change of a file that was read at the start; rotated files older than that are not ours. */
  oldestMs: number;
  /** Files first seen before this came while we were away: rotated ones among them may have any name. */
  returnedUntil: number;
  readonly listed: ListingMemory;
  /** An event told of a name that is not known: what was listed is out of date. */
  isTold: boolean;
  /** Names changed: list the files before reading on. */
  findSoon: boolean;
  /** A turn ended before its file did: there is more to read at once. */
  unfinished: boolean;
  readonly files: OpenFiles;
  readonly disks: LocalDisks;
  /** Files of finished generations; take() cannot wait, so the next call of chunks() closes them. */
  readonly toClose: { close(): Promise<void> }[];
  /** Folders listed in this round, their files by inode: a rotation renames very many at once. */
  readonly folders: Map<string, ReadonlyMap<string, Found>>;
}

/** Problems held at most; the oldest is dropped first. */
export const MAX_PROBLEMS = 100;

/** Notes what keeps a file from being read. About: a generation's id, or a path while it has none. */
export function setProblem({ problems }: Context, about: string, sentence: string): void {
  problems.set(about, sentence);
  const [oldest] = problems.keys();
  if (problems.size > MAX_PROBLEMS && oldest !== undefined) problems.delete(oldest);
}
