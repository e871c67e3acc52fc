/** What watches have learnt, in memory and in the store: each by what it judges, so that other settings begin anew. */
import type { Blob, Store } from '../core/ports.ts';
import { decodeBaselines, encodeBaselines } from './host-state.ts';
import type { Post } from './posts.ts';

/** Label values one watch remembers; beyond it what was not judged for longest leaves, and is counted. */
export const MAX_BASELINES = 200;

export interface LearntSize {
  /** As last stored or read, of all watches. */
  readonly bytes: number;
  /** Label values that left because a watch remembered MAX_BASELINES. */
  readonly forgotten: number;
}

export interface Learnt {
  /** Reads what the store has of these. */
  load(posts: readonly Post[]): Promise<void>;
  of(post: Post, label: string): unknown;
  learn(post: Post, label: string, baseline: unknown): void;
  /** Takes over what was learnt elsewhere, as all() gave it there; of what is judged otherwise here, nothing. */
  take(posts: readonly Post[], blobs: readonly Blob[]): void;
  /** Goes on with other posts: what is judged otherwise now begins anew, and what is not judged any more leaves memory. */
  keep(before: readonly Post[], now: readonly Post[]): void;
  /** What is not stored yet; stored() says that it is. */
  changed(): readonly Blob[];
  all(): readonly Blob[];
  stored(blobs: readonly Blob[]): void;
  /** Drops what was learnt since it was stored. */
  forget(): void;
  size(): LearntSize;
}

interface Known {
  readonly judges: string;
  readonly baselines: Map<string, unknown>;
}

export function createLearnt(store: Store, host: string): Learnt {
  const known = new Map<string, Known>();
  const changed = new Set<string>();
  /** Name to bytes. */
  const sizes = new Map<string, number>();
  let forgotten = 0;

  function blobOf(name: string): Blob {
    const { judges, baselines } = known.get(name) ?? { judges: '', baselines: new Map() };
    return encodeBaselines(name, baselines, judges);
  }

  function drop(name: string): void {
    known.delete(name);
    changed.delete(name);
    sizes.delete(name);
  }

  return {
    async load(posts) {
      const asked = posts.filter(({ baselineName }) => !known.has(baselineName));
      if (asked.length === 0) return;
      const blobs = await store.read(
        host,
        asked.map(({ baselineName }) => baselineName),
      );
      asked.forEach(({ baselineName, judges }, i) => {
        known.set(baselineName, { judges, baselines: decodeBaselines(blobs[i], judges) });
        sizes.set(baselineName, blobs[i]?.length ?? 0);
      });
    },
    of: ({ baselineName }, label) => known.get(baselineName)?.baselines.get(label),
    learn({ baselineName, judges }, label, baseline) {
      const { baselines } = known.get(baselineName) ?? { baselines: new Map<string, unknown>() };
      baselines.delete(label);
      baselines.set(label, baseline);
      while (baselines.size > MAX_BASELINES) {
        baselines.delete(baselines.keys().next().value ?? '');
        forgotten += 1;
      }
      known.set(baselineName, { judges, baselines });
      changed.add(baselineName);
    },
    take(posts, blobs) {
      for (const { baselineName: name, judges } of posts) {
        const baselines = decodeBaselines(blobs.find((blob) => blob.name === name)?.bytes, judges);
        if (baselines.size === 0) continue;
        known.set(name, { judges, baselines });
        changed.add(name);
      }
    },
    keep(before, now) {
      const judgedNow = new Map(now.map(({ baselineName, judges }) => [baselineName, judges]));
      for (const { baselineName: name, judges } of before) {
        const next = judgedNow.get(name);
        // What is not stored yet is stored with the next commit.
        if (next === undefined && !changed.has(name)) drop(name);
        if (next === undefined || next === judges) continue;
        known.set(name, { judges: next, baselines: new Map() });
        changed.add(name);
      }
    },
    changed: () => [...changed].map(blobOf),
    all: () => [...known.keys()].map(blobOf),
    stored(blobs) {
      for (const { name, bytes } of blobs) {
        changed.delete(name);
        sizes.set(name, bytes.length);
      }
    },
    forget() {
      known.clear();
      changed.clear();
    },
    size: () => ({ bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0), forgotten }),
  };
}
