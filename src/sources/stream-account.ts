/** What a stream reader counts, and how much of it the store has: a store that goes back gets the rest again. */
import type { ByteReason, Ledger, SkipCounts, SkipReason } from '../core/types.ts';

/** Commits whose counts are remembered; with five a second, three minutes. */
const MAX_MARKS = 1_000;

type Amounts<Key extends string> = Readonly<Partial<Record<Key, number>>>;

export interface StreamAccount {
  count(reason: SkipReason, lines: number): void;
  /** Bytes that were stepped over, wherever in the stream. */
  skip(reason: ByteReason, bytes: number): void;
  skippedBytes(): Amounts<ByteReason>;
  /** Lines, since the last call. */
  newSkipped(): SkipCounts;
  /** Since the last call, where so much is taken and waits now. What was told by then is remembered for goBack. */
  newLedger(taken: number, waiting: number): Ledger;
  /** Bytes that an earlier start said were there, and had not taken when it ended. */
  lose(bytes: number): void;
  /**
   * The store stands where so many bytes were taken and skipped, and knows of `present` ones: what was told after that
   * is told again.
   */
  goBack(taken: number, skipped: number, present: number): void;
  /** Begins anew with what the store has. */
  clear(told: Ledger): void;
}

export function createStreamAccount(): StreamAccount {
  let counts: SkipCounts = {};
  let bytes: Amounts<ByteReason> = {};
  let told: { readonly counts: SkipCounts; readonly ledger: Ledger } = { counts: {}, ledger: NOTHING };
  let marks: readonly { readonly taken: number; readonly skipped: number; readonly told: typeof told }[] = [];
  let lostBefore = 0;

  return {
    count(reason, lines) {
      counts = plus(counts, reason, lines);
    },
    skip(reason, amount) {
      bytes = plus(bytes, reason, amount);
    },
    skippedBytes: () => bytes,
    newSkipped() {
      const news = minus(counts, told.counts);
      told = { ...told, counts };
      return news;
    },
    newLedger(taken, waiting) {
      const now: Ledger = { present: taken + sum(bytes) + waiting, taken, skipped: bytes };
      const before = told.ledger;
      told = { ...told, ledger: now };
      marks = [...marks.slice(1 - MAX_MARKS), { taken, skipped: sum(bytes), told }];
      const skipped = plus(minus(bytes, before.skipped), 'dropped', lostBefore);
      lostBefore = 0;
      return { present: now.present - before.present, taken: taken - before.taken, skipped };
    },
    lose(amount) {
      lostBefore = amount;
    },
    goBack(taken, skipped, present) {
      const there = marks.findLast((mark) => mark.taken === taken && mark.skipped <= skipped);
      // Nothing is known of a store that stands where no commit of ours was; at 0 it has nothing of ours.
      if (there) told = there.told;
      else if (taken + skipped === 0) told = { counts: {}, ledger: NOTHING };
      // A mirror of the store may have seen more of them than the commit it went back to.
      told = { ...told, ledger: { ...told.ledger, present } };
      marks = marks.filter((mark) => mark.taken < taken || mark === there);
    },
    clear(ledger) {
      counts = {};
      bytes = ledger.skipped;
      told = { counts: {}, ledger };
      marks = [];
    },
  };
}

const NOTHING: Ledger = { present: 0, taken: 0, skipped: {} };

function plus<Key extends string>(all: Amounts<Key>, key: Key, amount: number): Amounts<Key> {
  return amount === 0 ? all : { ...all, [key]: (all[key] ?? 0) + amount };
}

function minus<Key extends string>(all: Amounts<Key>, before: Amounts<Key>): Amounts<Key> {
  const entries = Object.entries<number | undefined>(all).map(
    ([key, amount = 0]) => [key, amount - (before[key as Key] ?? 0)] as const,
  );
  return Object.fromEntries(entries.filter(([, amount]) => amount !== 0)) as Amounts<Key>;
}

function sum(amounts: Amounts<ByteReason>): number {
  return Object.values<number | undefined>(amounts).reduce<number>((total, amount = 0) => total + amount, 0);
}
