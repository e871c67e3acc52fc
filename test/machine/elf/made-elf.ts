/** ELF files of any class and byte order with what a loader reads of them, for machines that are not this one. */

interface Wanted {
  readonly is64?: boolean;
  readonly isLittle?: boolean;
  readonly machine?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  readonly flags1?: number;
}

/** Where the one loaded segment lies in memory. */
const BASE = 0x400000;
const TEXTS_AT = 1_024;

export function madeElf(wanted: Wanted): Buffer {
  const { is64 = true, isLittle = true, machine = 62 } = wanted;
  const bytes = Buffer.alloc(4_096);
  const u16 = (at: number, value: number) =>
    isLittle ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const u32 = (at: number, value: number) =>
    isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const word = (at: number, value: number) => {
    if (!is64) return u32(at, value);
    return isLittle ? bytes.writeBigUInt64LE(BigInt(value), at) : bytes.writeBigUInt64BE(BigInt(value), at);
  };
  let textsEnd = TEXTS_AT + 1;
  const text = (value: string) => {
    const at = textsEnd;
    textsEnd += bytes.write(`${value}\0`, at);
    return at;
  };

  bytes.write('\x7fELF', 0, 'latin1');
  bytes.set([is64 ? 2 : 1, isLittle ? 1 : 2, 1], 4);
  u16(16, 3);
  u16(18, machine);
  const [tableAt, headerBytes, entryBytes] = is64 ? [64, 56, 16] : [52, 32, 8];
  word(is64 ? 32 : 28, tableAt);
  u16(is64 ? 54 : 42, headerBytes);
  u16(is64 ? 56 : 44, 3);
  const header = (index: number, type: number, at: number, length: number) => {
    const start = tableAt + index * headerBytes;
    u32(start, type);
    if (is64)
      for (const [offset, value] of [
        [8, at],
        [16, BASE + at],
        [32, length],
      ] as const)
        word(start + offset, value);
    else
      for (const [offset, value] of [
        [4, at],
        [8, BASE + at],
        [16, length],
      ] as const)
        u32(start + offset, value);
  };
  header(0, 1, 0, bytes.length);
  const entries: [number, number][] = [[5, BASE + TEXTS_AT]];
  for (const name of wanted.needed ?? []) entries.push([1, text(name) - TEXTS_AT]);
  if (wanted.soname !== undefined) entries.push([14, text(wanted.soname) - TEXTS_AT]);
  if (wanted.rpath !== undefined) entries.push([15, text(wanted.rpath) - TEXTS_AT]);
  if (wanted.runpath !== undefined) entries.push([29, text(wanted.runpath) - TEXTS_AT]);
  if (wanted.flags1 !== undefined) entries.push([0x6ffffffb, wanted.flags1]);
  const dynamicAt = 512;
  for (const [index, [tag, value]] of entries.entries()) {
    word(dynamicAt + index * entryBytes, tag);
    word(dynamicAt + index * entryBytes + entryBytes / 2, value);
  }
  header(1, 2, dynamicAt, (entries.length + 1) * entryBytes);
  if (wanted.interpreter === undefined) return bytes;
  const at = text(wanted.interpreter);
  header(2, 3, at, wanted.interpreter.length + 1);
  return bytes;
}

/** A loader's cache in the new format, in this machine's byte order. */
export function madeCache(
  entries: readonly { readonly name: string; readonly path: string; readonly level?: string }[],
): Buffer {
  const levels = [...new Set(entries.flatMap(({ level }) => (level === undefined ? [] : [level])))];
  const bytes = Buffer.alloc(16_384);
  bytes.write('glibc-ld.so.cache1.1', 0);
  bytes.writeUInt32LE(entries.length, 20);
  let end = 48 + entries.length * 24;
  const text = (value: string) => {
    const at = end;
    end += bytes.write(`${value}\0`, at);
    return at;
  };
  for (const [index, { name, path, level }] of entries.entries()) {
    const at = 48 + index * 24;
    bytes.writeInt32LE(0x303, at);
    bytes.writeUInt32LE(text(name), at + 4);
    bytes.writeUInt32LE(text(path), at + 8);
    if (level === undefined) continue;
    bytes.writeUInt32LE(levels.indexOf(level), at + 16);
    bytes.writeUInt32LE(0x40000000, at + 20);
  }
  const names = levels.map(text);
  end = Math.ceil(end / 8) * 8;
  bytes.writeUInt32LE(end, 32);
  bytes.writeUInt32LE(0xeaa42174, end);
  bytes.writeUInt32LE(1, end + 4);
  bytes.writeUInt32LE(1, end + 8);
  bytes.writeUInt32LE(end + 24, end + 16);
  bytes.writeUInt32LE(names.length * 4, end + 20);
  for (const [index, at] of names.entries()) bytes.writeUInt32LE(at, end + 24 + index * 4);
  return bytes.subarray(0, end + 24 + names.length * 4);
}
