/** Wakes the reader when files change. Events only make it fast: they get merged and lost, so the sweep finds everything. */
import type { FSWatcher } from 'chokidar';
import { watchRoot } from './glob.ts';
import { noWatches } from './problems.ts';

export interface Waker {
  /** Resolves at the next event, at once when one came since the last call, or after waitMs. */
  wait(waitMs: number): Promise<void>;
  /** Resolves after waitMs; events do not wake it, since under load they cost more than they tell. */
  pause(waitMs: number): Promise<void>;
  /** Paths with events since the last call. */
  takeChanged(): ReadonlySet<string>;
  problems(): readonly string[];
  close(): Promise<void>;
}

/** Paths remembered between two sweeps; beyond it the sweep alone must do. */
const MAX_CHANGED = 1_000;

export async function createWaker(parts: {
  readonly globs: readonly string[];
  readonly isWanted: (path: string) => boolean;
  readonly watch: boolean;
}): Promise<Waker> {
  let changed = new Set<string>();
  let wake: (() => void) | undefined;
  let eventsWake = false;
  let closed = false;
  let failure: string | undefined;
  const watchers = parts.watch ? await startWatchers(parts.globs, parts.isWanted, notice, failed) : [];

  function notice(path: string): void {
    if (changed.size < MAX_CHANGED) changed.add(path);
    if (eventsWake) wake?.();
  }

  function failed(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EMFILE') failure = noWatches();
  }

  async function wait(waitMs: number): Promise<void> {
    if (changed.size > 0) return;
    eventsWake = true;
    await pause(waitMs);
    eventsWake = false;
  }

  async function pause(waitMs: number): Promise<void> {
    if (closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, waitMs);
      function done(): void {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      }
      wake = done;
    });
  }

  function takeChanged(): ReadonlySet<string> {
    const taken = changed;
    changed = new Set();
    return taken;
  }

  async function close(): Promise<void> {
    closed = true;
    wake?.();
    await Promise.all(watchers.map((watcher) => watcher.close()));
  }

  return { wait, pause, takeChanged, problems: () => (failure === undefined ? [] : [failure]), close };
}

async function startWatchers(
  globs: readonly string[],
  isWanted: (path: string) => boolean,
  notice: (path: string) => void,
  failed: (error: unknown) => void,
): Promise<readonly FSWatcher[]> {
  // Loaded only here: replay and tests without events do not pay for it.
  const { watch } = await import('chokidar');
  return globs.map((glob) => {
    const { folder, depth } = watchRoot(glob);
    const watcher = watch(folder, {
      depth,
      ignoreInitial: true,
      ignored: (path, stats) => stats?.isFile() === true && !isWanted(path),
    });
    watcher.on('all', (_event, path) => notice(path));
    watcher.on('error', failed);
    return watcher;
  });
}
