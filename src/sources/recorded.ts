/** Reads recorded files once from their beginning, for replay; gzip is unpacked on the way, '-' is standard input. */
import { stableId } from '../core/hash.ts';
import type { LineReader } from '../core/ports.ts';
import type { ByteReason, Chunk, SkipReason } from '../core/types.ts';
import { frameLines, MAX_LINE_BYTES } from './lines.ts';
import { openRecording, type Recording, unreadable } from './recording.ts';

/** Chunks over all files: slices for several threads. With many files each has smaller ones. */
export const CHUNKS_BYTES = 16 * 1024 * 1024;
const MIN_CHUNK_BYTES = 64 * 1024;

export interface RecordedReader extends LineReader {
  /** Bytes read so far, as they lie on the disk: compressed ones where a file is. */
  bytesRead(): number;
  /** Bytes of all files; standard input counts as it comes. */
  bytesTotal(): number;
}

interface Track {
  readonly id: string;
  readonly recording: Recording;
  offset: number;
  skip: boolean;
  /** All bytes so far were NULs that were stepped over. */
  head: boolean;
  offered: { readonly bytes: number; readonly final: boolean };
  pattern?: string | undefined;
  lastTime?: number | undefined;
  held?: Chunk['held'];
  ended: boolean;
}

/**
 * All files are read side by side, so that the caller can merge them by time. No records: it begins at the beginning
 * and is opened once. An empty answer of chunks() means the end. Throws UserError INPUT, naming the file.
 */
export function createRecordedReader(parts: {
  readonly source: string;
  readonly files: readonly string[];
  /** Of each file's chunks; absent: its share of CHUNKS_BYTES. */
  readonly chunkBytes?: number | undefined;
  /** Bytes of each file to leave out at its beginning, up to the start of a line; packed files have none. */
  readonly start?: number | undefined;
}): RecordedReader {
  let tracks: readonly Track[] = [];
  let skipped: Partial<Record<SkipReason, number>> = {};
  let ledger = emptyLedger();
  const share = Math.floor(CHUNKS_BYTES / Math.max(1, parts.files.length));
  const chunkBytes = parts.chunkBytes ?? Math.max(MIN_CHUNK_BYTES, share);

  async function open(): Promise<void> {
    if (tracks.length > 0) throw new Error('a recorded reader is opened once: what it read cannot be read again');
    const opened: Track[] = [];
    tracks = opened;
    for (const [index, path] of parts.files.entries()) {
      const recording = await openRecording(path, parts.start);
      const id = stableId('recorded', parts.source, index);
      const offered = { bytes: 0, final: false };
      opened.push({ id, recording, offset: parts.start ?? 0, skip: false, head: true, offered, ended: false });
    }
  }

  async function chunks(): Promise<readonly Chunk[]> {
    const result: Chunk[] = [];
    for (const track of tracks) {
      if (track.ended) continue;
      const bytes = await next(track);
      const { id, offset, pattern, lastTime, held } = track;
      if (bytes.length > 0)
        result.push({ source: parts.source, generation: id, offset, bytes, pattern, lastTime, held });
      else {
        count('partial_final', Object.keys(track.held ?? {}).length);
        await finish(track);
      }
    }
    return result;
  }

  async function next(track: Track): Promise<Uint8Array> {
    for (let wanted = chunkBytes; ; ) {
      const data = await peek(track, wanted);
      const framed = frameLines(data, { limit: MAX_LINE_BYTES, skip: track.skip, head: track.head });
      count('line_too_long', framed.tooLong);
      if (framed.tooLong > 0 || track.skip) track.head = false;
      track.skip = framed.skip;
      step(track, framed.dropped);
      stepOver('leading_nuls', framed.nuls);
      stepOver('line_too_long', framed.dropped - framed.nuls);
      if (framed.lines.length > 0) return offer(track, framed.lines, false);
      if (framed.dropped > 0) wanted = chunkBytes;
      else if (data.length < wanted) return offer(track, data, true);
      // No LF yet: only the longest line permitted tells whether it is over-long.
      else wanted = Math.min(MAX_LINE_BYTES, wanted * 4);
    }
  }

  async function peek({ recording }: Track, length: number): Promise<Buffer> {
    try {
      return await recording.stream.peek(length);
    } catch (error) {
      throw unreadable(recording.path, error);
    }
  }

  function offer(track: Track, bytes: Uint8Array, final: boolean): Uint8Array {
    track.offered = { bytes: bytes.length, final };
    return bytes;
  }

  function step(track: Track, bytes: number): void {
    track.recording.stream.drop(bytes);
    track.offset += bytes;
    // There are no records, so nothing is unread by them: a byte is present once the position is behind it.
    ledger.present += bytes;
  }

  function take(id: string, bytes: number, facts: Parameters<LineReader['take']>[2]): void {
    const track = tracks.find((other) => other.id === id);
    if (!track || bytes < 0 || bytes > track.offered.bytes) {
      throw new Error(`take of ${bytes} bytes, but ${track?.offered.bytes ?? 0} are offered`);
    }
    step(track, bytes);
    ledger.taken += bytes;
    if (bytes > 0) track.head = false;
    if (track.offered.final && bytes === track.offered.bytes) count('partial_final', 1);
    track.offered = { bytes: 0, final: false };
    track.pattern = facts.pattern ?? track.pattern;
    track.lastTime = facts.lastTime ?? track.lastTime;
    track.held = facts.held;
  }

  function count(reason: SkipReason, amount: number): void {
    if (amount > 0) skipped[reason] = (skipped[reason] ?? 0) + amount;
  }

  function stepOver(reason: ByteReason, bytes: number): void {
    if (bytes > 0) ledger.skipped[reason] = (ledger.skipped[reason] ?? 0) + bytes;
  }

  return {
    open,
    chunks,
    take,
    leftUnread: () => false,
    records: () => [],
    skipped() {
      const taken = skipped;
      skipped = {};
      return taken;
    },
    accounted() {
      const accounted = ledger;
      ledger = emptyLedger();
      return accounted;
    },
    wait: async () => undefined,
    problems: () => [],
    async close() {
      for (const track of tracks) await finish(track);
    },
    bytesRead: () => tracks.reduce((sum, { recording }) => sum + recording.bytesRead(), 0),
    bytesTotal: () => tracks.reduce((sum, { recording }) => sum + recording.bytesTotal(), 0),
  };
}

function emptyLedger(): { present: number; taken: number; skipped: Partial<Record<ByteReason, number>> } {
  return { present: 0, taken: 0, skipped: {} };
}

async function finish(track: Track): Promise<void> {
  track.ended = true;
  await track.recording.stream.close();
}
