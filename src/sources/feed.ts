/** A feed brings lines from one place of the world (standard input, a fifo, a socket, a journal) to its stream reader. */
import type { ByteReason } from '../core/types.ts';

/** What a feed hands its lines to. */
export interface Intake {
  /** Whole lines, each with its LF. Lines of different writers come in calls of their own. */
  lines(bytes: Uint8Array): void;
  /** Bytes that could not become lines; how many lines they were. 0 bytes where only the lines are known. */
  skip(reason: ByteReason, bytes: number, lines: number): void;
  /** Lines that ended without LF, because their writer did; they are given all the same. */
  partial(lines: number): void;
  /** Bytes that can still be held. A feed that cannot be paused drops what is more, and says so by skip. */
  room(): number;
  /** Nothing more will come. */
  ended(): void;
  /** A problem has come or gone: who waits for lines looks again. */
  changed(): void;
}

export interface Feed {
  /** Begins. Of a journal: behind this cursor, anew when called again; resolves with the cursor it begins behind. */
  start(cursor: string | undefined): Promise<string | undefined>;
  /** Brings nothing more until resume, where it can be told so. */
  pause(): void;
  resume(): void;
  /** What keeps lines from coming, each one sentence with its remedy. */
  problems(): readonly string[];
  close(): Promise<void>;
}
