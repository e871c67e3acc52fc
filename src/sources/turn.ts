/** One generation's turn in a round: what can be read of it now, and its end when nothing more is to come. */
import { stat } from 'node:fs/promises';
import { finish } from './book.ts';
import { type Context, setProblem } from './context.ts';
import { isDue } from './due.ts';
import { ENCODING_BYTES, encodingOf, encodingOfFile } from './encoding.ts';
import type { Generation } from './generation.ts';
import { openOwn } from './handles.ts';
import { rememberUnread } from './known-files.ts';
import { noteSize, writeOff } from './ledger.ts';
import { releaseChanged, releaseUnopened } from './looking.ts';
import { damagedGzip } from './problems.ts';
import { type Extent, readInflated, readLines, readRest } from './reading.ts';

const NOTHING = new Uint8Array(0);

export interface TurnParts {
  readonly context: Context;
  readonly extent: Extent;
  /** A renamed file is over once it has been quiet for so long. */
  readonly rotateWaitMs: number;
}

/** Whole lines, or the last one of a file that is over; empty when there is nothing. Throws what the file system throws. */
export async function takeTurn(generation: Generation, parts: TurnParts, now: number): Promise<Uint8Array> {
  return generation.inflated ? await readPacked(generation, parts, now) : await readPlain(generation, parts, now);
}

export function endReading(context: Context, generation: Generation): void {
  writeOff(context.book, generation, generation.missing ?? 'deleted_unread_bytes');
  generation.missing = undefined;
  if (generation.handle) context.toClose.push(generation.handle);
  if (generation.inflated) context.toClose.push(generation.inflated);
  generation.handle = undefined;
  generation.inflated = undefined;
  context.problems.delete(generation.id);
  finish(context.book, generation);
}

async function readPlain(
  generation: Generation,
  { context, extent, rotateWaitMs }: TurnParts,
  now: number,
): Promise<Uint8Array> {
  if (generation.fresh) {
    const own = await openOwn(context, generation);
    if (own === 'gone') await releaseUnopened(context, generation, now);
    if (own !== 'open') return NOTHING;
    await noteEncoding(generation);
    const reading = await readLines(context, generation, extent);
    context.problems.delete(generation.id);
    if (reading.kind === 'lines') return reading.bytes;
    if (reading.kind === 'changed') {
      await releaseChanged(context, generation, now);
      return NOTHING;
    }
    if (reading.kind === 'unfinished') {
      context.unfinished = true;
      return NOTHING;
    }
    generation.fresh = false;
  }
  const isOver = generation.quietLooks > 0 && isDue(generation.changedAt, rotateWaitMs, now);
  if (generation.state !== 'rotated' || !isOver) return NOTHING;
  const rest = await readRest(context, generation, extent.limit);
  if (rest.length === 0) endReading(context, generation);
  return rest;
}

async function noteEncoding(generation: Generation): Promise<void> {
  const { handle, encoding, size } = generation;
  if (handle && encoding === undefined && size >= ENCODING_BYTES) generation.encoding = await encodingOfFile(handle);
}

async function readPacked(generation: Generation, { context, extent }: TurnParts, now: number): Promise<Uint8Array> {
  try {
    const { bytes, ended } = await readInflated(context.book, generation, extent);
    if (generation.offset === 0) generation.encoding = encodingOf(bytes);
    if (ended) {
      context.problems.delete(generation.name);
      await endPacked(context, generation, now);
    } else if (bytes.length === 0) context.unfinished = true;
    return bytes;
  } catch (thrown) {
    setProblem(context, generation.name, damagedGzip(generation.name, (thrown as Error).message));
    const lost = generation.inflated?.lost() ?? 0;
    noteSize(context.book, generation, Math.max(generation.size, generation.offset + lost));
    writeOff(context.book, generation, 'damaged');
    await endPacked(context, generation, now);
    return NOTHING;
  }
}

/** Two are remembered: the lines, should they appear unpacked, and the file, so that it is not unpacked again. */
async function endPacked(context: Context, generation: Generation, now: number): Promise<void> {
  const { name, dev, ino, mtimeMs } = generation;
  Object.assign(generation, { dev: 0, ino: 0 });
  endReading(context, generation);
  const still = await stat(name).catch(() => undefined);
  if (still?.ino !== ino || still.dev !== dev || still.mtimeMs !== mtimeMs) return;
  const file = { path: name, name, dev, ino, size: still.size, mtimeMs, matched: false, rotated: false };
  await rememberUnread(context.book, context.source, file, now);
}
