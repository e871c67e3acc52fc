/**
 * What watches learnt that are gone from the configuration. It is kept for a while, since a watch may come back, as after
 * a reload with a mistake in it; then it is removed from the store.
 */
import { pack, unpack } from '../core/detect/packed.ts';
import type { Commit, Store } from '../core/ports.ts';

/** So long after its watch was gone a baseline is still there. */
export const REMOVED_KEPT_MS = 30 * 86_400_000;
/** Baselines kept of watches that are gone; beyond it those leave that are gone for longest. */
export const MAX_REMOVED = 1_000;
/** Baselines that one commit removes. */
const REMOVED_AT_ONCE = 100;
const BLOB = 'watched';

/** As it is stored: names of baselines. */
interface Watched {
  /** Of watches that judge. */
  readonly watched: readonly string[];
  /** Of those that are gone: since when. */
  readonly removed: Readonly<Record<string, number>>;
}

export interface RemovedWatches {
  /** Reads once what was watched before. */
  load(): Promise<void>;
  /** What a commit has to write and to remove, where `names` are watched. `now`: end of the newest step judged; `isEmpty`: the store has nothing. */
  changed(names: readonly string[], now: number, isEmpty: boolean): Pick<Commit, 'blobs' | 'removed'>;
  /** The store has it. */
  stored(): void;
  /** What the store has is to be read again. */
  forget(): void;
}

export function createRemovedWatches(store: Store, host: string): RemovedWatches {
  let known: Watched | undefined;
  let next: Watched | undefined;

  return {
    async load() {
      if (known !== undefined) return;
      const [bytes] = await store.read(host, [BLOB]);
      known = bytes ? (unpack(bytes) as Watched) : { watched: [], removed: {} };
    },
    changed(names, now, isEmpty) {
      if (known === undefined) return { blobs: [] };
      const { after, leaving } = follow(known, names, now);
      next = after;
      return after === known && !isEmpty
        ? { blobs: [] }
        : { blobs: [{ name: BLOB, bytes: pack(after) }], removed: leaving };
    },
    stored() {
      known = next;
    },
    forget() {
      known = undefined;
    },
  };
}

/** `after` is `before` where nothing is new. */
function follow(
  before: Watched,
  names: readonly string[],
  now: number,
): { readonly after: Watched; readonly leaving: readonly string[] } {
  const removed = isSame(before.watched, names) ? before.removed : removedFrom(before, names, now);
  const leaving = leavingOf(removed, now);
  if (removed === before.removed && leaving.length === 0) return { after: before, leaving };
  const kept = Object.entries(removed).filter(([name]) => !leaving.includes(name));
  return { after: { watched: names, removed: Object.fromEntries(kept) }, leaving };
}

/** With those that are gone now, and without those that are back. */
function removedFrom({ watched, removed }: Watched, names: readonly string[], now: number): Watched['removed'] {
  const here = new Set(names);
  const gone = watched.filter((name) => !here.has(name)).map((name) => [name, now] as const);
  const still = Object.entries(removed).filter(([name]) => !here.has(name));
  return Object.fromEntries([...still, ...gone]);
}

function leavingOf(removed: Watched['removed'], now: number): readonly string[] {
  const byTime = Object.entries(removed).sort(([, a], [, b]) => a - b);
  const over = byTime.length - MAX_REMOVED;
  const leaving = byTime.filter(([, since], i) => i < over || now - since >= REMOVED_KEPT_MS);
  return leaving.slice(0, REMOVED_AT_ONCE).map(([name]) => name);
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some === others || (some.length === others.length && some.every((name, i) => name === others[i]));
}
