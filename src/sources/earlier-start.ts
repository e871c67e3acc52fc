/** Finds where in a file the lines of a time begin, so that of a log of years its last days are read, and not its first. */
import { open } from 'node:fs/promises';
import { readAt } from './identity.ts';
import { isGzip } from './inflate.ts';

/** So near is near enough. */
const NEAR_BYTES = 1024 * 1024;
/** What is looked at of a place, for one whole line with a stamp. */
const LOOK_BYTES = 64 * 1024;
const LF = 10;

/** Stamp of the first of these lines that has one. */
export type StampOf = (lines: Uint8Array) => Promise<number | undefined>;

/** Found by halving: the start of a line before which no line is of this time or later, as far as they are in order. 0 where the file is packed, which has no places. Throws where it cannot be read. */
export async function startOf(path: string, time: number, stampOf: StampOf): Promise<number> {
  const file = await open(path);
  try {
    if (await isGzip(file)) return 0;
    let from = 0;
    let { size: to } = await file.stat();
    while (to - from > NEAR_BYTES) {
      const middle = from + Math.floor((to - from) / 2);
      const bytes = await readAt(file, middle, LOOK_BYTES);
      const line = bytes.indexOf(LF) + 1;
      const lines = line === 0 ? bytes.subarray(0, 0) : bytes.subarray(line, bytes.lastIndexOf(LF) + 1);
      const stamp = lines.length === 0 ? undefined : await stampOf(lines);
      // What has no stamp may be of that time: rather too much is read.
      if (stamp !== undefined && stamp < time) from = middle + line;
      else to = middle;
    }
    return from;
  } finally {
    await file.close();
  }
}
