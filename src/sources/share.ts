/** How much of each file one round reads, so that all files with a backlog come forward side by side. */

/** Bytes that one round holds in memory, but for one line of each file. */
export const MAX_ROUND_BYTES = 16 * 1024 * 1024;
/** Of one file: what 50,000 lines a second bring between two rounds under load, so that they are one commit. */
export const MAX_CHUNK_BYTES = 2 * 1024 * 1024;
/** Less than this is not worth a turn; with more files than that leaves room for, the last wait for the next round. */
const MIN_SHARE_BYTES = 1024;

/**
 * `most` where few files have something to read, otherwise a half, a quarter ... of it, so that all have their turn in
 * every round: a file that waited would find the windows gone on without it, and its lines late.
 */
export function shareOf(
  files: number,
  { most, roundBytes }: { readonly most: number; readonly roundBytes: number },
): number {
  let share = most;
  while (share * files > roundBytes && share >= 2 * MIN_SHARE_BYTES) share = Math.floor(share / 2);
  return share;
}
