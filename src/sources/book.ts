/** The reader's books: generations being read, those that lost their file, and those that are done but still there. */
import type { ByteReason, FileRecord, SkipCounts, SkipReason } from '../core/types.ts';
import { type Generation, inodeKey, toRecord } from './generation.ts';
import { dropHeld, type LossReason } from './ledger.ts';

/** Done files remembered so that a rotated name is not read again; the oldest gone is forgotten first. */
export const MAX_DONE = 1_000;
/** Done files whose file is gone are remembered this long, since a compressed copy of them may still appear. */
export const GONE_KEPT_MS = 600_000;
export const MAX_GONE = 256;

/** A generation whose file was truncated or has gone; a copy of it is looked for. */
export interface Lost {
  readonly generation: Generation;
  readonly since: number;
  readonly reason: LossReason;
}

export interface Done {
  readonly record: FileRecord;
  goneSince?: number | undefined;
  /** Its file is there, but under a name that is not listed now; believed until this time. */
  hiddenUntil?: number | undefined;
  /** Name, size and time at the last comparison of its content. */
  compared?: string;
}

export interface Book {
  active: Generation[];
  lost: Lost[];
  done: Done[];
  skipped: Partial<Record<SkipReason, number>>;
  ledger: { present: number; taken: number; skipped: Partial<Record<ByteReason, number>> };
}

export function createBook(): Book {
  return { active: [], lost: [], done: [], skipped: {}, ledger: { present: 0, taken: 0, skipped: {} } };
}

export function recordsOf(book: Book): readonly FileRecord[] {
  return [
    ...book.active.map(toRecord),
    ...book.lost.map(({ generation, reason }) => toRecord({ ...generation, state: 'rotated', missing: reason })),
    ...book.done.map(({ record }) => record),
  ];
}

export function takeSkipped(book: Book): SkipCounts {
  const taken = book.skipped;
  book.skipped = {};
  return taken;
}

/** Ends a generation, of which nothing is unread. The caller has closed its file. */
export function finish(book: Book, generation: Generation): void {
  book.active = book.active.filter((other) => other !== generation);
  dropHeld(book, generation);
  remember(book, { ...toRecord(generation), state: 'done' });
}

export function remember(book: Book, record: FileRecord): void {
  book.done.push({ record });
}

/**
 * Whether as many done files are remembered as may be. Others may have been forgotten while they were still there, so
 * nobody can tell any more whether a rotated file was read. It stays so: a full book forgets nothing for its age.
 */
export function isFull(book: Book): boolean {
  return book.done.length >= MAX_DONE;
}

/**
 * Marks done files that are gone, and forgets those gone for long or too many. `present` holds what is listed now;
 * folders are looked into (inFolder: is it there under any name?) only before something is forgotten. While a file
 * `isWaiting` to be known, nothing is forgotten for its age: it may be a copy that takes long to be made.
 */
export async function tidyDone(
  book: Book,
  { present, isWaiting }: { readonly present: ReadonlySet<string>; readonly isWaiting: boolean },
  now: number,
  inFolder: (records: readonly FileRecord[]) => Promise<ReadonlySet<string>>,
): Promise<void> {
  for (const done of book.done) {
    const isThere = present.has(inodeKey(done.record)) || (done.hiddenUntil ?? now) > now;
    done.goneSince = isThere ? undefined : (done.goneSince ?? now);
  }
  const gone = book.done
    .filter(({ goneSince }) => goneSince !== undefined)
    .toSorted((a, b) => (a.goneSince ?? 0) - (b.goneSince ?? 0));
  const tooMany = Math.max(gone.length - MAX_GONE, book.done.length - MAX_DONE, 0);
  const keepsOld = isFull(book) || isWaiting;
  const due = gone.filter((done, at) => at < tooMany || (!keepsOld && isLongGone(done, now)));
  const hidden = due.length === 0 ? new Set<string>() : await inFolder(due.map(({ record }) => record));
  const forgotten = new Set<Done>();
  for (const done of due) {
    if (hidden.has(inodeKey(done.record))) done.hiddenUntil = now + GONE_KEPT_MS;
    else forgotten.add(done);
  }
  // Over the limit the oldest go, those that are gone first; down to the limit and not below it.
  const over = book.done.length - MAX_DONE;
  const inOrder = [...forgotten, ...book.done.filter((done) => !forgotten.has(done))];
  const leaving = over < 0 ? forgotten : new Set(inOrder.slice(0, over));
  if (leaving.size > 0) book.done = book.done.filter((done) => !leaving.has(done));
}

function isLongGone({ goneSince }: Done, now: number): boolean {
  return goneSince !== undefined && now - goneSince > GONE_KEPT_MS;
}
