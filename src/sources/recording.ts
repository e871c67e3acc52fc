/** One recorded file, or standard input, as a stream of its unpacked bytes. */
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { messageOf, UserError } from '../core/errors.ts';
import { type ByteStream, createByteStream } from './byte-stream.ts';
import { openFileStream } from './file-stream.ts';
import { inflate, looksLikeGzip } from './inflate.ts';

export interface Recording {
  readonly path: string;
  readonly stream: ByteStream;
  /** Packed bytes read so far. */
  bytesRead(): number;
  bytesTotal(): number;
}

/** Opens a file by its path, or standard input by '-'. Throws UserError INPUT where that cannot be. `start`: bytes left out, of a file that is not packed. */
export async function openRecording(path: string, start = 0): Promise<Recording> {
  try {
    const size = path === '-' ? undefined : await sizeOf(path);
    let read = 0;
    function add(bytes: number): void {
      read += bytes;
    }
    const raw = path === '-' ? standardInput(add) : await openFileStream(path, add, start);
    const stream = start === 0 && looksLikeGzip(await raw.peek(2)) ? unpacked(raw) : raw;
    return { path, stream, bytesRead: () => read, bytesTotal: () => size ?? read };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function standardInput(add: (bytes: number) => void): ByteStream {
  const { stdin } = process;
  return createByteStream({ pieces: counted(stdin, add), close: () => stdin.destroy() });
}

/** What is wrong with an input file, as the user's mistake. */
export function unreadable(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file: check the path',
    EACCES: 'it may not be read: give yourself the right to, or run as its group',
    EISDIR: 'it is a folder: name the files in it',
    EMFILE: 'too many files are open: name fewer, or raise the limit (ulimit -n)',
    Z_DATA_ERROR: 'it is damaged gzip: look at it with gzip -t',
    Z_BUF_ERROR: 'its gzip ends too early: look at it with gzip -t',
  };
  const name = path === '-' ? 'Standard input' : `Input '${path}'`;
  return new UserError('INPUT', `${name} cannot be read: ${reasons[code] ?? messageOf(error)}.`, { cause: error });
}

/** When the newest of the files was written last, epoch ms; `now` where one is standard input. */
export async function writtenAt(paths: readonly string[], now: number): Promise<number> {
  const times = paths.map(async (path) => (path === '-' ? now : (await stat(path)).mtimeMs));
  return Math.max(...(await Promise.all(times.map(async (time) => await time.catch(() => 0)))));
}

async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path);
  if (stats.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  return stats.size;
}

async function* counted(input: Readable, add: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of input) {
    const bytes = piece as Buffer;
    add(bytes.length);
    yield bytes;
  }
}

function unpacked(raw: ByteStream): ByteStream {
  const stream = inflate(Readable.from(piecesOf(raw)));
  return {
    ...stream,
    async close(): Promise<void> {
      await stream.close();
      await raw.close();
    },
  };
}

const PIECE_BYTES = 64 * 1024;

async function* piecesOf(raw: ByteStream): AsyncGenerator<Buffer> {
  for (;;) {
    const piece = await raw.peek(PIECE_BYTES);
    if (piece.length === 0) return;
    // A copy, since it waits in the unpacker's queue while the next one is looked at.
    yield Buffer.from(piece);
    raw.drop(piece.length);
  }
}
