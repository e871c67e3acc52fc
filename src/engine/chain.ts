/** A source's chain of commits: its state and windows move together, or not at all. One writer a source. */
import type { StateMirror, Store } from '../core/ports.ts';
import type { SourceState } from '../core/types.ts';
import { decodeHead, encodeHead } from '../core/window/head.ts';
import { createWindows, type Windows, writableBlobNames } from '../core/window/windows.ts';
import { withSightings } from './rolled-back.ts';

export interface LoadedState {
  readonly state: SourceState;
  /** The store had nothing, and the mirror knew better: the state must be written, and the windows begin empty. */
  readonly isFromMirror: boolean;
}

export interface SourceChain {
  /** Drops what was not committed and loads what was; undefined where the source is new. */
  load(): Promise<LoadedState | undefined>;
  windows(): Windows;
  /**
   * 'behind': somebody else committed, or the store lost its last seconds; load, and read again from there.
   * 'lost': the store was empty; everything has been written anew from memory.
   */
  commit(state: SourceState): Promise<'ok' | 'behind' | 'lost'>;
  /** Whether the store still holds what was committed last; a source that is silent for long would not notice. */
  isStored(): Promise<boolean>;
}

export function chainOf(host: string, source: string): string {
  return `${host}/${source}`;
}

export function createSourceChain(parts: {
  readonly store: Store;
  readonly host: string;
  readonly source: string;
  readonly newCommitId: () => string;
  /** Where the state is kept once more; without one an empty store is a first start. */
  readonly mirror?: StateMirror | undefined;
}): SourceChain {
  const { store, mirror } = parts;
  const chain = chainOf(parts.host, parts.source);
  let windows = createWindows();
  let parent = '';

  async function load(): Promise<LoadedState | undefined> {
    windows = createWindows();
    const [head] = await store.read(chain, ['head']);
    if (!head) {
      parent = '';
      const mirrored = await mirror?.load(chain);
      return mirrored && { state: mirrored, isFromMirror: true };
    }
    const { id, body } = decodeHead(head);
    const state = withSightings(body as SourceState, await mirror?.load(chain));
    const names = writableBlobNames(state.watermark);
    if (names.length > 0) windows.load(await store.read(chain, names));
    parent = id;
    return { state, isFromMirror: false };
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
    if (result === 'conflict') return false;
    parent = id;
    mirror?.save(chain, state);
    return true;
  }

  async function isStored(): Promise<boolean> {
    const [head] = await store.read(chain, ['head']);
    return head !== undefined && decodeHead(head).id === parent;
  }

  return { load, commit, isStored, windows: () => windows };
}
