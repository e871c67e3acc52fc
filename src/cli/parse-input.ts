/** The lines of a file or of standard input as they come, packed or not, in bounded memory. */
import { Readable } from 'node:stream';
import type { ByteStream } from '../sources/byte-stream.ts';
import { inflate, looksLikeGzip } from '../sources/inflate.ts';
import { MAX_LINE_BYTES } from '../sources/lines.ts';
import { openRecording, unreadable } from '../sources/recording.ts';

/** Bytes of a file read at a time: more than the lines that a pattern is recognised by. */
const PIECE_BYTES = 1024 * 1024;
const GZIP_MAGIC_BYTES = 2;
const LF = 10;

export interface TakeLines {
  /** Whole lines, valid until it resolves; the last one of a file may lack its LF. */
  readonly lines: (bytes: Uint8Array) => Promise<void>;
  /** The beginning of a line over MAX_LINE_BYTES, once its end has come, and how many bytes it has without its LF. */
  readonly long: (head: Uint8Array, bytes: number) => Promise<void>;
}

/** Resolves at the end. Throws UserError('INPUT') where it cannot be read; what could be read was handed on. */
export async function readLines(path: string, take: TakeLines): Promise<void> {
  const cutter = createLineCutter(take);
  const pieces = path === '-' ? inputPieces(process.stdin) : filePieces(path);
  try {
    for await (const piece of readable(path, pieces)) await cutter.add(piece);
  } finally {
    await cutter.end();
  }
}

async function* readable(path: string, pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* pieces;
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* filePieces(path: string): AsyncGenerator<Buffer> {
  const { stream } = await openRecording(path);
  yield* streamPieces(stream);
}

async function* streamPieces(stream: ByteStream): AsyncGenerator<Buffer> {
  try {
    for (let piece = await stream.peek(PIECE_BYTES); piece.length > 0; piece = await stream.peek(PIECE_BYTES)) {
      yield piece;
      stream.drop(piece.length);
    }
  } finally {
    await stream.close();
  }
}

/** What is not packed is handed on as it comes: somebody may be watching. */
async function* inputPieces(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = input[Symbol.asyncIterator]();
  let first: Buffer = Buffer.alloc(0);
  while (first.length < GZIP_MAGIC_BYTES) {
    const next = await pieces.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  const all = following(first, pieces);
  yield* looksLikeGzip(first) ? streamPieces(inflate(Readable.from(all))) : all;
}

async function* following(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

interface LineCutter {
  add(piece: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/** Cuts pieces of any size into whole lines; of a line that is too long it keeps the beginning. */
export function createLineCutter(take: TakeLines): LineCutter {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let lineBytes = 0;

  /** Bytes of a line whose end has not come. */
  function keep(bytes: Uint8Array): void {
    const some = bytes.slice(0, MAX_LINE_BYTES - keptBytes);
    if (some.length > 0) kept.push(some);
    keptBytes += some.length;
    lineBytes += bytes.length;
  }

  async function finish(isEnded: boolean): Promise<void> {
    const line = Buffer.concat(kept);
    const length = lineBytes;
    kept = [];
    keptBytes = 0;
    lineBytes = 0;
    if (length > line.length) await take.long(line, isEnded ? length - 1 : length);
    else if (length > 0) await take.lines(line);
  }

  return {
    async add(piece) {
      let from = 0;
      if (lineBytes > 0) {
        from = piece.indexOf(LF) + 1;
        if (from === 0) return keep(piece);
        keep(piece.subarray(0, from));
        await finish(true);
      }
      const end = piece.lastIndexOf(LF) + 1;
      if (end > from) await take.lines(piece.subarray(from, end));
      keep(piece.subarray(Math.max(from, end)));
    },
    end: async () => await finish(false),
  };
}
