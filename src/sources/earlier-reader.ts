/** Reads the files that were there before a source is watched: all logs side by side, each log's files one after the other. */
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { LineReader } from '../core/ports.ts';
import type { Chunk } from '../core/types.ts';
import { isGzipFile } from './copies.ts';
import type { EarlierFile } from './earlier-files.ts';
import { type StampOf, startOf } from './earlier-start.ts';
import { inodeKey } from './generation.ts';
import { listFolder } from './listing.ts';
import { createRecordedReader, type RecordedReader } from './recorded.ts';
import { openRecording } from './recording.ts';

/** Chunks over all logs, and of one of them at least. */
const CHUNKS_BYTES = 4 * 1024 * 1024;
const MIN_CHUNK_BYTES = 64 * 1024;
const LF = 10;

/** A file with the stamp of its first line; undefined: none of its first lines has one. */
export interface StampedFile extends EarlierFile {
  readonly first: number | undefined;
}

export interface EarlierReader extends LineReader {
  /** Leaves out what was before this time: files that ended, and the beginning of one that is not packed. */
  skipTo(time: number): Promise<void>;
  /** Names of the files that were begun, in that order; since skipTo of those that are read from then on. */
  read(): readonly string[];
  /** What was left out and why, a sentence each. */
  leftOut(): readonly string[];
}

interface Track {
  /** Those not begun yet. */
  files: readonly StampedFile[];
  reader?: RecordedReader | undefined;
  file?: StampedFile | undefined;
  /** Up to here the file was read. */
  offset: number;
  /** Of the file being read, and as its own reader calls it. */
  id: string;
  ownId: string;
  /** Before this time there is nothing to read. */
  from: number;
}

/**
 * What cannot be read is left out, with a sentence. Calls as of LineReader; `take` says nothing of what was not offered last.
 * `from`: what was before this time is left out without a word.
 */
export function createEarlierReader(
  source: string,
  logs: readonly (readonly StampedFile[])[],
  { stampOf, from }: { readonly stampOf: StampOf; readonly from: number },
): EarlierReader {
  const tracks: readonly Track[] = logs.map((files) => ({ files, offset: 0, id: '', ownId: '', from }));
  let begun = 0;
  let read: string[] = [];
  const leftOut = new Set<string>();
  const chunkBytes = Math.max(MIN_CHUNK_BYTES, Math.floor(CHUNKS_BYTES / Math.max(1, logs.length)));

  async function next(track: Track): Promise<Chunk | undefined> {
    for (;;) {
      track.reader ??= await begin(track);
      if (!track.reader) return undefined;
      try {
        const [chunk] = await track.reader.chunks(0);
        if (chunk) {
          Object.assign(track, { ownId: chunk.generation, offset: chunk.offset });
          return { ...chunk, generation: track.id };
        }
      } catch (error) {
        leftOut.add(messageOf(error));
      }
      await end(track);
    }
  }

  async function begin(track: Track): Promise<RecordedReader | undefined> {
    for (let [file, ...rest] = track.files; file; [file, ...rest] = track.files) {
      track.files = rest;
      const path = await pathNow(file);
      if (path === undefined) {
        leftOut.add(`${basename(file.path)} is gone: it was rotated or deleted meanwhile.`);
        continue;
      }
      const done = track.file === file ? track.offset : 0;
      let reader: RecordedReader | undefined;
      try {
        const isPast = file.first === undefined || file.first < track.from;
        const start = Math.max(done, isPast ? await startOf(path, track.from, stampOf) : 0);
        reader = createRecordedReader({ source, files: [path], chunkBytes, start });
        await reader.open(undefined, 0);
        begun += 1;
        Object.assign(track, { id: `earlier ${begun}`, file, offset: start });
        if (!read.includes(file.path)) read.push(file.path);
        return reader;
      } catch (error) {
        await reader?.close();
        leftOut.add(messageOf(error));
      }
    }
    return undefined;
  }

  async function end(track: Track): Promise<void> {
    await track.reader?.close();
    track.reader = undefined;
  }

  return {
    open: async () => undefined,
    async chunks() {
      const found: Chunk[] = [];
      for (const track of tracks) {
        const chunk = await next(track);
        if (chunk) found.push(chunk);
      }
      return found;
    },
    take(id, bytes, facts) {
      const track = tracks.find((one) => one.id === id);
      track?.reader?.take(track.ownId, bytes, facts);
      if (track) track.offset += bytes;
    },
    leftUnread: () => false,
    records: () => [],
    skipped: () => ({}),
    accounted: () => ({ present: 0, taken: 0, skipped: {} }),
    wait: async () => undefined,
    problems: () => [],
    async close() {
      for (const track of tracks) await end(track);
    },
    async skipTo(time) {
      for (const track of tracks) {
        const index = track.files.findLastIndex(({ first }) => first !== undefined && first <= time);
        track.from = time;
        if (index !== -1) {
          for (const { path } of track.files.slice(0, index)) leftOut.add(tooOld(path));
          track.files = track.files.slice(index);
          await end(track);
        } else if (track.reader && track.file && !(await isGzipFile(track.file.path))) {
          leftOut.add(`The beginning of ${tooOld(track.file.path)}`);
          track.files = [track.file, ...track.files];
          await end(track);
        }
      }
      read = tracks.flatMap(({ reader, file }) => (reader && file ? [file.path] : []));
    },
    read: () => read,
    leftOut: () => [...leftOut],
  };
}

function tooOld(path: string): string {
  return `${basename(path)} is older than there was time for.`;
}

/** Where the file is: rotation may have renamed it since it was listed. Undefined: it is gone. */
async function pathNow(file: EarlierFile): Promise<string | undefined> {
  const same = await stat(file.path).catch(() => undefined);
  if (same && inodeKey(same) === inodeKey(file)) return file.path;
  const beside = await listFolder(dirname(file.path));
  return beside.find((one) => inodeKey(one) === inodeKey(file))?.path;
}

/** Whole lines that the file begins with, unpacked; empty where it cannot be read. */
export async function firstBytesOf(file: EarlierFile): Promise<Uint8Array> {
  const path = await pathNow(file);
  const recording = path === undefined ? undefined : await openRecording(path).catch(() => undefined);
  if (!recording) return new Uint8Array(0);
  try {
    const bytes = await recording.stream.peek(MIN_CHUNK_BYTES);
    return Uint8Array.from(bytes.subarray(0, bytes.lastIndexOf(LF) + 1));
  } catch {
    return new Uint8Array(0);
  } finally {
    await recording.stream.close();
  }
}
