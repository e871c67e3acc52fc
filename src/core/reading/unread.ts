/** What of a source's bytes is not taken yet, and whether its ledger adds up. */
import type { FileRecord, SourceState } from '../types.ts';

/** Bytes of one generation that are there and not taken yet. */
export function unreadOf({ state, size, offset }: FileRecord): number {
  return state === 'done' ? 0 : Math.max(0, size - offset);
}

export function unreadBytes(files: readonly FileRecord[]): number {
  return files.reduce((sum, file) => sum + unreadOf(file), 0);
}

/** present - taken - skipped - unread, in bytes: 0, or the ledger is wrong. Undefined where there is no ledger. */
export function ledgerGap({ ledger, files }: Pick<SourceState, 'ledger' | 'files'>): number | undefined {
  return ledger && ledger.present - ledger.taken - sumOf(ledger.skipped) - unreadBytes(files);
}

export function sumOf(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
