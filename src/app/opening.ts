/** What is opened before anything is read: the data folder, HTTP, Redis; and the wait until it is this one's turn. */
import type { Config } from '../config/config.ts';
import type { ReadFolder } from '../config/pattern-folder.ts';
import type { MachinePlaces } from '../core/plugin.ts';
import type { DeliveryJournal, StateMirror } from '../core/ports.ts';
import { lockDataFolder } from '../data-folder.ts';
import { openMirror } from '../data-mirror.ts';
import { openJournal } from '../notifiers/journal.ts';
import { findRedisProgram } from '../redis/find-program.ts';
import type { Logger } from '../telemetry/logger.ts';
import { loadWatching, type Watching } from './knowing/watching.ts';
import { containerOnlyText } from './place/container-only.ts';
import { findMachinePlaces } from './place/machine-places.ts';
import { isUnusable, sayNoDataFolder, takeBackNoDataFolder } from './place/no-data-folder.ts';
import { type Turn, takeTurnIn } from './standby.ts';
import { openStorage, type Storage } from './storage/storage.ts';
import { createStoreWait } from './storage/store-wait.ts';
import { tellOfStorage } from './storage/tell-of-storage.ts';
import { openSurface, type Surface } from './surface.ts';
import { createMailing, type Mailing } from './telling/mailing.ts';

/** What is to be called at the end, last one first. */
export type Closers = (() => Promise<void>)[];

export interface Opened {
  readonly watching: Watching;
  /** The operator's pattern files, as they were read for it. */
  readonly folder: ReadFolder | undefined;
  readonly mailing: Mailing;
  readonly surface: Surface;
  readonly journal: DeliveryJournal;
  readonly mirror: StateMirror;
  readonly storage: Storage;
  readonly turn: Turn;
  readonly places: MachinePlaces;
}

/** Resolves when it is this linesman's turn. Each part adds its closer as soon as it is open, also where a later one fails. */
export async function openAll(
  parts: {
    readonly config: Config;
    readonly log: Logger;
    readonly redisProgram?: string | undefined;
    readonly signal: AbortSignal;
  },
  closers: Closers,
): Promise<Opened> {
  const { config, log, signal } = parts;
  // That asks another program, while this one reads its patterns.
  const finding = config.redis === undefined ? (parts.redisProgram ?? findRedisProgram()) : undefined;
  const folder = config.patterns === undefined ? undefined : await readPatterns(config.patterns);
  const watching = await loadWatching(config, { texts: folder });
  for (const warning of watching.warnings) log.warn({ warning }, 'Configuration');
  const mailing = createMailing(config);
  const { notifier } = mailing;
  const lock = await lockDataFolder(config.data).catch(async (error: unknown) => {
    if (isUnusable(error)) await sayNoDataFolder({ config, notifier, log }, error);
    throw error;
  });
  closers.push(lock.release);
  const surface = await openSurface(config, log);
  closers.push(surface.close);
  const places = watching.places ?? (await findMachinePlaces(config.machine, surface.where.place !== 'host'));
  // It may wait for a mail server, and nothing waits for it.
  void takeBackNoDataFolder({ config, notifier, log });
  const journal = await openJournal(config.data);
  closers.push(journal.close, mailing.close);
  const mirror = await openMirror({
    folder: config.data,
    onTrouble: (message) => surface.limited.warn({ message }, 'The mirror of what was counted is not kept'),
  });
  closers.push(mirror.close);
  const clock = () => performance.now();
  const wait = createStoreWait(clock);
  closers.push(await tellOfStorage({ config, mailing, journal, wait, surface, now: Date.now, clock, log }));
  const redisProgram = await finding;
  const storage = await openStorage({ config, health: surface.health, log, signal, wait, redisProgram });
  closers.push(storage.close);
  const turn = await takeTurnIn({ config, storage, surface, log, signal });
  closers.push(turn.close);
  const blind = containerOnlyText(places, watching);
  if (blind !== undefined) surface.health.note('machine', blind);
  return { places, watching, folder, mailing, surface, journal, mirror, storage, turn };
}

/** What reads them is loaded only where there are some. */
async function readPatterns(folder: string): Promise<ReadFolder> {
  return await (await import('./reload/reloading.ts')).folderOf(folder);
}
