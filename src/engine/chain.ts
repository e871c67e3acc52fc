/** A source's chain of commits: its state and windows move together, or not at all. One writer a source. */
import type { Store } from '../core/ports.ts';
import type { SourceState } from '../core/types.ts';
import { decodeHead, encodeHead } from '../core/window/head.ts';
import { createWindows, type Windows, writableBlobNames } from '../core/window/windows.ts';

export interface SourceChain {
  /** Drops what was not committed and loads what was; undefined where the source is new. */
  load(): Promise<SourceState | undefined>;
  windows(): Windows;
  /**
   * 'behind': somebody else committed, or the store lost its last seconds; load, and read again from there.
   * 'lost': the store was empty; everything has been written anew from memory.
   */
  commit(state: SourceState): Promise<'ok' | 'behind' | 'lost'>;
}

export function chainOf(host: string, source: string): string {
  return `${host}/${source}`;
}

export function createSourceChain(parts: {
  readonly store: Store;
  readonly host: string;
  readonly source: string;
  readonly newCommitId: () => string;
}): SourceChain {
  const { store } = parts;
  const chain = chainOf(parts.host, parts.source);
  let windows = createWindows();
  let parent = '';

  async function load(): Promise<SourceState | undefined> {
    windows = createWindows();
    const [head] = await store.read(chain, ['head']);
    if (!head) {
      parent = '';
      return undefined;
    }
    const { id, body } = decodeHead(head);
    const state = body as SourceState;
    const names = writableBlobNames(state.watermark);
    if (names.length > 0) windows.load(await store.read(chain, names));
    parent = id;
    return state;
  }

  async function commit(state: SourceState): Promise<'ok' | 'behind' | 'lost'> {
    if (await write(state)) return 'ok';
    const [head] = await store.read(chain, ['head']);
    if (head) return 'behind';
    // Counting on from memory is exact; reading the files again would count twice what was already told.
    parent = '';
    windows.touchAll();
    return (await write(state)) ? 'lost' : 'behind';
  }

  async function write(state: SourceState): Promise<boolean> {
    const id = parts.newCommitId();
    const result = await store.commit({ chain, parent, id, head: encodeHead(id, state), blobs: windows.takeChanged() });
    if (result !== 'conflict') parent = id;
    return result !== 'conflict';
  }

  return { load, commit, windows: () => windows };
}
