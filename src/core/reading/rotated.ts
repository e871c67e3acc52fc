/** Unread bytes in files that were renamed already: the next rotations delete them. */
import { countText, durationText, valueText } from '../render/units.ts';
import type { FileRecord } from '../types.ts';
import { unreadOf } from './unread.ts';

/** Since when each generation, by its id, has been seen renamed and unread. Bounded by the records there are. */
export type UnreadSince = Readonly<Record<string, number>>;

export function unreadSince(known: UnreadSince, files: readonly FileRecord[], now: number): UnreadSince {
  const unread = files.filter(isRenamedAndUnread);
  return Object.fromEntries(unread.map(({ generation }) => [generation, known[generation] ?? now]));
}

export interface RotatedUnread {
  /** Of the one that has waited longest. */
  readonly ageMs: number;
  /** 'access.log.2 was renamed and 1,204 bytes of it are unread since 2 min; 3 rotated files of it are known'. */
  readonly sentence: string;
}

/** Undefined where everything that was renamed is read. */
export function rotatedUnread(
  since: UnreadSince,
  files: readonly FileRecord[],
  now: number,
): RotatedUnread | undefined {
  const waiting = files
    .filter(({ generation }) => since[generation] !== undefined)
    .sort((a, b) => (since[a.generation] ?? now) - (since[b.generation] ?? now));
  const [oldest] = waiting;
  if (!oldest) return undefined;
  const ageMs = now - (since[oldest.generation] ?? now);
  const others = files.filter((file) => file.state !== 'live' && stemOf(file.name) === stemOf(oldest.name)).length;
  const unread = unreadOf(oldest);
  const bytes = unread < 10_000 ? `${countText(unread)} bytes` : valueText(unread, 'bytes');
  const more = waiting.length > 1 ? `; ${countText(waiting.length - 1)} more wait behind it` : '';
  return {
    ageMs,
    sentence: `${oldest.name} was renamed, and ${bytes} of it are unread for ${durationText(ageMs)}; rotated files of this log known: ${countText(others)}${more}`,
  };
}

function isRenamedAndUnread(file: FileRecord): boolean {
  return file.state === 'rotated' && file.missing === undefined && unreadOf(file) > 0;
}

/** The name without what rotation put behind it: access.log of access.log.2.gz, access.log-20261125. */
function stemOf(name: string): string {
  return name.replace(/\.(gz|old)$/, '').replace(/[-._]\d[\dT:Z._+-]*$/, '');
}
