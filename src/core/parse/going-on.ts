/** Lines at the beginning of a slice that belong to a line before it: they have no stamp, and need none. */
import type { Chunk } from '../types.ts';
import { walkLines } from './lines.ts';
import { createLineOpener } from './opened-lines.ts';
import { type ReadOrder, readLine } from './read-line.ts';

/** A slice that begins with more of them is read after the one before it. */
const MAX_LINES = 1_000;

/** Their bytes, up to the first line that comes in parts. */
export function goingOn(order: ReadOrder, chunk: Chunk): number {
  const [first] = order.readers;
  if (!order.isKnown || first?.pattern.spec.continues === undefined) return 0;
  const opener = createLineOpener(undefined, (line) => {
    const read = readLine(order, line, undefined, undefined);
    return read !== undefined && read.raw === undefined;
  });
  let end = 0;
  let left = MAX_LINES;
  walkLines(chunk, 0, (found, next, isLong) => {
    if (!opener.open(found, isLong) || opener.held() !== undefined) return false;
    end = next;
    left -= 1;
    return left > 0;
  });
  return end;
}
