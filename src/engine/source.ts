/** One source on its way from bytes to committed windows: ingest, for live, replay and test alike. */
import type { ChunkParser, ParseLimits } from '../core/parse/chunk.ts';
import type { LineReader } from '../core/ports.ts';
import type { Chunk, Ledger, SourceState } from '../core/types.ts';
import type { SourceChain } from './chain.ts';
import { addLedger, addSkipped, emptySourceState, withTally } from './source-state.ts';

/** Event time one round takes at most, so that steps can be judged in between and no ring overtakes itself. */
export const ROUND_SPAN_MS = 60_000;
/** A round that took this many bytes has probably left some. */
const BUSY_BYTES = 256 * 1024;

/** A source without lines looks this often whether the store still knows it: what a store forgot must not wait for a line. */
const CHECK_MS = 10_000;

/** A line is in its file this much after its stamp at the latest, when nothing is read behind. */
const IDLE_GRACE_MS = 500;

export interface RoundResult {
  /** Lines taken. */
  readonly lines: number;
  /** Nothing was there to read. */
  readonly idle: boolean;
  /** There is probably more to read already. */
  readonly more: boolean;
  /** All lines stamped before this have been taken. */
  readonly complete: number | undefined;
}

export interface SourceEngine {
  open(now: number): Promise<void>;
  /** Reads what there is, adds it up and commits it. Returns when the store has it. */
  round(now: number): Promise<RoundResult>;
  /** As committed. */
  state(): SourceState;
  /** Times that the store was found behind (read again from there) or emptied (written anew, not counted again). */
  conflicts(): { readonly behind: number; readonly lost: number };
}

export interface SourceParts {
  readonly chain: SourceChain;
  readonly reader: LineReader;
  readonly parser: ChunkParser;
  /** Lines from this time on are left unread. */
  readonly stopAt?: number | undefined;
  /** Called before lines of this time are added: everything older can be judged. */
  readonly beforeAdding: (complete: number) => Promise<void>;
}

export function createSourceEngine(parts: SourceParts): SourceEngine {
  const { chain, reader, parser } = parts;
  const stopAt = parts.stopAt ?? Number.POSITIVE_INFINITY;
  let state: SourceState = emptySourceState();
  let committed: SourceState = state;
  let behind = 0;
  let lost = 0;
  let checkedAt = 0;

  async function open(now: number): Promise<void> {
    const loaded = await chain.load();
    state = loaded?.state ?? emptySourceState();
    committed = state;
    checkedAt = now;
    if (loaded?.isFromMirror) lost += 1;
    await reader.open(loaded?.state.files, now);
    // The first positions stand before the first line is read: a crash from here on resumes instead of starting anew.
    if (!loaded || loaded.isFromMirror) await commit(now);
  }

  async function round(now: number): Promise<RoundResult> {
    const chunks = await reader.chunks(now);
    // A stamp ahead of the clock is no time to judge up to.
    const first = least(chunks.map((chunk) => earliest(parser.firstTime(chunk, 0, now), now)));
    if (chunks.length === 0 || (first !== undefined && first >= stopAt)) {
      await commitMoves(now);
      return { lines: 0, idle: true, more: false, complete: Math.min(now - IDLE_GRACE_MS, stopAt) };
    }
    if (first !== undefined) await parts.beforeAdding(first);
    const until = Math.min((first ?? state.watermark ?? now) + ROUND_SPAN_MS, stopAt);
    // Side by side: a file's lines are late by what was taken before the round, not by the file before it in the round.
    const { watermark } = state;
    const taken = chunks.map((chunk) => takeChunk(chunk, { until, now, watermark }));
    // What was not committed is read again, so nothing is complete by it.
    if (!(await commit(now))) return { lines: 0, idle: false, more: true, complete: undefined };
    const leftUnread = reader.leftUnread();
    return {
      lines: taken.reduce((sum, { lines }) => sum + lines, 0),
      idle: false,
      more: leftUnread || taken.some(({ more }) => more),
      complete: leftUnread ? undefined : least(taken.map(({ reached }) => reached)),
    };
  }

  function takeChunk(chunk: Chunk, limits: ParseLimits): Taken {
    const parsed = parser.parse(chunk, 0, limits);
    const over = chain.windows().add(parsed.tally);
    state = withTally(state, parsed.tally, over);
    const { pattern, lastTime, held } = parsed;
    reader.take(chunk.generation, parsed.consumed, { pattern, lastTime, held });
    const more = parsed.consumed < chunk.bytes.length || parsed.consumed >= BUSY_BYTES;
    return { lines: parsed.tally.lines, more, reached: parsed.nextTime ?? parsed.lastTime };
  }

  /** Rotations move records without a line being read; they are committed once they happened. So are the last skips. */
  async function commitMoves(now: number): Promise<void> {
    const skipped = reader.skipped();
    const accounted = reader.accounted();
    state = {
      ...state,
      skipped: addSkipped(state.skipped, skipped),
      ledger: addLedger(state.ledger, accounted),
    };
    // What could never be opened has no record, and yet the ledger gains by its end.
    const isCounted = Object.keys(skipped).length > 0 || hasGained(accounted);
    const hasMoved = isCounted || JSON.stringify(reader.records()) !== JSON.stringify(committed.files);
    if (hasMoved || !(await isStored(now))) await commit(now);
  }

  async function isStored(now: number): Promise<boolean> {
    if (now - checkedAt < CHECK_MS) return true;
    checkedAt = now;
    return await chain.isStored();
  }

  /** False when the store was behind: everything not committed is dropped, and read again from where it stands. */
  async function commit(now: number): Promise<boolean> {
    const skipped = addSkipped(state.skipped, reader.skipped());
    const ledger = addLedger(state.ledger, reader.accounted());
    const commits = (state.commits ?? 0) + 1;
    state = { ...state, files: reader.records(), skipped, ledger, commits };
    const result = await chain.commit(state);
    checkedAt = now;
    if (result === 'lost') lost += 1;
    if (result !== 'behind') {
      committed = state;
      return true;
    }
    behind += 1;
    await open(now);
    return false;
  }

  return { open, round, state: () => committed, conflicts: () => ({ behind, lost }) };
}

function hasGained({ present, taken, skipped }: Ledger): boolean {
  return [present, taken, ...Object.values(skipped)].some((bytes) => bytes !== 0);
}

interface Taken {
  readonly lines: number;
  readonly more: boolean;
  readonly reached: number | undefined;
}

function earliest(time: number | undefined, now: number): number | undefined {
  return time === undefined ? undefined : Math.min(time, now);
}

function least(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
