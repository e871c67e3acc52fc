/** What a container runtime or a log daemon put around a line, told from the line alone. */
import { unwrapCri } from './cri.ts';
import { unwrapJson } from './json.ts';
import { unwrapSyslog } from './syslog.ts';

/** The time that the runtime or daemon wrote: ISO 8601; 'Nov 25 08:22:39' without year and zone; microseconds since 1970. */
export interface WrapperStamp {
  readonly format: 'iso8601' | 'syslog' | 'micros';
  readonly text: string;
}

/** Programs' outputs; a container runtime writes the lines of each in parts of 16 KiB, and the parts may take turns. */
export type OutputStream = 'stdout' | 'stderr';

export interface Wrapped {
  /** The line as its program wrote it, or a part of it; undefined where the daemon left it out for its length. */
  readonly text: string | undefined;
  readonly stream: OutputStream;
  /** The rest of the line comes in a later one of the same stream. */
  readonly isPart: boolean;
  /** Undefined where there is none. */
  readonly stamp: WrapperStamp | undefined;
}

/**
 * Undefined for a plain line, which costs no more than a look at its letters 0, 3 and 4. Text decoded out of JSON is
 * data: it can hold anything, also LF, and is still one line.
 */
export function unwrap(line: string): Wrapped | undefined {
  const first = line.charCodeAt(0);
  if (first === BRACE) return unwrapJson(line);
  if (first === ANGLE) return unwrapSyslog(line);
  if (line.charCodeAt(4) === DASH) return unwrapCri(line) ?? unwrapSyslog(line);
  return line.charCodeAt(3) === SPACE ? unwrapSyslog(line) : undefined;
}

/** False where unwrap() is sure to give nothing for the line that begins at this byte. */
export function mayBeWrapped(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at] as number;
  if (first === BRACE || first === ANGLE) return true;
  if (bytes[at + 4] === DASH) return first >= ZERO && first <= NINE;
  return bytes[at + 3] === SPACE && first >= LETTER_A && first <= LETTER_Z;
}

const BRACE = 123;
const ANGLE = 60;
/** Behind the year of ISO 8601. */
const DASH = 45;
/** Behind the month of 'Nov 25 08:22:39'. */
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
const LETTER_A = 65;
const LETTER_Z = 90;
