/** Wakes the reader when files change. Events only make it fast: they get merged and lost, so the sweep finds everything. */
import type { FSWatcher } from 'chokidar';
import { isDue } from './due.ts';
import { watchRoot } from './glob.ts';
import { noEvents, noWatches, type WatchRefusal } from './problems.ts';

export interface Waker {
  /** Resolves at the next event, at once when one came since the last call, or after waitMs. */
  wait(waitMs: number): Promise<void>;
  /** Whether there are events from now on: under load each write is one, and processing them costs more than the lines do. */
  hear(hears: boolean): void;
  /** Events come: it hears, the system refused no watch, and where files grew there were events. */
  isHearing(): boolean;
  /** After a look that found files grown; they are on a mount without events where that goes on and no event ever comes. */
  sawGrowth(now: number): void;
  /** Paths with events since the last call. Watches that the system refused are asked for again now and then. */
  takeChanged(now: number): ReadonlySet<string>;
  problems(): readonly string[];
  close(): Promise<void>;
}

/** Paths remembered between two sweeps; beyond it the sweep alone must do. */
const MAX_CHANGED = 1_000;
/** Files that grew so often, over so long, without one event are on a mount without events. */
const DEAF_LOOKS = 10;
const DEAF_AFTER_MS = 30_000;
/** Refused watches are asked for again after so long. */
const ASK_AGAIN_MS = 60_000;

export async function createWaker(parts: {
  readonly globs: readonly string[];
  readonly isWanted: (path: string) => boolean;
  readonly watch: boolean;
}): Promise<Waker> {
  let changed = new Set<string>();
  let wake: (() => void) | undefined;
  let closed = false;
  let refusal: { readonly sentence: string; askedAt?: number } | undefined;
  let hears = parts.watch;
  let isDeaf = false;
  let deaf = { looks: 0, since: 0 };
  let watchers: Promise<readonly FSWatcher[]> = Promise.resolve([]);
  if (hears) watchers = start();
  await watchers;

  async function start(): Promise<readonly FSWatcher[]> {
    return await startWatchers(parts.globs, { ...parts, notice, refused, granted });
  }

  function notice(path: string): void {
    hasHeard();
    if (changed.size < MAX_CHANGED) changed.add(path);
    wake?.();
  }

  function refused(code: WatchRefusal): void {
    refusal = { sentence: noWatches(code) };
  }

  function granted(): void {
    refusal = undefined;
  }

  function askAgain(now: number): void {
    if (!refusal || closed || !hears) return;
    refusal.askedAt ??= now;
    if (!isDue(refusal.askedAt, ASK_AGAIN_MS, now)) return;
    refusal.askedAt = now;
    watchers = watchers.then(closeWatchers).then(start);
  }

  function hear(now: boolean): void {
    if (!parts.watch || closed || hears === now) return;
    hears = now;
    // Watches take a while to begin.
    if (hears && !isDeaf) hasHeard();
    watchers = watchers.then(closeWatchers).then(async () => (hears && !closed ? await start() : []));
  }

  async function wait(waitMs: number): Promise<void> {
    if (changed.size > 0 || closed) return;
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

  function takeChanged(now: number): ReadonlySet<string> {
    askAgain(now);
    const taken = changed;
    changed = new Set();
    return taken;
  }

  async function close(): Promise<void> {
    closed = true;
    wake?.();
    await closeWatchers(await watchers);
  }

  function sawGrowth(now: number): void {
    if (!hears || refusal || closed) return;
    deaf = deaf.looks === 0 ? { looks: 1, since: now } : { ...deaf, looks: Math.min(deaf.looks + 1, DEAF_LOOKS) };
    if (deaf.looks === DEAF_LOOKS && now - deaf.since >= DEAF_AFTER_MS) isDeaf = true;
  }

  function hasHeard(): void {
    deaf = { looks: 0, since: 0 };
    isDeaf = false;
  }

  const [firstGlob = '.'] = parts.globs;
  return {
    ...{ wait, hear, takeChanged, sawGrowth, close },
    isHearing: () => hears && refusal === undefined && !isDeaf,
    problems() {
      if (refusal) return [refusal.sentence];
      return isDeaf ? [noEvents(watchRoot(firstGlob).folder)] : [];
    },
  };
}

interface WatchParts {
  readonly isWanted: (path: string) => boolean;
  readonly notice: (path: string) => void;
  readonly refused: (code: WatchRefusal) => void;
  /** All are there, and none was refused. */
  readonly granted: () => void;
}

async function startWatchers(globs: readonly string[], parts: WatchParts): Promise<readonly FSWatcher[]> {
  // Loaded only here: replay and tests without events do not pay for it.
  const { watch } = await import('chokidar');
  let waiting = globs.length;
  let wasRefused = false;
  return globs.map((glob) => {
    const { folder, depth } = watchRoot(glob);
    const watcher = watch(folder, {
      depth,
      ignoreInitial: true,
      ignored: (path, stats) => stats?.isFile() === true && !parts.isWanted(path),
    });
    watcher.on('all', (_event, path) => parts.notice(path));
    watcher.on('error', (error) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EMFILE') return;
      wasRefused = true;
      parts.refused(code);
    });
    watcher.on('ready', () => {
      waiting -= 1;
      if (waiting === 0 && !wasRefused) parts.granted();
    });
    return watcher;
  });
}

async function closeWatchers(watchers: readonly FSWatcher[]): Promise<void> {
  await Promise.all(watchers.map((watcher) => watcher.close()));
}
