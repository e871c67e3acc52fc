/** Whether an unknown file holds what is done: renamed, copied, or packed, and perhaps still in the making. */
import type { FileRecord } from '../core/types.ts';
import type { Book } from './book.ts';
import { breaksOffBefore, compared, isGzipFile, openInflatedAt } from './copies.ts';
import { fromRecord, isBeforeUs } from './generation.ts';
import { firstBytes } from './heads.ts';
import { holds, type Identity } from './identity.ts';
import type { Found } from './listing.ts';
import { isNear, type Stranger } from './strangers.ts';

/** A packed file that ends in the middle of what was read may be in the making, however long its disk takes. */
export const PACKING_MS = 600_000;

/**
 * Whether a stranger's content is that of a done file. perhaps: it begins like one and may still be growing to it.
 * sofar: it is packed, and that far it is one.
 */
export async function isKnownContent(
  book: Book,
  stranger: Stranger,
  file: Found,
  now: number,
): Promise<'yes' | 'sofar' | 'perhaps' | 'no'> {
  // It is compared again when it changes.
  if (stranger.isBroken) return 'sofar';
  const gzip = await isGzipFile(file.path);
  const head = await firstBytes(stranger, file.path);
  let answer: 'perhaps' | 'no' = 'no';
  for (const { record } of [...book.done]) {
    if (record.offset === 0 || !head.couldHold(record) || !isNear(file, record.name)) continue;
    const known = { ...record, marker: Buffer.from(record.marker, 'base64') };
    if (gzip && (await isPackedEnd(book, file, record, now))) return 'yes';
    if (gzip && (await breaksOffBefore(file.path, known))) stranger.isBroken = true;
    if (gzip || file.size > record.offset) continue;
    if (file.size === record.offset && (await plainHolds(file, known))) return 'yes';
    const beginning = { ...known, offset: 0, marker: new Uint8Array(0) };
    if (file.size < record.fpLength || (await plainHolds(file, beginning))) answer = 'perhaps';
  }
  return stranger.isBroken ? 'sofar' : answer;
}

/** Whether a compressed file holds what is done. Where it goes on after it, the rest is taken up: it was written late. */
async function isPackedEnd(book: Book, file: Found, record: FileRecord, now: number): Promise<boolean> {
  const generation = fromRecord(record, now);
  const inflated = await openInflatedAt(file.path, generation);
  if (!inflated) return false;
  const more = await inflated.peek(1).catch(() => Buffer.alloc(0));
  if (more.length === 0 || isBeforeUs(record.generation)) {
    await inflated.close();
    return true;
  }
  book.done = book.done.filter((other) => other.record !== record);
  const { path, name, dev, ino, mtimeMs } = file;
  book.active.push({ ...generation, path, name, dev, ino, mtimeMs, state: 'rotated', inflated });
  return true;
}

async function plainHolds(file: Found, known: Identity): Promise<boolean> {
  return (await compared(file.path, async (handle) => await holds(handle, known))) ?? false;
}
