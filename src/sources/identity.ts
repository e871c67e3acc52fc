/** Whether a file is the one we know: by the hash of its first bytes and the bytes just before the offset. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Buffers } from './buffers.ts';

export const FINGERPRINT_BYTES = 256;
export const MARKER_BYTES = 64;
/** Bytes before the offset that a read takes along, at most. */
export const LEAD_BYTES_MAX = FINGERPRINT_BYTES + MARKER_BYTES;

/** What content is recognised by; part of every file record. */
export interface Identity {
  readonly offset: number;
  readonly fpLength: number;
  readonly fpHash: string;
  readonly marker: Uint8Array;
}

export interface Piece {
  /** Bytes before the offset that came along, at least the marker. */
  readonly lead: Buffer;
  /** Bytes from the offset on. */
  readonly data: Buffer;
  /** What both lie in, borrowed. */
  readonly buffer: Buffer;
  /** The fingerprint over as much of the head as is known now. */
  readonly fpLength: number;
  readonly fpHash: string;
}

/** SHA-256 of these bytes, first 32 hex digits. */
export function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/**
 * Reads up to `wanted` bytes from the offset, and in the same read the bytes that prove the file is still the same.
 * Undefined when it is another: truncated, or truncated and grown again.
 */
export async function readPiece(
  handle: FileHandle,
  known: Identity,
  wanted: number,
  buffers: Buffers,
): Promise<Piece | undefined> {
  // Near the head the read begins at 0, so that the fingerprint is checked and can grow with the file.
  const start = known.offset <= LEAD_BYTES_MAX ? 0 : known.offset - known.marker.length;
  const leadLength = known.offset - start;
  const length = Math.max(leadLength + wanted, start === 0 ? known.fpLength : 0);
  const buffer = buffers.borrow(length);
  const bytes = await readInto(buffer, handle, start, length);
  if (bytes.length < leadLength) return undefined;
  const lead = bytes.subarray(0, leadLength);
  if (!lead.subarray(leadLength - known.marker.length).equals(known.marker)) return undefined;
  const piece = { lead, data: bytes.subarray(leadLength, leadLength + wanted), buffer };
  if (start > 0) return { ...piece, fpLength: known.fpLength, fpHash: known.fpHash };
  if (bytes.length < known.fpLength || fingerprint(bytes.subarray(0, known.fpLength)) !== known.fpHash)
    return undefined;
  const head = bytes.subarray(0, FINGERPRINT_BYTES);
  if (head.length <= known.fpLength) return { ...piece, fpLength: known.fpLength, fpHash: known.fpHash };
  return { ...piece, fpLength: head.length, fpHash: fingerprint(head) };
}

/** Whether an open file holds this content: its first bytes, and the marker just before the offset. */
export async function holds(handle: FileHandle, known: Identity): Promise<boolean> {
  const head = await readAt(handle, 0, known.fpLength);
  if (head.length < known.fpLength || fingerprint(head) !== known.fpHash) return false;
  const marker = await readAt(handle, known.offset - known.marker.length, known.marker.length);
  return marker.equals(known.marker);
}

/** The identity of a file that is taken over at an offset. */
export async function identityAt(handle: FileHandle, offset: number): Promise<Identity> {
  const head = await readAt(handle, 0, FINGERPRINT_BYTES);
  const length = Math.min(MARKER_BYTES, offset);
  const marker = await readAt(handle, offset - length, length);
  return { offset, fpLength: head.length, fpHash: fingerprint(head), marker };
}

/** Whether two files are equal over their common length, judged by several probes: a copy, made or in the making. */
export async function areAlike(one: FileHandle, other: FileHandle): Promise<boolean> {
  const common = Math.min((await one.stat()).size, (await other.stat()).size);
  if (common === 0) return false;
  const length = Math.min(common, FINGERPRINT_BYTES);
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    const at = Math.floor((common - length) * part);
    if (!(await readAt(one, at, length)).equals(await readAt(other, at, length))) return false;
  }
  return true;
}

/** The last bytes before position `bytes` of data that follows lead. */
export function markerBefore(lead: Uint8Array, data: Uint8Array, bytes: number): Buffer {
  if (bytes >= MARKER_BYTES) return Buffer.from(data.subarray(bytes - MARKER_BYTES, bytes));
  const both = Buffer.concat([lead.subarray(Math.max(0, lead.length - MARKER_BYTES)), data.subarray(0, bytes)]);
  return both.subarray(Math.max(0, both.length - MARKER_BYTES));
}

/** Up to `length` bytes; fewer only at the end of the file. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const wanted = Math.max(0, length);
  return await readInto(Buffer.allocUnsafeSlow(wanted), handle, position, wanted);
}

async function readInto(buffer: Buffer, handle: FileHandle, position: number, length: number): Promise<Buffer> {
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
