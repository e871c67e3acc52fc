/** What stands in a file, read only where its size, times or inode are not those of the last time, and not faster than others can bear. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Found, RootedFiles } from '../../machine/rooted-files.ts';
import type { Expectations } from './expectations.ts';

/** Read of one file for its checksum; what comes after it is not looked at. */
const MAX_DIGEST_BYTES = 2 ** 30;
/** Read of one file to look for a text. */
export const MAX_TEXT_BYTES = 2 ** 20;
/** A piece keeps a processor for about a millisecond; between two of them others have their turn. */
const PIECE_BYTES = 2 ** 20;

export interface Content {
  /** SHA-256 in hex, where the check asks for it. */
  readonly digest?: string | undefined;
  /** Whether the texts of `contains` and `lacks` are there. */
  readonly hasWanted?: boolean | undefined;
  readonly hasUnwanted?: boolean | undefined;
}

export interface Contents {
  /** Rejects where it cannot be read. */
  of(files: RootedFiles, file: Found): Promise<Content>;
}

export function needsContent(expected: Expectations): boolean {
  return needsDigest(expected) || needsText(expected);
}

/** Remembers one file's. */
export function createContents(expected: Expectations): Contents {
  let last: { readonly stamp: string; readonly content: Content } | undefined;
  return {
    async of(files, file) {
      const stamp = stampOf(file);
      if (last?.stamp !== stamp) last = { stamp, content: await read(expected, files, file) };
      return last.content;
    },
  };
}

/** Another one where anything was written: the kernel sets the change time, and nobody sets it back. */
function stampOf({ path, stat }: Found): string {
  return `${path}\0${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

async function read(expected: Expectations, files: RootedFiles, file: Found): Promise<Content> {
  if (!needsContent(expected)) return {};
  const start = needsText(expected) ? await files.read(file, MAX_TEXT_BYTES) : undefined;
  return {
    digest: needsDigest(expected) ? await files.withOpen(file, digestOf) : undefined,
    hasWanted: start && expected.contains !== undefined ? start.includes(expected.contains) : undefined,
    hasUnwanted: start && expected.lacks !== undefined ? start.includes(expected.lacks) : undefined,
  };
}

async function digestOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; at < MAX_DIGEST_BYTES; ) {
    const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, at);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
    await breathe();
  }
  return hash.digest('hex');
}

function needsDigest({ checksum, isUnchanged }: Expectations): boolean {
  return checksum !== undefined || isUnchanged;
}

function needsText({ contains, lacks }: Expectations): boolean {
  return contains !== undefined || lacks !== undefined;
}
