/** In which files bytes were lost: the name is where a person begins to look. */
import type { ByteReason, FileRecord } from '../types.ts';
import { unreadOf } from './unread.ts';

/** Files named; with more the number tells enough. */
const MAX_NAMES = 3;
/** Stepped over, and no loss. */
const HARMLESS: ByteReason = 'leading_nuls';

/** Names of files that lost bytes from one look to the next, as far as both looks saw them. */
export function lostIn(before: readonly FileRecord[], now: readonly FileRecord[]): readonly string[] {
  const later = new Map(now.map((file) => [file.generation, file]));
  const earlier = new Map(before.map((file) => [file.generation, file]));
  const stepped = now.filter((file) => lostBytes(file) > lostBytes(earlier.get(file.generation)));
  const gone = before.filter((file) => {
    const same = later.get(file.generation);
    return unreadOf(file) > 0 && (same === undefined || same.size < file.size);
  });
  return [...new Set([...stepped, ...gone].map(({ name }) => name))].slice(0, MAX_NAMES);
}

function lostBytes(file: FileRecord | undefined): number {
  const skipped = Object.entries(file?.skippedBytes ?? {});
  return skipped.reduce((sum, [reason, bytes]) => (reason === HARMLESS ? sum : sum + (bytes ?? 0)), 0);
}
