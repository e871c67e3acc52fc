/** One source on its way from bytes to committed windows: ingest, for live, replay and test alike. */
import type { LineReader, SliceParser } from '../core/ports.ts';
import type { Ledger, SourceState } from '../core/types.ts';
import type { SourceChain } from './chain.ts';
import { least, most, type ParsedRound, parseRound, type TakenLines } from './parse-round.ts';
import { sameRecords } from './same-records.ts';
import { addLedger, addSkipped, emptySourceState, withTally } from './source-state.ts';

/** A source without lines looks this often whether the store still knows it: what a store forgot must not wait for a line. */
const CHECK_MS = 10_000;

/** A line is in its file this much after its stamp at the latest, when nothing is read behind. */
const IDLE_GRACE_MS = 500;

export interface RoundResult {
  /** Lines taken. */
  readonly lines: number;
  /** Nothing was there to read. */
  readonly idle: boolean;
  /** There is more to read already. */
  readonly more: boolean;
  /** The store has what was taken, so that a crash or another writer loses nothing of it. */
  readonly isStored: boolean;
  /** All lines stamped before this have been taken, and the store has them. */
  readonly complete: number | undefined;
}

/** Not stored and dropped: it is read again, so nothing is complete by it. */
const AGAIN: RoundResult = { lines: 0, idle: false, more: true, isStored: false, complete: undefined };

export interface SourceEngine {
  open(now: number): Promise<void>;
  /** Reads what there is and adds it up. Commits it, unless the last commit was just now: then a later round does. */
  round(now: number): Promise<RoundResult>;
  /** Commits what rounds have left uncommitted; nothing is read after it. */
  end(): Promise<void>;
  /** As committed. */
  state(): SourceState;
  /** As added up: with what the next commit stores. */
  counted(): SourceState;
  /** Times that the store was found behind (read again from there) or emptied (written anew, not counted again). */
  conflicts(): { readonly behind: number; readonly lost: number };
}

export interface SourceParts {
  readonly chain: SourceChain;
  readonly reader: LineReader;
  readonly parser: SliceParser;
  /** Lines from this time on are left unread. */
  readonly stopAt?: number | undefined;
  /**
   * In a replay, whose rounds know their `now` by the newest stamp before them: the next round is read and parsed while
   * this one is added and judged. Only for a reader that nobody reads on from a commit.
   */
  readonly nextNow?: ((watermark: number | undefined) => number) | undefined;
  /** In a replay: a time close to that of its first lines, for stamps without a year. */
  readonly near?: number | undefined;
  /** Commits are this far apart at least, but of what is read behind; 0: each round is one. Only for what can be read again. */
  readonly storeMs?: number | undefined;
  /** Called before lines of this time are added: everything older can be judged, once `store` has stored it. */
  readonly beforeAdding: (complete: number, store: () => Promise<void>) => Promise<void>;
}

export function createSourceEngine(parts: SourceParts): SourceEngine {
  const { chain, reader, parser } = parts;
  const { stopAt = Number.POSITIVE_INFINITY, storeMs = 0 } = parts;
  let state: SourceState = emptySourceState();
  let committed: SourceState = state;
  let behind = 0;
  let lost = 0;
  let checkedAt = 0;
  let storedAt = Number.NEGATIVE_INFINITY;
  /** Lines were added that no commit has stored. */
  let isAhead = false;
  let ahead: Promise<ParsedRound> | undefined;

  async function open(now: number): Promise<void> {
    const loaded = await chain.load();
    state = loaded?.state ?? emptySourceState();
    committed = state;
    isAhead = false;
    checkedAt = now;
    if (loaded?.isFromMirror) lost += 1;
    await reader.open(loaded?.state.files, now);
    // The first positions stand before the first line is read: a crash from here on resumes instead of starting anew.
    if (!loaded || loaded.isFromMirror) await commit(now);
  }

  async function round(now: number): Promise<RoundResult> {
    const { first, taken } = await (ahead ?? read(now, state.watermark));
    ahead = undefined;
    if (taken.length === 0) {
      if (!(await commitMoves(now))) return AGAIN;
      return { lines: 0, idle: true, more: false, isStored: true, complete: Math.min(now - IDLE_GRACE_MS, stopAt) };
    }
    if (parts.nextNow) readAhead(taken, parts.nextNow);
    if (first !== undefined && !(await judgeBefore(first, now))) return AGAIN;
    taken.forEach(add);
    if (!parts.nextNow) taken.forEach(take);
    const leftUnread = reader.leftUnread();
    const more = leftUnread || taken.some(isBusy);
    // A replay that has seen no stamp yet has no time, and its rounds are one commit each.
    const isStored = more || storeMs === 0 || isDue(storedAt, storeMs, now);
    if (isStored && !(await commit(now))) return AGAIN;
    return {
      lines: taken.reduce((sum, { tallies }) => sum + tallies.reduce((lines, tally) => lines + tally.lines, 0), 0),
      ...{ idle: false, more, isStored },
      complete:
        leftUnread || !isStored ? undefined : least(taken.map(({ nextTime, lastTime }) => nextTime ?? lastTime)),
    };
  }

  /** False where what was read is to be read again. */
  async function judgeBefore(complete: number, now: number): Promise<boolean> {
    const before = behind;
    await parts.beforeAdding(complete, async () => {
      if (isAhead) await commit(now);
    });
    return behind === before;
  }

  async function read(now: number, watermark: number | undefined): Promise<ParsedRound> {
    const near = parts.near === undefined ? undefined : (watermark ?? parts.near);
    return await parseRound(parser, await reader.chunks(now), { now, stopAt, watermark, near });
  }

  function readAhead(taken: readonly TakenLines[], nextNow: NonNullable<SourceParts['nextNow']>): void {
    taken.forEach(take);
    const newest = most([state.watermark, ...taken.flatMap(({ tallies }) => tallies.map(({ timeMax }) => timeMax))]);
    ahead = read(nextNow(newest), newest);
    // The next round says it.
    ahead.catch(() => undefined);
  }

  function add({ tallies }: TakenLines): void {
    isAhead = true;
    for (const tally of tallies) state = withTally(state, tally, chain.windows().add(tally));
  }

  function take({ chunk, consumed, pattern, lastTime, held }: TakenLines): void {
    reader.take(chunk.generation, consumed, { pattern, lastTime, held });
  }

  /** Rotations move records without a line being read; they are committed once they happened. So are the last skips. */
  async function commitMoves(now: number): Promise<boolean> {
    const skipped = reader.skipped();
    const accounted = reader.accounted();
    state = {
      ...state,
      skipped: addSkipped(state.skipped, skipped),
      ledger: addLedger(state.ledger, accounted),
    };
    // What could never be opened has no record, and yet the ledger gains by its end.
    const isCounted = Object.keys(skipped).length > 0 || hasGained(accounted);
    const hasMoved = isCounted || !sameRecords(reader.records(), committed.files);
    return isAhead || hasMoved || !(await isStored(now)) ? await commit(now) : true;
  }

  async function isStored(now: number): Promise<boolean> {
    if (now - checkedAt < CHECK_MS) return true;
    checkedAt = now;
    return await chain.isStored();
  }

  /** False when the store was behind: everything not committed is dropped, and read again from where it stands. */
  async function commit(now: number): Promise<boolean> {
    checkedAt = now;
    storedAt = now;
    if (await write()) return true;
    behind += 1;
    await ahead?.catch(() => undefined);
    ahead = undefined;
    await open(now);
    return false;
  }

  async function write(): Promise<boolean> {
    const skipped = addSkipped(state.skipped, reader.skipped());
    const ledger = addLedger(state.ledger, reader.accounted());
    const commits = (state.commits ?? 0) + 1;
    state = { ...state, files: reader.records(), skipped, ledger, commits };
    const result = await chain.commit(state);
    if (result === 'lost') lost += 1;
    if (result === 'behind') return false;
    committed = state;
    isAhead = false;
    return true;
  }

  async function end(): Promise<void> {
    // Where the store is behind, whoever reads on from there reads these lines again.
    if (isAhead) await write();
  }

  const conflicts = () => ({ behind, lost });
  return { open, round, end, state: () => committed, counted: () => state, conflicts };
}

/** Also where the clock was set back. */
function isDue(since: number, afterMs: number, now: number): boolean {
  return now - since >= afterMs || now < since;
}

function hasGained({ present, taken, skipped }: Ledger): boolean {
  return [present, taken, ...Object.values(skipped)].some((bytes) => bytes !== 0);
}

function isBusy({ chunk, consumed }: TakenLines): boolean {
  return consumed < chunk.bytes.length || chunk.isCut === true;
}
