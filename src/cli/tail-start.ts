/** Where following a file begins: so many whole lines before its end. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, UserError } from '../core/errors.ts';

/** Looked back at most, for lines to show and to recognise a pattern by. */
export const LOOK_BACK_BYTES = 4 * 1024 * 1024;
const BLOCK_BYTES = 64 * 1024;
const LF = 10;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

export interface TailStart {
  /** Byte from which lines are shown. */
  readonly from: number;
  /** The last whole lines, to recognise a pattern by: as many as asked for, where there are. */
  readonly sample: Uint8Array;
}

/** Undefined where the file is not there (yet). Throws UserError('INPUT') where it can never be followed. */
export async function findTailStart(
  path: string,
  { lines, sampleLines }: { readonly lines: number; readonly sampleLines: number },
): Promise<TailStart | undefined> {
  const handle = await openLog(path);
  if (!handle) return undefined;
  try {
    await assertUnpacked(handle, path);
    const { size } = await handle.stat();
    const back = await readBack(handle, size, Math.max(lines, sampleLines) + 1);
    const end = back.lastIndexOf(LF) + 1;
    const from = size - back.length + startOfLast(back, end, lines, size);
    return { from, sample: back.subarray(startOfLast(back, end, sampleLines, size), end) };
  } finally {
    await handle.close();
  }
}

async function openLog(path: string): Promise<FileHandle | undefined> {
  try {
    // Looked at before it is opened: opening a pipe would wait for its writer.
    const state = await stat(path);
    if (state.isDirectory()) throw new UserError('INPUT', `${path} is a folder; name the log files in it`);
    if (!state.isFile())
      throw new UserError('INPUT', `${path} is no regular file; name one, or pipe it: cat ${path} | linesman tail -`);
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof UserError) throw error;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new UserError('INPUT', `${path} cannot be read (${messageOf(error)}); name a log file that you may read`, {
        cause: error,
      });
    await assertFolder(path);
    return undefined;
  }
}

/** Told by its content: what is packed as a whole never grows, and the end of it is nothing to a person. */
async function assertUnpacked(handle: FileHandle, path: string): Promise<void> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
  if (bytesRead === GZIP_MAGIC.length && buffer.equals(GZIP_MAGIC))
    throw new UserError(
      'INPUT',
      `${path} is packed (gzip), so it cannot be followed; show its lines: zcat ${path} | linesman tail -`,
    );
}

/** A file that is missing can still come; in a folder that is missing nothing can. */
async function assertFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const isFolder = await stat(folder).then(
    (state) => state.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UserError('INPUT', `${path} is not there, nor is the folder ${folder}; check the path`);
}

/** The end of the file, with so many line ends in it if they are near enough. */
async function readBack(handle: FileHandle, size: number, lineEnds: number): Promise<Buffer> {
  let back = Buffer.alloc(0);
  let found = 0;
  while (found < lineEnds && back.length < Math.min(size, LOOK_BACK_BYTES)) {
    const length = Math.min(BLOCK_BYTES, size - back.length);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - back.length - length);
    if (bytesRead < length) break;
    found += buffer.reduce((count, byte) => count + (byte === LF ? 1 : 0), 0);
    back = Buffer.concat([buffer, back]);
  }
  return back;
}

/** Position in `back` of the last `lines` whole lines; what begins before it is cut off. */
function startOfLast(back: Buffer, end: number, lines: number, size: number): number {
  let start = end;
  for (let left = lines; left > 0 && start > 0; left -= 1) {
    const before = back.lastIndexOf(LF, start - 2) + 1;
    // Its beginning lies further back than was looked.
    if (start < 2 || (before === 0 && back.length < size)) return start < 2 ? 0 : start;
    start = before;
  }
  return start;
}
