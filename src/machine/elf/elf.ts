/** What an ELF file says of the libraries it needs: the few headers that ld.so reads before it maps anything. gabi chapters 4 and 5. */

/** Bytes of a file from a place on; fewer at its end. */
type ReadAt = (at: number, length: number) => Promise<Buffer>;

export interface Elf {
  readonly is64: boolean;
  readonly isLittle: boolean;
  /** e_machine: 62 is x86-64, 183 ARM 64. */
  readonly machine: number;
  /** The loader it asks for; programs only. */
  readonly interpreter?: string | undefined;
  readonly needed: readonly string[];
  readonly soname?: string | undefined;
  /** Searched for its own needs and those of its needs; nobody looks at it where there is a runpath. */
  readonly rpath?: string | undefined;
  readonly runpath?: string | undefined;
  /** DF_1_NODEFLIB: not searched for in the usual folders. */
  readonly isWithoutDefaults: boolean;
}

/** Program headers looked at; programs have about a dozen. */
const MAX_HEADERS = 128;
const MAX_HEADER_BYTES = 128;
/** Of the dynamic section; that of Chromium has 1 KiB. */
const MAX_DYNAMIC_BYTES = 65_536;
/** Libraries that one file may need. */
const MAX_NEEDED = 1_000;
/** As long as Linux lets a path be. */
const MAX_TEXT_BYTES = 4_096;

const PT = { load: 1, dynamic: 2, interpreter: 3 };
const DT = { null: 0, needed: 1, strings: 5, soname: 14, rpath: 15, runpath: 29, flags1: 0x6ffffffb };
const NODEFLIB = 0x800;

interface Shape {
  readonly is64: boolean;
  readonly isLittle: boolean;
}

interface Segment {
  readonly type: number;
  readonly at: number;
  readonly address: number;
  readonly length: number;
}

/** Undefined: it is none, or damaged so that no loader takes it. Never throws of its own, and reads 5 MiB at most. */
export async function readElf(readAt: ReadAt): Promise<Elf | undefined> {
  const header = await readAt(0, 64);
  const shape = shapeOf(header);
  if (!shape) return undefined;
  const segments = await segmentsOf(header, shape, readAt);
  if (!segments) return undefined;
  const interpreter = segments.find(({ type }) => type === PT.interpreter);
  return {
    ...shape,
    machine: fields(header, shape).u16(18),
    interpreter: interpreter && (await textAt(readAt, interpreter.at, interpreter.length)),
    ...(await dynamicOf(segments, shape, readAt)),
  };
}

function shapeOf(header: Buffer): Shape | undefined {
  const [bits, order] = [header[4], header[5]];
  const isElf = header.length >= 52 && header.readUInt32BE(0) === 0x7f454c46;
  if (!isElf || (bits !== 1 && bits !== 2) || (order !== 1 && order !== 2)) return undefined;
  return bits === 2 && header.length < 64 ? undefined : { is64: bits === 2, isLittle: order === 1 };
}

async function segmentsOf(header: Buffer, shape: Shape, readAt: ReadAt): Promise<readonly Segment[] | undefined> {
  const head = fields(header, shape);
  const at = shape.is64 ? head.u64(32) : head.u32(28);
  const size = head.u16(shape.is64 ? 54 : 42);
  const count = Math.min(head.u16(shape.is64 ? 56 : 44), MAX_HEADERS);
  if (size < (shape.is64 ? 56 : 32) || size > MAX_HEADER_BYTES || count === 0) return undefined;
  const table = await readAt(at, count * size);
  if (table.length < count * size) return undefined;
  return Array.from({ length: count }, (_, index) => segmentOf(table.subarray(index * size), shape));
}

function segmentOf(bytes: Buffer, shape: Shape): Segment {
  const { u32, u64 } = fields(bytes, shape);
  if (shape.is64) return { type: u32(0), at: u64(8), address: u64(16), length: u64(32) };
  return { type: u32(0), at: u32(4), address: u32(8), length: u32(16) };
}

async function dynamicOf(segments: readonly Segment[], shape: Shape, readAt: ReadAt) {
  const section = segments.find(({ type }) => type === PT.dynamic);
  const entries = section ? await entriesOf(section, shape, readAt) : [];
  const lookUp = (wanted: number) => entries.find(([tag]) => tag === wanted)?.[1];
  const strings = fileOffset(lookUp(DT.strings), segments);
  const textOf = async (offset: number | undefined) =>
    offset === undefined || strings === undefined ? undefined : await textAt(readAt, strings + offset, MAX_TEXT_BYTES);
  const needed: string[] = [];
  for (const [tag, offset] of entries) {
    if (tag !== DT.needed || needed.length >= MAX_NEEDED) continue;
    const name = await textOf(offset);
    if (name !== undefined && name !== '') needed.push(name);
  }
  return {
    needed,
    soname: await textOf(lookUp(DT.soname)),
    rpath: await textOf(lookUp(DT.rpath)),
    runpath: await textOf(lookUp(DT.runpath)),
    isWithoutDefaults: ((lookUp(DT.flags1) ?? 0) & NODEFLIB) !== 0,
  };
}

/** Tag and value, up to the entry that says that it is the last. */
async function entriesOf(
  section: Segment,
  shape: Shape,
  readAt: ReadAt,
): Promise<readonly (readonly [number, number])[]> {
  const bytes = await readAt(section.at, Math.min(section.length, MAX_DYNAMIC_BYTES));
  const { u32, u64 } = fields(bytes, shape);
  const size = shape.is64 ? 16 : 8;
  const entries: (readonly [number, number])[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    const entry = shape.is64 ? ([u64(at), u64(at + 8)] as const) : ([u32(at), u32(at + 4)] as const);
    if (entry[0] === DT.null) break;
    entries.push(entry);
  }
  return entries;
}

/** Addresses are those in memory; the loaded segments say where in the file that is. */
function fileOffset(address: number | undefined, segments: readonly Segment[]): number | undefined {
  if (address === undefined) return undefined;
  const home = segments.find(
    (one) => one.type === PT.load && address >= one.address && address < one.address + one.length,
  );
  return home && address - home.address + home.at;
}

/** Up to its NUL; undefined where none comes in time. */
async function textAt(readAt: ReadAt, at: number, length: number): Promise<string | undefined> {
  const bytes = await readAt(at, Math.min(length, MAX_TEXT_BYTES));
  const end = bytes.indexOf(0);
  return end === -1 ? undefined : bytes.toString('utf8', 0, end);
}

function fields(bytes: Buffer, { isLittle }: Shape) {
  return {
    u16: (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32: (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    /** Beyond 2^53 it is not exact, and no place in a file either. */
    u64: (at: number) => Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)),
  };
}
