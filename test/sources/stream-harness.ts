/** A stream reader driven as the engine does it: rounds, and commits that a store can refuse, forget, or keep over a restart. */
import assert from 'node:assert/strict';
import type { LineReader } from '../../src/core/ports.ts';
import type { FileRecord, Ledger, SkipCounts, SourceState } from '../../src/core/types.ts';
import { withSightings } from '../../src/engine/rolled-back.ts';
import { addLedger, addSkipped } from '../../src/engine/source-state.ts';
import { until } from '../support/until.ts';

/** What a source has in the store after one commit. */
export interface Stored {
  readonly files: readonly FileRecord[];
  readonly lines: readonly string[];
  readonly skipped: SkipCounts;
  readonly ledger: Ledger;
  readonly commits: number;
}

export interface StreamHarness {
  /** Opens the reader, or opens it again from what the store has now. */
  open(): Promise<void>;
  /** One round: true when it took lines. By default all of what is offered is taken, and it is committed. */
  round(how?: { readonly take?: 'all' | 'line'; readonly store?: 'takes' | 'refuses' }): Promise<boolean>;
  /** Rounds until so many lines are stored. */
  takes(lines: number): Promise<void>;
  /** What is stored; the law of the ledger has been seen to hold. */
  stored(): Stored;
  /** The store forgets its last commits (never the very first), and the next one is refused. */
  forget(commits: number): void;
  reader(): LineReader;
  /** Another start of linesman on the same store. */
  restart(reader: LineReader): Promise<void>;
}

const EMPTY: Stored = { files: [], lines: [], skipped: {}, ledger: { present: 0, taken: 0, skipped: {} }, commits: 0 };

function stateOf({ files, skipped, ledger, commits }: Stored): SourceState {
  return { version: 1, files, totals: [], skipped, ledger, commits, latenessMs: 0 };
}

export function createStreamHarness(first: LineReader): StreamHarness {
  let reader = first;
  let store: readonly Stored[] = [];
  let forgotten = 0;
  /** The last commit that was ever in, as the mirror in the data folder has it. */
  let mirror: Stored | undefined;

  async function open(): Promise<void> {
    const last = store.at(-1);
    const known = last && withSightings(stateOf(last), mirror && stateOf(mirror));
    if (last && known)
      store = [...store.slice(0, -1), { ...last, files: known.files, ledger: known.ledger ?? last.ledger }];
    // Through text, as it is stored.
    await reader.open(known && (JSON.parse(JSON.stringify(known.files)) as FileRecord[]), 0);
    if (!last) store = [commit([])];
  }

  function commit(lines: readonly string[]): Stored {
    const before = store.at(-1) ?? EMPTY;
    return {
      skipped: addSkipped(before.skipped, reader.skipped()),
      ledger: addLedger(before.ledger, reader.accounted()),
      commits: before.commits + 1,
      files: reader.records(),
      lines: [...before.lines, ...lines],
    };
  }

  async function round(how: Parameters<StreamHarness['round']>[0] = {}): Promise<boolean> {
    const chunks = await reader.chunks(0);
    const taken = chunks.flatMap(({ generation, bytes }) => {
      const length = how.take === 'line' ? bytes.indexOf(10) + 1 : bytes.length;
      reader.take(generation, length, {});
      return Buffer.from(bytes.subarray(0, length)).toString('latin1').split('\n').slice(0, -1);
    });
    const next = commit(taken);
    if (how.store === 'refuses' || forgotten > 0) {
      forgotten = 0;
      await open();
      return false;
    }
    store = [...store, next];
    mirror = next;
    return taken.length > 0;
  }

  function stored(): Stored {
    const last = store.at(-1) ?? EMPTY;
    const { present, taken, skipped } = last.ledger;
    const unread = last.files.reduce((sum, { size, offset }) => sum + size - offset, 0);
    const gone = Object.values(skipped).reduce((sum, bytes) => sum + bytes, 0);
    assert.equal(present, taken + gone + unread, `the ledger holds: ${JSON.stringify(last.ledger)}, ${unread} unread`);
    return last;
  }

  return {
    ...{ open, round, stored },
    reader: () => reader,
    async takes(lines) {
      await until(`${lines} lines are stored`, async () => {
        await round();
        assert.ok(stored().lines.length <= lines, `${stored().lines.length} lines instead of ${lines}`);
        return stored().lines.length === lines;
      });
    },
    forget(commits) {
      store = store.slice(0, Math.max(1, store.length - commits));
      forgotten = commits;
    },
    async restart(next) {
      await reader.close();
      reader = next;
      // It begins with what the store has, so nothing is refused.
      forgotten = 0;
      await open();
    },
  };
}
