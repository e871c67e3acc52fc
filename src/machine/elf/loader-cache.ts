/** /etc/ld.so.cache: where ldconfig found the libraries of the machine. Both formats of glibc, see its sysdeps/generic/dl-cache.h. */
import { endianness } from 'node:os';

interface CacheEntry {
  readonly path: string;
  /** Only for processors of this level: 'x86-64-v3'. 'legacy': only for some, by rules that newer loaders do not have. */
  readonly level?: string | undefined;
}

/** By name, in the cache's order. */
export type LoaderCache = ReadonlyMap<string, readonly CacheEntry[]>;

/** Looked at of one cache; a desktop's has some thousands. */
const MAX_ENTRIES = 100_000;
const MAX_TEXT_BYTES = 4_096;

/** The cache is written by this machine for itself. */
const IS_LITTLE = endianness() === 'LE';
const OLD_MAGIC = 'ld.so-1.7.0\0';
const OLD_HEAD_BYTES = 16;
const OLD_ENTRY_BYTES = 12;
const NEW_MAGIC = 'glibc-ld.so.cache1.1';
const NEW_HEAD_BYTES = 48;
const NEW_ENTRY_BYTES = 24;
const EXTENSION_MAGIC = 0xeaa42174;
const LEVELS_TAG = 1;
const MAX_SECTIONS = 16;
const MAX_LEVELS = 256;
/** In the upper half of an entry's 64 bits for the processor: the lower half is the number of a level. */
const HAS_LEVEL = 0x40000000;

/** Empty where it is none or damaged. Never throws. */
export function parseLoaderCache(bytes: Buffer): LoaderCache {
  const start = newStart(bytes);
  if (start !== undefined) return byName(newEntries(bytes.subarray(start)));
  return isAt(bytes, OLD_MAGIC, 0) ? byName(oldEntries(bytes)) : new Map();
}

interface NamedEntry extends CacheEntry {
  readonly name: string;
}

/** Alone, or behind the old one. */
function newStart(bytes: Buffer): number | undefined {
  if (isAt(bytes, NEW_MAGIC, 0)) return 0;
  if (!isAt(bytes, OLD_MAGIC, 0)) return undefined;
  const end = oldEnd(bytes);
  return [4, 8].map((align) => Math.ceil(end / align) * align).find((start) => isAt(bytes, NEW_MAGIC, start));
}

function oldEnd(bytes: Buffer): number {
  return OLD_HEAD_BYTES + u32(bytes, 12) * OLD_ENTRY_BYTES;
}

function oldEntries(bytes: Buffer): readonly NamedEntry[] {
  const texts = oldEnd(bytes);
  const entries: NamedEntry[] = [];
  const last = Math.min(texts, bytes.length) - OLD_ENTRY_BYTES;
  for (let at = OLD_HEAD_BYTES; at <= last && entries.length < MAX_ENTRIES; at += OLD_ENTRY_BYTES)
    entries.push({ name: text(bytes, texts + u32(bytes, at + 4)), path: text(bytes, texts + u32(bytes, at + 8)) });
  return entries;
}

function newEntries(bytes: Buffer): readonly NamedEntry[] {
  const levels = levelsIn(bytes);
  const entries: NamedEntry[] = [];
  const end = Math.min(NEW_HEAD_BYTES + u32(bytes, 20) * NEW_ENTRY_BYTES, bytes.length);
  const last = end - NEW_ENTRY_BYTES;
  for (let at = NEW_HEAD_BYTES; at <= last && entries.length < MAX_ENTRIES; at += NEW_ENTRY_BYTES) {
    const [name, path] = [text(bytes, u32(bytes, at + 4)), text(bytes, u32(bytes, at + 8))];
    entries.push({ name, path, level: levelOf(bytes, at + 16, levels) });
  }
  return entries;
}

function levelOf(bytes: Buffer, at: number, levels: readonly string[]): string | undefined {
  const [low, high] = IS_LITTLE ? [u32(bytes, at), u32(bytes, at + 4)] : [u32(bytes, at + 4), u32(bytes, at)];
  if ((high & HAS_LEVEL) !== 0) return levels[low] ?? 'unknown';
  return low === 0 && high === 0 ? undefined : 'legacy';
}

/** Names of levels, from the section for them behind the texts. */
function levelsIn(bytes: Buffer): readonly string[] {
  const at = u32(bytes, 32);
  if (at === 0 || u32(bytes, at) !== EXTENSION_MAGIC) return [];
  const sections = Array.from(
    { length: Math.min(u32(bytes, at + 4), MAX_SECTIONS) },
    (_, index) => at + 8 + index * 16,
  );
  const section = sections.find((one) => u32(bytes, one) === LEVELS_TAG);
  if (section === undefined) return [];
  const [from, size] = [u32(bytes, section + 8), u32(bytes, section + 12)];
  const count = Math.min(Math.floor(size / 4), MAX_LEVELS);
  return Array.from({ length: count }, (_, index) => text(bytes, u32(bytes, from + index * 4)));
}

function byName(entries: readonly NamedEntry[]): LoaderCache {
  const cache = new Map<string, CacheEntry[]>();
  for (const { name, path, level } of entries) {
    if (name === '' || !path.startsWith('/')) continue;
    const known = cache.get(name);
    if (known) known.push({ path, level });
    else cache.set(name, [{ path, level }]);
  }
  return cache;
}

function isAt(bytes: Buffer, magic: string, at: number): boolean {
  return bytes.toString('latin1', at, at + magic.length) === magic;
}

/** 0 beyond the end. */
function u32(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) return 0;
  return IS_LITTLE ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

/** Empty where it has no end. */
function text(bytes: Buffer, at: number): string {
  const end = bytes.subarray(at, at + MAX_TEXT_BYTES).indexOf(0);
  return end === -1 ? '' : bytes.toString('utf8', at, at + end);
}
