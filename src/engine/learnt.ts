/** What watches have learnt, in memory and in the store: each by what it judges, so that other settings begin anew. */
import { storedSize } from '../core/detect/stored-size.ts';
import type { Blob, Store } from '../core/ports.ts';
import { decodeBaselines, encodeBaselines } from './host-state.ts';
import { judgesSame } from './judges.ts';
import type { Post } from './posts.ts';

/** Label values one watch remembers; beyond it what was not judged for longest leaves, and is counted. */
export const MAX_BASELINES = 200;
/** And bytes of them, about as stored: each commit writes them all. A hundred levels; fifty labels are judged. */
export const LEARNT_BYTES_MAX = 512 * 1024;
/** Ten of the largest fit (48 kB): so few are not measured. */
const UNMEASURED = 10;

export interface LearntSize {
  /** As last stored or read, of all watches. */
  readonly bytes: number;
  /** Label values that left because a watch remembered MAX_BASELINES, or LEARNT_BYTES_MAX. */
  readonly forgotten: { readonly labels: number; readonly bytes: number };
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
  /** By label value, and together; empty while there are few. */
  readonly sizes: Map<string, number>;
  bytes: number;
}

function knownOf(judges: string, baselines = new Map<string, unknown>()): Known {
  return { judges, baselines, sizes: new Map(), bytes: 0 };
}

export function createLearnt(store: Store, host: string): Learnt {
  const known = new Map<string, Known>();
  const changed = new Set<string>();
  /** Name to bytes. */
  const sizes = new Map<string, number>();
  const forgotten = { labels: 0, bytes: 0 };

  function blobOf(name: string): Blob {
    const { judges, baselines } = known.get(name) ?? knownOf('');
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
      asked.forEach((post, i) => {
        const { baselineName, judges } = post;
        known.set(baselineName, knownOf(judges, baselinesOf(post, blobs[i])));
        sizes.set(baselineName, blobs[i]?.length ?? 0);
      });
    },
    of: ({ baselineName }, label) => known.get(baselineName)?.baselines.get(label),
    learn({ baselineName, judges }, label, baseline) {
      const before = known.get(baselineName);
      const ours = before?.judges === judges ? before : knownOf(judges, before?.baselines);
      const { baselines } = ours;
      baselines.delete(label);
      baselines.set(label, baseline);
      measure(ours, label);
      while (baselines.size > MAX_BASELINES) {
        dropOldest(ours);
        forgotten.labels += 1;
      }
      while (ours.bytes > LEARNT_BYTES_MAX && baselines.size > 1) {
        dropOldest(ours);
        forgotten.bytes += 1;
      }
      known.set(baselineName, ours);
      changed.add(baselineName);
    },
    take(posts, blobs) {
      for (const post of posts) {
        const { baselineName: name, judges } = post;
        const baselines = baselinesOf(post, blobs.find((blob) => blob.name === name)?.bytes);
        if (baselines.size === 0) continue;
        known.set(name, knownOf(judges, baselines));
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
        known.set(name, knownOf(next));
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
    size: () => ({ bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0), forgotten: { ...forgotten } }),
  };
}

function baselinesOf({ judges, defaults }: Post, bytes: Uint8Array | undefined): Map<string, unknown> {
  return decodeBaselines(bytes, (stored) => judgesSame(stored, judges, defaults));
}

/** Of what was just learnt; of all, once they are more than a few. */
function measure(ours: Known, label: string): void {
  const { baselines, sizes } = ours;
  if (baselines.size <= UNMEASURED) {
    sizes.clear();
    ours.bytes = 0;
    return;
  }
  for (const one of sizes.size === 0 ? baselines.keys() : [label]) {
    const size = storedSize(one) + storedSize(baselines.get(one));
    ours.bytes += size - (sizes.get(one) ?? 0);
    sizes.set(one, size);
  }
}

function dropOldest(ours: Known): void {
  const [label = ''] = ours.baselines.keys();
  ours.baselines.delete(label);
  ours.bytes -= ours.sizes.get(label) ?? 0;
  ours.sizes.delete(label);
}
