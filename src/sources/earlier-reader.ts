/** Reads the files that were there before a source is watched: all logs side by side, each log's files one after the other. */
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { LineReader } from '../core/ports.ts';
import type { Chunk } from '../core/types.ts';
import type { EarlierFile } from './earlier-files.ts';
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
  /** Leaves out files that ended before this time. */
  skipTo(time: number): Promise<void>;
  /** Names of the files that were begun, in that order. */
  read(): readonly string[];
  /** What was left out and why, a sentence each. */
  leftOut(): readonly string[];
}

interface Track {
  /** Those not begun yet. */
  files: readonly StampedFile[];
  reader?: RecordedReader | undefined;
  /** Of the file being read, and as its own reader calls it. */
  id: string;
  ownId: string;
}

/** What cannot be read is left out, with a sentence. Calls as of LineReader; `take` says nothing of what was not offered last. */
export function createEarlierReader(source: string, logs: readonly (readonly StampedFile[])[]): EarlierReader {
  const tracks: readonly Track[] = logs.map((files) => ({ files, id: '', ownId: '' }));
  const read: string[] = [];
  const leftOut: string[] = [];
  const chunkBytes = Math.max(MIN_CHUNK_BYTES, Math.floor(CHUNKS_BYTES / Math.max(1, logs.length)));

  async function next(track: Track): Promise<Chunk | undefined> {
    for (;;) {
      track.reader ??= await begin(track);
      if (!track.reader) return undefined;
      try {
        const [chunk] = await track.reader.chunks(0);
        if (chunk) {
          track.ownId = chunk.generation;
          return { ...chunk, generation: track.id };
        }
      } catch (error) {
        leftOut.push(messageOf(error));
      }
      await end(track);
    }
  }

  async function begin(track: Track): Promise<RecordedReader | undefined> {
    for (let [file, ...rest] = track.files; file; [file, ...rest] = track.files) {
      track.files = rest;
      const path = await pathNow(file);
      if (path === undefined) {
        leftOut.push(`${basename(file.path)} is gone: it was rotated or deleted meanwhile.`);
        continue;
      }
      const reader = createRecordedReader({ source, files: [path], chunkBytes });
      try {
        await reader.open(undefined, 0);
        track.id = `earlier ${read.length}`;
        read.push(file.path);
        return reader;
      } catch (error) {
        leftOut.push(messageOf(error));
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
        if (index === -1) continue;
        leftOut.push(
          ...track.files.slice(0, index).map(({ path }) => `${basename(path)} is older than there was time for.`),
        );
        track.files = track.files.slice(index);
        await end(track);
      }
    },
    read: () => read,
    leftOut: () => leftOut,
  };
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
