/** Sees that the operator's folder changed: by looking, since events get lost, and a folder may be on a network. */
import { setTimeout as wait } from 'node:timers/promises';
import { stampsOf } from '../../config/pattern-folder.ts';
import { messageOf } from '../../core/errors.ts';

/** Time between two looks. */
const LOOK_MS = 1_000;
/** A file is read when it has rested so long: editors write in steps. */
const REST_MS = 200;
/** Who never lets it rest is not waited for longer than so many times; what is half written is refused, and looked at again. */
const RESTS_MAX = 4;
/** After a change it rests so many times as long as taking it took: whoever writes without end costs a third of a processor. */
const REST_AFTER = 2;

export interface FolderWatchParts {
  readonly folder: string;
  /** It stands as it does now; the first look is a change too. Must not reject. */
  readonly onChanged: () => Promise<void>;
  /** It cannot be listed: why; undefined: it can again. */
  readonly onGone: (reason: string | undefined) => void;
  readonly signal: AbortSignal;
}

/** Resolves when the signal ended it. */
export async function watchFolder(parts: FolderWatchParts): Promise<void> {
  const { folder, signal } = parts;
  let seen: string | undefined;
  let restMs = 0;

  async function pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal }).catch(() => undefined);
  }

  async function stamps(): Promise<string | undefined> {
    try {
      const found = await stampsOf(folder);
      parts.onGone(undefined);
      return found;
    } catch (error) {
      parts.onGone((error as NodeJS.ErrnoException).code ?? messageOf(error));
      return undefined;
    }
  }

  /** The stamps when it has come to rest; undefined where it is gone. */
  async function rested(first: string): Promise<string | undefined> {
    let latest: string | undefined = first;
    for (let rests = 0; rests < RESTS_MAX && !signal.aborted; rests += 1) {
      await pause(REST_MS);
      const again: string | undefined = await stamps();
      if (again === latest) break;
      latest = again;
    }
    return latest;
  }

  while (!signal.aborted) {
    const now = await stamps();
    if (now !== undefined && now !== seen) {
      const stands = await rested(now);
      const began = performance.now();
      if (stands !== undefined && !signal.aborted) await parts.onChanged();
      seen = stands;
      restMs = REST_AFTER * (performance.now() - began);
    }
    await pause(Math.max(LOOK_MS, restMs));
    restMs = 0;
  }
}
