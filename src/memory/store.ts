/** A store without Redis, for replay and tests: the same compare-and-set, nothing survives the process. */
import type { Store } from '../core/ports.ts';
import { headId } from '../core/window/head.ts';

export function createMemoryStore(): Store {
  const chains = new Map<string, Map<string, Uint8Array>>();

  return {
    async read(chain, names) {
      return names.map((name) => chains.get(chain)?.get(name));
    },
    async commit({ chain, parent, id, head, blobs, removed = [] }) {
      const stored = chains.get(chain) ?? new Map<string, Uint8Array>();
      const current = stored.get('head');
      const currentId = current ? headId(current) : '';
      if (currentId === id) return 'dup';
      if (currentId !== parent) return 'conflict';
      chains.set(chain, stored);
      stored.set('head', head);
      for (const name of removed) stored.delete(name);
      for (const { name, bytes } of blobs) stored.set(name, bytes);
      return 'ok';
    },
  };
}
