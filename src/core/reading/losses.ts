/** Lines that no window holds though they were written: how many, why, and the sentence that says so. */
import { countText } from '../render/units.ts';
import type { SourceState } from '../types.ts';

/** late, off_clock, line_too_long and dropped count lines, the others bytes. */
export type LossReason =
  | 'late'
  | 'off_clock'
  | 'line_too_long'
  | 'truncated_unrecovered'
  | 'deleted_unread_bytes'
  | 'damaged'
  | 'dropped';

export type LossCounts = Readonly<Partial<Record<LossReason, number>>>;

/** In the order in which they are told. */
const SENTENCES: Readonly<Record<LossReason, { readonly noun: string; readonly many: string; readonly one: string }>> =
  {
    late: { noun: 'line', one: 'came too late', many: 'came too late' },
    off_clock: { noun: 'line', one: 'has a time in the future', many: 'have times in the future' },
    line_too_long: { noun: 'line', one: 'was too long', many: 'were too long' },
    truncated_unrecovered: {
      noun: 'byte',
      one: 'was cut off before it could be read',
      many: 'were cut off before they could be read',
    },
    deleted_unread_bytes: {
      noun: 'byte',
      one: 'was deleted before it could be read',
      many: 'were deleted before they could be read',
    },
    damaged: { noun: 'byte', one: 'could not be unpacked', many: 'could not be unpacked' },
    // Of what the kernel threw away nobody knows the length.
    dropped: { noun: 'line', one: 'came faster than it could be held', many: 'came faster than they could be held' },
  };

const REASONS = Object.keys(SENTENCES) as readonly LossReason[];

/** What a source has lost since its first start. */
export function lossesOf({ skipped, ledger }: Pick<SourceState, 'skipped' | 'ledger'>): LossCounts {
  const { late, off_clock, line_too_long, dropped, truncated_unrecovered, deleted_unread_bytes } = skipped;
  const damaged = ledger?.skipped.damaged;
  return known({ late, off_clock, line_too_long, truncated_unrecovered, deleted_unread_bytes, damaged, dropped });
}

/** What `now` has more than `before`; nothing where it has less, as after a store that went back in time. */
export function growthOf(now: LossCounts, before: LossCounts): LossCounts {
  return known(
    Object.fromEntries(REASONS.map((reason) => [reason, Math.max(0, (now[reason] ?? 0) - (before[reason] ?? 0))])),
  );
}

export function addLosses(some: LossCounts, more: LossCounts): LossCounts {
  return known(Object.fromEntries(REASONS.map((reason) => [reason, (some[reason] ?? 0) + (more[reason] ?? 0)])));
}

export function isNothing(losses: LossCounts): boolean {
  return REASONS.every((reason) => !losses[reason]);
}

/** '3 lines came too late and 1,204 bytes were deleted before they could be read'; empty where nothing was lost. */
export function lossText(losses: LossCounts): string {
  const parts = REASONS.flatMap((reason) => {
    const count = losses[reason] ?? 0;
    const { noun, one, many } = SENTENCES[reason];
    return count > 0 ? [`${countText(count)} ${noun}${count === 1 ? '' : 's'} ${count === 1 ? one : many}`] : [];
  });
  const last = parts.pop() ?? '';
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
}

function known(counts: Readonly<Partial<Record<LossReason, number | undefined>>>): LossCounts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined && count > 0));
}
