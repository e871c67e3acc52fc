/** The beginning of an answer's body as text, whatever the other side sends. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { codeOf } from '../network/connection-trouble.ts';

/** Of a body, unpacked. The rest is not read: neither a page without end nor a gzip bomb takes memory. */
export const BODY_BYTES = 256 * 1024;

const UNPACKERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

export interface Body {
  readonly text: string;
  /** There was more. */
  readonly isCut: boolean;
}

/** Rejects where the connection breaks before the body's end, or what is packed is damaged. */
export async function readBody(response: IncomingMessage): Promise<Body> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of unpacked(response)) {
    pieces.push(piece);
    length += piece.length;
    if (length > BODY_BYTES) break;
  }
  const bytes = Buffer.concat(pieces).subarray(0, BODY_BYTES);
  return { text: decoderOf(response.headers['content-type']).decode(bytes), isCut: length > BODY_BYTES };
}

/** It was asked for as it is, but servers pack all the same. */
async function* unpacked(response: IncomingMessage): AsyncGenerator<Buffer> {
  const unpacker = UNPACKERS[response.headers['content-encoding']?.toLowerCase() ?? '']?.();
  if (unpacker === undefined) return yield* response;
  let isEmpty = true;
  async function* noticed(source: AsyncIterable<Buffer>) {
    for await (const piece of source) {
      isEmpty = false;
      yield piece;
    }
  }
  try {
    // Its error comes out of the last stream too, where it is waited for.
    yield* pipeline(response, noticed, unpacker, () => {}) as unknown as AsyncIterable<Buffer>;
  } catch (error) {
    // To HEAD, and where there is nothing to say, nothing is packed, which is no damage.
    if (!isEmpty || codeOf(error) !== 'Z_BUF_ERROR') throw error;
  }
}

function decoderOf(contentType = ''): TextDecoder {
  const [, charset = 'utf-8'] = /charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
