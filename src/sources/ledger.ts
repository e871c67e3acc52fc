/** The reader's ledger: bytes are present once their size was seen, and then taken, stepped over, lost, or still unread. */
import type { ByteReason, Ledger, SkipReason } from '../core/types.ts';
import type { Book } from './book.ts';
import type { Generation } from './generation.ts';

/** Reasons under which the rest of a generation is lost; both also have a counter of their own. */
export type LossReason = 'truncated_unrecovered' | 'deleted_unread_bytes';

/** A generation is met: what lies behind its start is present. */
export function enter(book: Book, generation: Generation): void {
  book.active.push(generation);
  book.ledger.present += generation.size - generation.start;
}

/**
 * The only place where a generation's size changes, so that what is present is counted apart from what becomes of it.
 * A smaller size corrects an earlier one: those bytes were another generation's, or will be counted as another's.
 */
export function noteSize(book: Book, generation: Generation, size: number): void {
  book.ledger.present += size - generation.size;
  generation.size = size;
}

export function countTaken(book: Book, bytes: number): void {
  book.ledger.taken += bytes;
}

/** Bytes that the offset moves over without their being taken. */
export function stepOver(book: Book, generation: Generation, reason: ByteReason, bytes: number): void {
  if (bytes <= 0) return;
  generation.skippedBytes = { ...generation.skippedBytes, [reason]: (generation.skippedBytes[reason] ?? 0) + bytes };
  addSkippedBytes(book, reason, bytes);
}

/** Its bytes from `size` on are gone (all that are unread, where size is its offset). */
export function writeOff(book: Book, generation: Generation, reason: ByteReason, size = generation.offset): void {
  const bytes = generation.size - size;
  if (bytes <= 0) return;
  generation.size = size;
  addSkippedBytes(book, reason, bytes);
  if (reason === 'truncated_unrecovered' || reason === 'deleted_unread_bytes') count(book, reason, bytes);
}

/** The rest of lines that came in parts will not come any more. */
export function dropHeld(book: Book, generation: Generation): void {
  count(book, 'partial_final', Object.keys(generation.held ?? {}).length);
  generation.held = undefined;
}

/** Bytes seen of a file that never became a generation: it was there, could not be opened, and is gone. */
export function countNeverRead(book: Book, bytes: number): void {
  book.ledger.present += bytes;
  addSkippedBytes(book, 'deleted_unread_bytes', bytes);
  count(book, 'deleted_unread_bytes', bytes);
}

export function count(book: Book, reason: SkipReason, amount: number): void {
  if (amount > 0) book.skipped[reason] = (book.skipped[reason] ?? 0) + amount;
}

export function takeLedger(book: Book): Ledger {
  const taken = book.ledger;
  book.ledger = { present: 0, taken: 0, skipped: {} };
  return taken;
}

function addSkippedBytes({ ledger }: Book, reason: ByteReason, bytes: number): void {
  ledger.skipped[reason] = (ledger.skipped[reason] ?? 0) + bytes;
}
