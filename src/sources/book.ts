/** The reader's books: generations being read, those that lost their file, and those that are done but still there. */
import type { FileRecord, SkipCounts, SkipReason } from '../core/types.ts';
import { type Generation, inodeKey, toRecord } from './generation.ts';

/** Done files remembered so that a rotated name is not read again; the oldest gone is forgotten first. */
export const MAX_DONE = 1_000;
/** Done files whose file is gone are remembered this long, since a compressed copy of them may still appear. */
export const GONE_KEPT_MS = 600_000;
export const MAX_GONE = 256;

/** A generation whose file was truncated or has gone; a copy of it is looked for. */
export interface Lost {
  readonly generation: Generation;
  readonly since: number;
  readonly reason: 'truncated_unrecovered' | 'deleted_unread_bytes';
}

export interface Done {
  readonly record: FileRecord;
  goneSince?: number | undefined;
  /** Name, size and time at the last comparison of its content. */
  compared?: string;
}

export interface Book {
  active: Generation[];
  lost: Lost[];
  done: Done[];
  skipped: Partial<Record<SkipReason, number>>;
}

export function createBook(): Book {
  return { active: [], lost: [], done: [], skipped: {} };
}

export function recordsOf(book: Book): readonly FileRecord[] {
  return [
    ...book.active.map(toRecord),
    ...book.lost.map(({ generation }) => toRecord({ ...generation, state: 'rotated' })),
    ...book.done.map(({ record }) => record),
  ];
}

export function count(book: Book, reason: SkipReason, amount: number): void {
  if (amount > 0) book.skipped[reason] = (book.skipped[reason] ?? 0) + amount;
}

export function takeSkipped(book: Book): SkipCounts {
  const taken = book.skipped;
  book.skipped = {};
  return taken;
}

/** Ends a generation. The caller has closed its file. */
export function finish(book: Book, generation: Generation): void {
  book.active = book.active.filter((other) => other !== generation);
  remember(book, { ...toRecord(generation), state: 'done' });
}

export function remember(book: Book, record: FileRecord): void {
  book.done.push({ record });
}

/** Marks done files that are gone, and forgets those gone for long or too many. */
export function tidyDone(book: Book, present: ReadonlySet<string>, now: number): void {
  for (const done of book.done) {
    if (present.has(inodeKey(done.record))) done.goneSince = undefined;
    else done.goneSince ??= now;
  }
  const gone = book.done.filter(({ goneSince }) => goneSince !== undefined);
  const tooMany = Math.max(gone.length - MAX_GONE, book.done.length - MAX_DONE, 0);
  const byAge = gone.toSorted((a, b) => (a.goneSince ?? 0) - (b.goneSince ?? 0));
  const forgotten = new Set([...byAge.slice(0, tooMany), ...gone.filter((done) => isLongGone(done, now))]);
  if (forgotten.size > 0) book.done = book.done.filter((done) => !forgotten.has(done));
  if (book.done.length > MAX_DONE) book.done = book.done.slice(-MAX_DONE);
}

function isLongGone({ goneSince }: Done, now: number): boolean {
  return goneSince !== undefined && now - goneSince > GONE_KEPT_MS;
}
