/** What ELF files and the loader's cache said, remembered as long as they are not written: a second look costs a stat a file. */
import type { FileHandle } from 'node:fs/promises';
import { type Found, fileStamp, type RootedFiles } from '../rooted-files.ts';
import { type Elf, readElf } from './elf.ts';
import { type LoaderCache, parseLoaderCache } from './loader-cache.ts';

/** Files remembered; the oldest gives way. */
const MAX_FILES = 4_000;
const MAX_CACHE_BYTES = 16 * 2 ** 20;
const CACHE = '/etc/ld.so.cache';
/** A read brings as much: the headers of most files lie side by side. */
const PIECE_BYTES = 4_096;
/** Pieces kept of one file while it is read. */
const MAX_PIECES = 64;

export interface ElfMemory {
  /** Undefined: no ELF file. Rejects where it cannot be read. */
  elf(files: RootedFiles, file: Found): Promise<Elf | undefined>;
  cache(files: RootedFiles): Promise<LoaderCache>;
}

export function createElfMemory(): ElfMemory {
  const known = new Map<string, Elf | undefined>();
  let cache: { readonly stamp: string; readonly entries: LoaderCache } | undefined;
  return {
    async elf(files, file) {
      const stamp = fileStamp(file);
      if (known.has(stamp)) return known.get(stamp);
      const elf = file.stat.isFile() ? await files.withOpen(file, (handle) => readElf(piecewise(handle))) : undefined;
      for (const oldest of known.keys()) {
        if (known.size < MAX_FILES) break;
        known.delete(oldest);
      }
      known.set(stamp, elf);
      return elf;
    },
    async cache(files) {
      const file = await files.find(CACHE);
      if (!file?.stat.isFile()) return new Map();
      const stamp = fileStamp(file);
      if (cache?.stamp !== stamp) cache = { stamp, entries: parseLoaderCache(await files.read(file, MAX_CACHE_BYTES)) };
      return cache.entries;
    },
  };
}

/** Bytes from a place on, read by whole pieces, each once. */
function piecewise(handle: FileHandle): (at: number, length: number) => Promise<Buffer> {
  const pieces = new Map<number, Buffer>();
  async function piece(number: number): Promise<Buffer> {
    const known = pieces.get(number);
    if (known) return known;
    const bytes = Buffer.alloc(PIECE_BYTES);
    const { bytesRead } = await handle.read(bytes, 0, PIECE_BYTES, number * PIECE_BYTES);
    if (pieces.size >= MAX_PIECES) pieces.clear();
    pieces.set(number, bytes.subarray(0, bytesRead));
    return bytes.subarray(0, bytesRead);
  }
  return async (at, length) => {
    if (!Number.isSafeInteger(at) || at < 0 || length <= 0 || at + length > Number.MAX_SAFE_INTEGER)
      return Buffer.alloc(0);
    const parts: Buffer[] = [];
    const first = Math.floor(at / PIECE_BYTES);
    for (let number = first; number * PIECE_BYTES < at + length; number += 1) {
      const part = await piece(number);
      parts.push(part);
      if (part.length < PIECE_BYTES) break;
    }
    const skip = at - first * PIECE_BYTES;
    return Buffer.concat(parts).subarray(skip, skip + length);
  };
}
