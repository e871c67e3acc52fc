/**
 * Remembers what this process wrote into a store and read from it, so that a tick need not read again each second what
 * the commits of the same process hold. Sound by the chain: where a head stands that was committed here, all commits
 * before it are those seen here.
 */
import type { Store } from '../core/ports.ts';

/** A head read a moment ago may have been followed by further commits of this process. */
const IDS_KEPT = 4;

interface Known {
  /** Of the last commits, each the parent of the next. */
  ids: readonly string[];
  readonly blobs: Map<string, Uint8Array | undefined>;
}

/** A store that can answer for blobs as of a head that was just read. Bounded as the chains' names are. */
export function createRecall(store: Store): Store {
  const chains = new Map<string, Known>();

  return {
    read: store.read,
    async commit(commit) {
      const { chain, parent, id, blobs, removed = [] } = commit;
      const known = chains.get(chain);
      chains.delete(chain);
      const result = await store.commit(commit);
      if (result === 'conflict') return result;
      const isNext = known?.ids.at(-1) === parent;
      const next = isNext ? known : { ids: [], blobs: new Map<string, Uint8Array | undefined>() };
      next.ids = [...next.ids, id].slice(-IDS_KEPT);
      for (const name of removed) next.blobs.delete(name);
      for (const { name, bytes } of blobs) next.blobs.set(name, bytes);
      chains.set(chain, next);
      return result;
    },
    async readAt(chain, id, names) {
      const known = chains.get(chain);
      if (!known?.ids.includes(id)) return await store.read(chain, names);
      const missing = names.filter((name) => !known.blobs.has(name));
      const found = missing.length === 0 ? [] : await store.read(chain, missing);
      // What was committed meanwhile is newer than what was read.
      for (const [index, name] of missing.entries()) if (!known.blobs.has(name)) known.blobs.set(name, found[index]);
      return names.map((name) => known.blobs.get(name));
    },
  };
}
