/** A data folder that cannot be used ends linesman: what is said of it before, on /healthz, in the log and in one mail. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import { UserError } from '../../core/errors.ts';
import { stableId } from '../../core/hash.ts';
import type { HostFacts, Notifier } from '../../core/ports.ts';
import { dataRemedies } from '../../core/reading/data-remedies.ts';
import type { State, Surroundings } from '../../core/reading/state.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { VERSION } from '../../version.ts';
import { openSurface } from '../surface.ts';
import { dataFolderNotification } from './data-folder-mail.ts';
import { mountOf } from './mounts.ts';
import { lookAround } from './surroundings.ts';
import { createToldMarker, type ToldMarker } from './told-marker.ts';

/** The mail server is not waited for any longer. */
const TELL_WITHIN_MS = 2_000;
/** Whoever asks /healthz as it starts finds out why; it ends within two seconds all the same. */
const LIVES_MS = 1_000;
/** So long it is not told again. */
const TOLD_FOR_MS = 24 * 3_600_000;

/** One that is taken by another linesman, which works, is no state of its own. */
export function isUnusable(error: unknown): error is UserError {
  return error instanceof UserError && error.code === 'DATA_FOLDER';
}

/** Also asked by whoever only looks. */
export async function dataFolderState(folder: string, error: UserError, where: Surroundings): Promise<State> {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const mount = where.place === 'container' ? await mountOf(folder) : undefined;
  const mountedFrom = mount && mount.point !== '/' && mount.root !== '/' ? mount.root : undefined;
  return {
    name: 'data_folder',
    sentence: error.message,
    remedy: dataRemedies({ path: folder, code, mountedFrom }, where),
  };
}

/** Resolves when it has been said; within three seconds. */
export async function sayNoDataFolder(
  { config, notifier, log }: { readonly config: Config; readonly notifier: Notifier | undefined; readonly log: Logger },
  error: UserError,
): Promise<void> {
  const lives = pause(LIVES_MS);
  // Where its address is taken there is the log.
  const surface = await openSurface(config, log).catch(() => undefined);
  const where = await lookAround();
  const state = await dataFolderState(config.data, error, where);
  surface?.health.set('data', state.sentence, state.remedy);
  const marker = markerOf(config, where);
  if (notifier) await tellOnce({ config, notifier, log, marker, state });
  await lives;
  await surface?.close();
}

/** After a start that could use the folder: takes back what an earlier one told. */
export async function takeBackNoDataFolder(parts: {
  readonly config: Config;
  readonly notifier: Notifier | undefined;
  readonly log: Logger;
}): Promise<void> {
  const { config, notifier, log } = parts;
  const marker = markerOf(config, await lookAround());
  const since = await marker.toldAt();
  if (since === undefined || !notifier) return;
  await marker.forget();
  await tell({ config, notifier, log }, { transition: 'resolved', since });
}

function markerOf({ host, data }: Config, { place }: Surroundings): ToldMarker {
  return createToldMarker(stableId(host, data), { place });
}

async function tellOnce(parts: Telling & { readonly marker: ToldMarker; readonly state: State }): Promise<void> {
  const { marker, log, state } = parts;
  const now = Date.now();
  const toldAt = await marker.toldAt();
  if (toldAt !== undefined && now - toldAt < TOLD_FOR_MS)
    return log.info({ told: new Date(toldAt).toISOString() }, 'That the data folder cannot be used was mailed already');
  if (!(await marker.remember(now)))
    return log.warn(
      {},
      'No mail is sent: nothing outlives this start that could remember it, and each start would send one',
    );
  // Where the server took too long it may have taken the mail.
  if ((await tell(parts, { transition: 'firing', since: now, state })) === 'refused') await marker.forget();
}

interface Telling {
  readonly config: Config;
  readonly notifier: Notifier;
  readonly log: Logger;
}

/** 'late': nobody knows whether it was delivered. */
async function tell(
  { config, notifier, log }: Telling,
  what: { readonly transition: 'firing' | 'resolved'; readonly since: number; readonly state?: State },
): Promise<'told' | 'refused' | 'late'> {
  const facts: HostFacts = { host: config.host, timezone: config.timezone, version: VERSION };
  const at = Date.now();
  const sending = config.mail.to.map(async (receiver) => {
    const notification = dataFolderNotification({ ...what, facts, receiver, at });
    const outcome = await notifier.deliver(notification, 1, at);
    if (outcome.ok) log.info({ id: notification.id, receiver }, 'Notification delivered past the outbox');
    else log.error({ receiver, message: outcome.message }, 'What is said of the data folder was not delivered');
    return outcome.ok;
  });
  const late = pause(TELL_WITHIN_MS, undefined, { ref: false });
  const told = await Promise.race([Promise.all(sending), late]);
  if (told) return told.includes(true) ? 'told' : 'refused';
  log.error({}, 'The mail server does not answer in time, so the data folder may be told to nobody');
  return 'late';
}
