/** Reads the lines of growing files, each once, through rotation, truncation and restarts. */
import type { LineReader } from '../core/ports.ts';
import type { Chunk, FileRecord } from '../core/types.ts';
import { createBook, recordsOf, takeSkipped } from './book.ts';
import { createBuffers } from './buffers.ts';
import { type Context, setProblem } from './context.ts';
import { isDue } from './due.ts';
import { encodingProblems } from './encoding.ts';
import { find, findAgain, findFirst } from './finding.ts';
import type { Generation } from './generation.ts';
import { isWanted } from './glob.ts';
import { closeAll, MAX_OPEN_FILES, tryMoreOpen } from './handles.ts';
import { LEAD_BYTES_MAX } from './identity.ts';
import { takeLedger } from './ledger.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import { explain } from './listing.ts';
import { createListingMemory } from './listing-memory.ts';
import { createLocalDisks } from './local-disks.ts';
import { lookAtAll } from './looking.ts';
import { createPace } from './pace.ts';
import { type Extent, takeOffer } from './reading.ts';
import { MAX_CHUNK_BYTES, MAX_ROUND_BYTES, shareOf } from './share.ts';
import { endReading, takeTurn } from './turn.ts';
import { createWaker, type Waker } from './waker.ts';

const SWEEP_MS = 1_000;
/** Where no folder has changed, files that are finished are looked at this much more seldom. */
const RELIST_SWEEPS = 10;
/** A file that changed within this time is looked at in every round. */
const RECENT_MS = 1_000;

export interface FileReaderParts {
  readonly source: string;
  readonly globs: readonly string[];
  /** Where files that are there at the very first start begin; later ones begin at 0. */
  readonly from: 'end' | 'beginning';
  /** The sweep: every file is looked at this often, known ones four times as often where there are no events. 0: always. */
  readonly sweepMs?: number;
  /** Be woken by file events; without them the sweep alone does it. */
  readonly watch?: boolean;
  /** A renamed file is read until it has been quiet for so long: workers still write to it. */
  readonly rotateWaitMs?: number;
  /** Largest chunk; the longest line is that or MAX_LINE_BYTES, whichever is less. */
  readonly chunkBytes?: number;
  /** Bytes that one call of chunks() holds in memory, but for one line of each file. */
  readonly roundBytes?: number;
}

/** Follows the files of one source. See LineReader; `now` is compared with earlier ones, at the first start with files' times. */
export function createFileReader(parts: FileReaderParts): LineReader {
  const { sweepMs = SWEEP_MS, watch = true, rotateWaitMs = 5_000, roundBytes = MAX_ROUND_BYTES } = parts;
  const { chunkBytes = MAX_CHUNK_BYTES } = parts;
  const limit = Math.min(chunkBytes, MAX_LINE_BYTES);
  let context = createContext(parts);
  let waker: Waker | undefined;
  let foundAt = 0;
  let more = false;
  const pace = createPace({ sweepMs, waker: () => waker });
  const offered = new Map<string, Generation>();
  let looking: Promise<unknown> | undefined;

  async function openReader(records: readonly FileRecord[] | undefined, now: number): Promise<void> {
    await closeFiles(context);
    context = createContext(parts);
    waker ??= await createWaker({ globs: parts.globs, watch, isWanted: (path) => isWanted(parts.globs, path) });
    if (records === undefined) await findFirst(context, now);
    else await findAgain(context, records, now);
    foundAt = now;
    pace.begin();
  }

  async function chunks(now: number): Promise<readonly Chunk[]> {
    const round = look(now);
    looking = round;
    return await round;
  }

  async function look(now: number): Promise<readonly Chunk[]> {
    await closeAll(context.toClose);
    context.folders.clear();
    context.buffers.giveBackAll();
    const changed = waker?.takeChanged(now) ?? new Set();
    const known = new Set(context.book.active.map(({ path }) => path));
    if ([...changed].some((path) => !known.has(path))) context.isTold = true;
    if (context.isTold || isDue(foundAt, pace.findMs(), now)) context.findSoon = true;
    const { active } = context.book;
    const lookMs = pace.lookMs(active.length);
    const due = active.filter(
      ({ path, changedAt, lookedAt }) =>
        !isDue(changedAt, RECENT_MS, now) || changed.has(path) || isDue(lookedAt, lookMs, now),
    );
    const startedAt = performance.now();
    await lookAtAll(context, due, now, noteFailure);
    if (changed.size === 0 && due.some(({ changedAt }) => changedAt === now)) waker?.sawGrowth(now);
    if (due.length === active.length) pace.lookedAtAll(performance.now() - startedAt);
    const result = await readAll(now);
    pace.sawRound({ hasLines: result.length > 0, hasEvents: changed.size > 0 }, now);
    return result;
  }

  async function noteFailure(generation: Generation, error: NodeJS.ErrnoException): Promise<void> {
    setProblem(context, generation.id, await explain(generation.name, error));
    if (error.code !== 'ESTALE' || !generation.handle) return;
    // The mount came back as another: opened again, the file is known by its content.
    context.toClose.push(generation.handle);
    generation.handle = undefined;
  }

  async function readAll(now: number): Promise<readonly Chunk[]> {
    const read = new Map<string, Chunk>();
    offered.clear();
    more = false;
    // Nothing read would mean that everything was taken, so what is only stepped over is followed to its end.
    do {
      context.unfinished = false;
      await readTurns(read, now);
    } while (context.unfinished && read.size === 0);
    more ||= context.unfinished;
    return [...read.values()];
  }

  async function readTurns(read: Map<string, Chunk>, now: number): Promise<void> {
    let budget = roundBytes;
    // A truncation is seen while reading, and its copy is found after that: once round again.
    for (let pass = 0; pass < 3; pass += 1) {
      if (context.findSoon) {
        await sweep(now);
      }
      const fresh = context.book.active.filter((generation) => generation.fresh || generation.inflated).length;
      const extent = { share: shareOf(fresh, { most: chunkBytes, roundBytes }), limit };
      for (const generation of inOrder(context.book.active)) {
        if (read.has(generation.id)) continue;
        if (budget <= 0) {
          more = true;
          break;
        }
        const bytes = await readOne(generation, extent, now);
        if (bytes.length === 0) continue;
        budget -= bytes.length;
        read.set(generation.id, chunkOf(parts.source, generation, bytes));
        offered.set(generation.id, generation);
      }
      if (!context.findSoon) break;
    }
  }

  async function sweep(now: number): Promise<void> {
    const startedAt = performance.now();
    tryMoreOpen(context, now);
    await find(context, now);
    foundAt = now;
    pace.swept(performance.now() - startedAt);
  }

  async function readOne(generation: Generation, extent: Extent, now: number): Promise<Uint8Array> {
    try {
      return await takeTurn(generation, { context, extent, rotateWaitMs }, now);
    } catch (thrown) {
      await noteFailure(generation, thrown as NodeJS.ErrnoException);
      return new Uint8Array(0);
    }
  }

  function take(id: string, bytes: number, facts: Parameters<LineReader['take']>[2]): void {
    const generation = offered.get(id);
    if (!generation) throw new Error(`take of generation ${id}, which is not offered`);
    if (facts.pattern !== undefined) generation.pattern = facts.pattern;
    if (facts.lastTime !== undefined) generation.lastTime = facts.lastTime;
    generation.held = facts.held;
    // A packed one is ended by the next call of chunks(), which finds nothing more in it.
    if (takeOffer(context.book, generation, bytes) && !generation.inflated) endReading(context, generation);
  }

  async function wait(waitMs: number): Promise<void> {
    if (more || context.findSoon || !waker) return;
    await pace.wait(waitMs, context.book.active.length);
  }

  return {
    open: openReader,
    chunks,
    take,
    leftUnread: () => more,
    records: () => recordsOf(context.book),
    skipped: () => takeSkipped(context.book),
    accounted: () => takeLedger(context.book),
    wait,
    problems: () => [
      ...context.listingProblems,
      ...context.problems.values(),
      ...encodingProblems(context.book),
      ...(waker?.problems() ?? []),
    ],
    async close(): Promise<void> {
      await waker?.close();
      // A stop comes at any moment: a file closed while it is read would be one that cannot be read.
      await looking?.catch(() => undefined);
      await closeFiles(context);
    },
  };
}

function createContext({ source, globs, from, sweepMs = SWEEP_MS }: FileReaderParts): Context {
  return {
    source,
    globs,
    from,
    book: createBook(),
    buffers: createBuffers(MAX_CHUNK_BYTES, LEAD_BYTES_MAX),
    strangers: new Map(),
    problems: new Map(),
    listingProblems: [],
    oldestMs: Number.NEGATIVE_INFINITY,
    returnedUntil: Number.NEGATIVE_INFINITY,
    listed: createListingMemory(sweepMs * RELIST_SWEEPS),
    isTold: false,
    findSoon: false,
    unfinished: false,
    files: { limit: MAX_OPEN_FILES, opened: 0 },
    disks: createLocalDisks(),
    toClose: [],
    folders: new Map(),
  };
}

async function closeFiles({ book, toClose }: Context): Promise<void> {
  for (const { handle, inflated } of book.active) {
    if (handle) toClose.push(handle);
    await inflated?.close();
  }
  await closeAll(toClose);
}

/** Rotated generations first: they hold the older lines, and their files can be deleted. */
function inOrder(active: readonly Generation[]): readonly Generation[] {
  return active.toSorted((a, b) => Number(a.state === 'live') - Number(b.state === 'live') || a.mtimeMs - b.mtimeMs);
}

function chunkOf(source: string, generation: Generation, bytes: Uint8Array): Chunk {
  const { id, offset, pattern, lastTime, held, isCut } = generation;
  return { source, generation: id, offset, bytes, pattern, lastTime, held, isCut };
}
