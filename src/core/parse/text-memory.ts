/** Memory for the texts of a block that do not stand in a scanner's input. */
import { distinctHash } from '../observe/distinct.ts';
import { KEY_BYTES, type ListedTexts } from '../observe/listed-texts.ts';
import { ROUTE_SCRATCH_BYTES } from '../observe/route-bytes.ts';
import { LABEL_CHARS } from '../observe/series.ts';
import { hashBytes } from '../observe/text-hash.ts';
import { MAX_ROWS } from './scan/scanner.ts';

export interface TextMemory {
  bytes: Uint8Array;
  /** The same bytes, of which some are read at once. */
  view: DataView;
  /** Where the next text is written. */
  free: number;
  /** Forgets the texts of the block. */
  begin(): void;
  /** Uses other memory from now on, from this byte on. */
  moveTo(bytes: Uint8Array, from: number): void;
  /** Writes a text, and where it stands to the row. */
  write(texts: ListedTexts, row: number, text: string): void;
}

/** Bytes that a block of so many columns of texts may take: in each row one of LABEL_CHARS letters, and what writes a route. */
export function textBytes(columns: number): number {
  return MAX_ROWS * columns * KEY_BYTES + ROUTE_SCRATCH_BYTES;
}

/** For so many columns. */
export function createTextMemory(columns: number): TextMemory {
  const encoder = new TextEncoder();
  let from = 0;

  function put(text: string): number {
    const { bytes, free } = memory;
    const length = putAscii(bytes, free, text);
    return length === NOT_ASCII ? encoder.encodeInto(text, bytes.subarray(free, free + KEY_BYTES)).written : length;
  }

  const bytes = new Uint8Array(columns === 0 ? 0 : textBytes(columns));
  const memory: TextMemory = {
    bytes,
    view: new DataView(bytes.buffer),
    free: 0,
    begin() {
      memory.free = from;
    },
    moveTo(bytes, start) {
      memory.bytes = bytes;
      memory.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      from = start;
      memory.free = start;
    },
    write({ starts, lengths, keys, hashes }, row, text) {
      const isCut = text.length > LABEL_CHARS;
      const length = put(isCut ? text.slice(0, LABEL_CHARS) : text);
      const key = hashBytes(memory.bytes, memory.free, length);
      starts[row] = memory.free;
      lengths[row] = length;
      keys[row] = key;
      hashes[row] = isCut ? distinctHash(text) : key;
      memory.free += length;
    },
  };
  return memory;
}

const NOT_ASCII = -1;

/** Returns how many bytes it wrote. */
function putAscii(bytes: Uint8Array, start: number, text: string): number {
  const { length } = text;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return NOT_ASCII;
    bytes[start + at] = code;
  }
  return length;
}
