/** One source on its way from bytes to committed windows: ingest, for live, replay and test alike. */
import type { ChunkParser } from '../core/parse/chunk.ts';
import type { LineReader, Store } from '../core/ports.ts';
import type { Chunk, SourceState } from '../core/types.ts';
import { decodeHead, encodeHead } from '../core/window/head.ts';
import { createWindows, type Windows, writableBlobNames } from '../core/window/windows.ts';
import { addSkipped, emptySourceState, withTally } from './source-state.ts';

/** Event time one round takes at most, so that steps can be judged in between and no ring overtakes itself. */
export const ROUND_SPAN_MS = 60_000;

export interface RoundResult {
  /** Lines taken. */
  readonly lines: number;
  /** Nothing was there to read. */
  readonly idle: boolean;
  /** All lines stamped before this have been taken. */
  readonly complete: number | undefined;
}

export interface SourceEngine {
  open(now: number): Promise<void>;
  /** Reads what there is, adds it up and commits it. Returns when the store has it. */
  round(now: number): Promise<RoundResult>;
  state(): SourceState;
  /** Times that the store was found empty or behind and everything was loaded or written anew. */
  conflicts(): { readonly reloaded: number; readonly stateLost: number };
}

export interface SourceParts {
  readonly store: Store;
  readonly host: string;
  readonly source: string;
  readonly reader: LineReader;
  readonly parser: ChunkParser;
  readonly newCommitId: () => string;
  /** Lines from this time on are left unread. */
  readonly stopAt?: number;
  /** Called before lines of this time are added: everything older can be judged. */
  readonly beforeAdding: (complete: number) => Promise<void>;
}

export function chainOf(host: string, source: string): string {
  return `${host}/${source}`;
}

export function createSourceEngine(parts: SourceParts): SourceEngine {
  const { store, reader, parser } = parts;
  const chain = chainOf(parts.host, parts.source);
  let state: SourceState = emptySourceState();
  let windows: Windows = createWindows();
  let parent = '';
  let reloaded = 0;
  let stateLost = 0;

  async function open(now: number): Promise<void> {
    const loaded = await loadSource(store, chain);
    windows = createWindows();
    if (loaded) {
      parent = loaded.id;
      state = loaded.state;
      windows.load(loaded.blobs);
    }
    await reader.open(loaded?.state.files, now);
    // The first positions stand before the first line is read: a crash from here on resumes instead of starting anew.
    if (!loaded) await commit(now);
  }

  async function round(now: number): Promise<RoundResult> {
    const chunks = await reader.chunks(now);
    const first = least(chunks.map((chunk) => parser.firstTime(chunk, 0)));
    if (chunks.length === 0 || (first !== undefined && first >= (parts.stopAt ?? Number.POSITIVE_INFINITY))) {
      await commitMoves(now);
      return { lines: 0, idle: true, complete: parts.stopAt === undefined ? now : Math.min(now, parts.stopAt) };
    }
    if (first !== undefined) await parts.beforeAdding(first);
    const until = Math.min((first ?? state.watermark ?? now) + ROUND_SPAN_MS, parts.stopAt ?? Number.POSITIVE_INFINITY);
    const taken = chunks.map((chunk) => takeChunk(chunk, { until, now }));
    await commit(now);
    return {
      lines: taken.reduce((sum, { lines }) => sum + lines, 0),
      idle: false,
      complete: least(taken.map(({ reached }) => reached)),
    };
  }

  function takeChunk(
    chunk: Chunk,
    limits: { until: number; now: number },
  ): { lines: number; reached: number | undefined } {
    const parsed = parser.parse(chunk, 0, { ...limits, watermark: state.watermark });
    const over = windows.add(parsed.tally);
    state = withTally(state, parsed.tally, over);
    reader.take(chunk.generation, parsed.consumed, { pattern: parsed.pattern, lastTime: parsed.lastTime });
    return { lines: parsed.tally.lines, reached: parsed.nextTime ?? parsed.lastTime };
  }

  /** Rotations move records without a line being read; they are committed once they happened. */
  async function commitMoves(now: number): Promise<void> {
    if (JSON.stringify(reader.records()) === JSON.stringify(state.files)) return;
    await commit(now);
  }

  async function commit(now: number): Promise<void> {
    state = { ...state, files: reader.records(), skipped: addSkipped(state.skipped, reader.skipped()) };
    const id = parts.newCommitId();
    const result = await store.commit({ chain, parent, id, head: encodeHead(id, state), blobs: windows.takeChanged() });
    if (result !== 'conflict') parent = id;
    else await recover(now);
  }

  /** Another commit is there: everything not committed is dropped and read again. None is there: the store lost all. */
  async function recover(now: number): Promise<void> {
    const [head] = await store.read(chain, ['head']);
    if (head) {
      reloaded += 1;
      await open(now);
      return;
    }
    // Counting on from memory is exact; reading again from the files would count twice what was already told.
    stateLost += 1;
    parent = '';
    windows.touchAll();
    await commit(now);
  }

  return { open, round, state: () => state, conflicts: () => ({ reloaded, stateLost }) };
}

/** Head and writable pages of a source, undefined when it has none yet. */
async function loadSource(
  store: Store,
  chain: string,
): Promise<{ id: string; state: SourceState; blobs: readonly (Uint8Array | undefined)[] } | undefined> {
  const [head] = await store.read(chain, ['head']);
  if (!head) return undefined;
  const { id, body } = decodeHead(head);
  const state = body as SourceState;
  const names = writableBlobNames(state.watermark);
  return { id, state, blobs: names.length === 0 ? [] : await store.read(chain, names) };
}

function least(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
