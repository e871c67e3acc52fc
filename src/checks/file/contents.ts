/** What stands in a file, read only where its size, times or inode are not those of the last time, and not faster than others can bear. */
import { digestOf } from '../../machine/digest.ts';
import { type Found, fileStamp, type RootedFiles } from '../../machine/rooted-files.ts';
import type { Expectations } from './expectations.ts';

/** Read of one file for its checksum; what comes after it is not looked at. */
const MAX_DIGEST_BYTES = 2 ** 30;
/** Read of one file to look for a text. */
export const MAX_TEXT_BYTES = 2 ** 20;

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
      const stamp = `${file.path}\0${fileStamp(file)}`;
      if (last?.stamp !== stamp) last = { stamp, content: await read(expected, files, file) };
      return last.content;
    },
  };
}

async function read(expected: Expectations, files: RootedFiles, file: Found): Promise<Content> {
  if (!needsContent(expected)) return {};
  const start = needsText(expected) ? await files.read(file, MAX_TEXT_BYTES) : undefined;
  return {
    digest: needsDigest(expected)
      ? await files.withOpen(file, (handle) => digestOf(handle, MAX_DIGEST_BYTES))
      : undefined,
    hasWanted: start && expected.contains !== undefined ? start.includes(expected.contains) : undefined,
    hasUnwanted: start && expected.lacks !== undefined ? start.includes(expected.lacks) : undefined,
  };
}

function needsDigest({ checksum, isUnchanged }: Expectations): boolean {
  return checksum !== undefined || isUnchanged;
}

function needsText({ contains, lacks }: Expectations): boolean {
  return contains !== undefined || lacks !== undefined;
}
