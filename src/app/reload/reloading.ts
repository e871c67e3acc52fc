/** Takes other pattern files and other settings while the service runs: what is counted, learnt and open stays. */
import type { Config } from '../../config/config.ts';
import { type ReadFolder, readFolder } from '../../config/pattern-folder.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { armKnown, type Known, type Watching } from '../knowing/watching.ts';
import type { Surface } from '../surface.ts';
import { askGoodFiles, askKnown } from './ask-patterns.ts';
import { watchFolder } from './folder-watch.ts';
import { changedPaths, type Files, type GoodFiles } from './good-files.ts';
import { createRefusals, namesIn } from './refusals.ts';

export interface Reloading {
  /** Looks at the folder from now on. */
  start(): void;
  /** Takes settings that are taken in place. Throws UserError with all mistakes, and then nothing is changed. */
  configure(config: Config): Promise<void>;
  stop(): Promise<void>;
}

export interface ReloadingParts {
  readonly config: Config;
  /** The operator's folder as `watching` was loaded from; undefined where there is none. */
  readonly folder: ReadFolder | undefined;
  readonly surface: Pick<Surface, 'health' | 'metrics'>;
  readonly log: Logger;
  readonly now: () => number;
  /** Goes on with these. */
  readonly use: (config: Config, watching: Watching) => Promise<void>;
}

export function createReloading(parts: ReloadingParts): Reloading {
  const { surface, log } = parts;
  const { health, metrics } = surface;
  const closing = new AbortController();
  const refusals = createRefusals(health);
  let { config } = parts;
  let files: Files = parts.folder?.files ?? new Map();
  /** As it was decided on last, so that a file that is only touched is not checked again. */
  let decided: Files | undefined;
  let looking = new AbortController();
  let watching: Promise<void> = Promise.resolve();
  /** One change after the other: each is decided by what is in force. */
  let changing: Promise<void> = Promise.resolve();

  async function inTurn(change: () => Promise<void>): Promise<void> {
    const mine = changing.then(change);
    changing = mine.catch(() => undefined);
    await mine;
  }

  function look(): void {
    const folder = config.patterns;
    if (folder === undefined) return;
    looking = new AbortController();
    const signal = AbortSignal.any([looking.signal, closing.signal]);
    watching = watchFolder({
      ...{ folder, signal },
      onChanged: async () => await inTurn(async () => await takeFolder(folder)).catch(failed),
      onGone(reason) {
        if (signal.aborted) return;
        if (reason === undefined) health.clear('patterns folder');
        else health.set('patterns folder', goneText(folder, reason));
      },
    });
  }

  function failed(error: unknown): void {
    if (closing.signal.aborted) return;
    metrics.countReload('patterns', 'refused');
    health.set(
      'patterns',
      `Changed pattern files could not be checked: ${messageOf(error)}. Those before stay in force; look for what is unusual in the files that were changed last, and change them again.`,
    );
  }

  async function takeFolder(folder: string): Promise<void> {
    // Other settings name another one meanwhile.
    if (folder !== config.patterns) return;
    const read = await readFolder(folder);
    const kept = [...read.unreadable.keys()].flatMap((path) => {
      const text = files.get(path);
      return text === undefined ? [] : [[path, text] as const];
    });
    const found = new Map([...read.files, ...kept]);
    const facts = new Map([...found, ...read.unreadable]);
    if (decided && changedPaths(decided, facts).length === 0) return;
    decided = undefined;
    const good = await goodOf(folder, found);
    // First, so that who is said to be well reads by the files that are there.
    if (good.loaded) await takeFiles(folder, good, good.loaded);
    health.clear('patterns');
    const refused = new Map([...good.refused, ...[...read.unreadable].map(asMistake)]);
    const isNews = refusals.show(folder, refused, { found: facts, inForce: good.files });
    if (isNews && refusals.count() > 0) metrics.countReload('patterns', 'refused');
    decided = facts;
  }

  async function goodOf(folder: string, found: Files): Promise<GoodFiles<Known>> {
    if (changedPaths(files, found).length === 0) return { files, loaded: undefined, refused: new Map() };
    return await askGoodFiles({ config, folder, before: files, found }, closing.signal);
  }

  async function takeFiles(folder: string, good: GoodFiles<Known>, loaded: Known): Promise<void> {
    const changed = changedPaths(files, good.files);
    const removed = changed.filter((path) => !good.files.has(path));
    const added = changed.filter((path) => !files.has(path));
    const others = changed.filter((path) => !added.includes(path) && !removed.includes(path));
    const armed = await armKnown(config, loaded);
    files = good.files;
    await use(config, armed);
    const names = {
      added: namesIn(folder, added),
      changed: namesIn(folder, others),
      removed: namesIn(folder, removed),
    };
    log.info({ ...names, patterns: loaded.patterns.length }, 'Pattern files were taken');
    metrics.countReload('patterns', 'taken');
    metrics.setReloaded('patterns', parts.now());
  }

  async function use(config: Config, armed: Watching): Promise<void> {
    await parts.use(config, armed);
    for (const warning of armed.warnings) log.warn({ warning }, 'Configuration');
  }

  async function configure(next: Config): Promise<void> {
    const isSameFolder = next.patterns === config.patterns;
    const folder = isSameFolder || next.patterns === undefined ? undefined : await folderOf(next.patterns);
    const nextFiles = isSameFolder ? files : (folder?.files ?? new Map());
    // Also where the folder is the same: what is read besides it, as nginx.conf, may say something else.
    const question = { config: next, folder: next.patterns ?? '', found: nextFiles };
    const loaded = await askKnown(question, closing.signal);
    const armed = await armKnown(next, loaded);
    config = next;
    decided = undefined;
    files = nextFiles;
    await use(next, armed);
    looking.abort();
    if (!isSameFolder) {
      refusals.show('', new Map(), { found: new Map(), inForce: new Map() });
      health.clear('patterns folder');
      health.clear('patterns');
    }
    // What was refused before may be right now.
    look();
  }

  return {
    start: look,
    configure: async (next) => await inTurn(async () => await configure(next)),
    async stop() {
      closing.abort();
      await Promise.all([watching, changing]);
    },
  };
}

/** Throws UserError where a folder, or one of its files, cannot be read. */
export async function folderOf(folder: string): Promise<ReadFolder> {
  const read = await readFolder(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UserError('CONFIG', noFolderText(folder, error.code ?? messageOf(error)));
  });
  if (read.unreadable.size === 0) return read;
  const mistakes = [...read.unreadable].map(([path, reason]) => `${path}: ${reason}`);
  throw new UserError('CONFIG', mistakes.join('\n'));
}

function noFolderText(folder: string, code: string): string {
  const why = code === 'ENOENT' ? 'There is no such folder' : `It cannot be read as a folder (${code})`;
  return `${folder}: ${why}; patterns or LINESMAN_PATTERNS names it. Make it (mkdir -p), an empty one will do, or leave the setting out`;
}

function goneText(folder: string, code: string): string {
  const why = code === 'ENOENT' ? 'is gone' : `cannot be listed (${code})`;
  return `The patterns folder ${folder} ${why}; its patterns stay in force until linesman is stopped, and the next start would end with a mistake. Put it back.`;
}

function asMistake([path, reason]: readonly [string, string]): readonly [string, readonly string[]] {
  return [path, [`${path}: ${reason}`]];
}
