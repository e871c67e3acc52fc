/** How much of each file one round reads, so that all files with a backlog come forward side by side. */

/** Bytes that one round holds in memory, but for one line of each file. */
export const MAX_ROUND_BYTES = 16 * 1024 * 1024;
/** Less than this is not worth a turn; with more files than that leaves room for, the last wait for the next round. */
const MIN_SHARE_BYTES = 1024;

/**
 * `limit` where few files have something to read, otherwise a half, a quarter ... of it, so that all have their turn in
 * every round: a file that waited would find the windows gone on without it, and its lines late.
 */
export function shareOf(
  files: number,
  { limit, roundBytes }: { readonly limit: number; readonly roundBytes: number },
): number {
  let share = limit;
  while (share * files > roundBytes && share >= 2 * MIN_SHARE_BYTES) share = Math.floor(share / 2);
  return share;
}
