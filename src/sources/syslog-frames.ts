/** Cuts a connection of syslog into lines: octet counting and line feeds, RFC 6587, each frame in its own way. */
import type { Intake } from './feed.ts';
import { createHeldBytes } from './held-bytes.ts';

/** A longer message is stepped over and counted; also what one connection may hold. The longest a datagram can be. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

export interface FrameSplitter {
  push(piece: Uint8Array): void;
  /** The sender is gone: half a message is a line all the same. */
  end(): void;
}

export function createFrameSplitter(intake: Pick<Intake, 'lines' | 'skip' | 'partial'>): FrameSplitter {
  const held = createHeldBytes();
  /** What is held is looked at again when it is so long, or where it ends by LF when one comes. */
  let wanted = 0;
  let isEndedByLf = false;
  /** Of a message over the limit: how many bytes are to come, or Infinity for up to the next LF. */
  let skipLeft = 0;

  function push(piece: Uint8Array): void {
    const own = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    if (held.length() === 0) {
      held.append(own.subarray(takeFrom(own)));
      return;
    }
    held.append(own);
    if (held.length() >= wanted || (isEndedByLf && own.includes(LF))) held.drop(takeFrom(held.bytes()));
  }

  /** Gives the whole frames; returns their length. */
  function takeFrom(data: Buffer): number {
    wanted = 0;
    isEndedByLf = false;
    let at = 0;
    for (let next = step(data, at); next !== at; next = step(data, at)) at = next;
    return at;
  }

  /** Where the next frame starts; the same place when more must come first. */
  function step(data: Buffer, at: number): number {
    if (at === data.length) return at;
    if (skipLeft > 0) return skipOn(data, at);
    const [counted, digits = ''] = /^([1-9]\d{0,6}) </.exec(headOf(data, at)) ?? [];
    if (counted !== undefined) return countedFrame(data, at + digits.length + 1, Number(digits));
    // Not yet to be told from a line that begins with digits.
    if (data.length - at < HEAD_BYTES && /^[1-9]\d{0,6} ?$/.test(headOf(data, at))) return at;
    const end = data.indexOf(LF, at);
    const length = (end === -1 ? data.length : end) - at;
    if (length <= MAX_MESSAGE_BYTES) return end === -1 ? awaitLf(at) : give(data.subarray(at, end), end + 1);
    intake.skip('line_too_long', length, 1);
    skipLeft = Number.POSITIVE_INFINITY;
    return at + length;
  }

  function awaitLf(at: number): number {
    wanted = MAX_MESSAGE_BYTES + 1;
    isEndedByLf = true;
    return at;
  }

  function countedFrame(data: Buffer, start: number, length: number): number {
    if (length > MAX_MESSAGE_BYTES) {
      intake.skip('line_too_long', 0, 1);
      skipLeft = length;
      return start;
    }
    const end = start + length;
    if (end <= data.length) return give(data.subarray(start, end), end);
    const headLength = String(length).length + 1;
    wanted = headLength + length;
    return start - headLength;
  }

  function skipOn(data: Buffer, at: number): number {
    const lf = data.indexOf(LF, at);
    const end = skipLeft === Number.POSITIVE_INFINITY ? (lf === -1 ? data.length : lf + 1) : at + skipLeft;
    const to = Math.min(end, data.length);
    if (skipLeft !== Number.POSITIVE_INFINITY) skipLeft -= to - at;
    else if (lf !== -1) skipLeft = 0;
    intake.skip('line_too_long', to - at, 0);
    return to;
  }

  function give(message: Uint8Array, next: number): number {
    const line = toLine(message);
    if (line.length > 0) intake.lines(line);
    return next;
  }

  function end(): void {
    const rest = held.bytes();
    if (toLine(rest).length > 0) {
      intake.partial(1);
      give(rest, 0);
    }
    held.drop(rest.length);
    skipLeft = 0;
  }

  return { push, end };
}

/**
 * One message as a line. What some senders put at its end (LF, CR, NUL) is left out; LFs inside become spaces, so that
 * nobody can make two lines of one, and JSON stays JSON. Empty where nothing is left.
 */
export function toLine(message: Uint8Array): Uint8Array {
  let length = message.length;
  while (length > 0 && ENDINGS.includes(message[length - 1] ?? -1)) length -= 1;
  if (length === 0) return new Uint8Array(0);
  const line = Buffer.allocUnsafe(length + 1);
  line.set(message.subarray(0, length));
  for (let lf = line.indexOf(LF); lf !== -1 && lf < length; lf = line.indexOf(LF, lf)) line[lf] = SPACE;
  line[length] = LF;
  return line;
}

const LF = 10;
const SPACE = 32;
const ENDINGS: readonly number[] = [0, LF, 13];
/** The longest count, a space and '<'. */
const HEAD_BYTES = 9;

function headOf(data: Buffer, at: number): string {
  return data.toString('latin1', at, at + HEAD_BYTES);
}
