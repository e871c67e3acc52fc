/** `linesman run` from its start to its end: the service, another one after a takeover, and other settings on SIGHUP. */
import type { Config } from '../config/config.ts';
import { messageOf, UserError } from '../core/errors.ts';
import type { MainLogger } from '../telemetry/logger.ts';
import { type Service, startService } from './live.ts';
import type { HangUps } from './reload/hang-ups.ts';
import { changedKeys, checkPatterns, checkServers, isInPlace } from './reload/settings.ts';

export interface RunParts {
  readonly config: Config;
  /** As the file and the variables say it now. Throws UserError. */
  readonly read: () => Promise<Config>;
  readonly log: MainLogger;
  readonly hangUps: HangUps;
  readonly stopped: Promise<void>;
  /** Starts the service; absent: the one of live.ts. */
  readonly startService?: typeof startService;
}

/** Resolves when it was stopped. Rejects where the first settings cannot be started with, and for our own bugs. */
export async function runService(parts: RunParts): Promise<void> {
  const { log, hangUps, stopped } = parts;
  const over = new AbortController();
  const isStopped = stopped.then(() => over.abort());
  let { config } = parts;
  /** Those that a start goes back to where it cannot be made with the new ones. */
  let before: Config | undefined;
  let refusal: string | undefined;
  let service: Service | undefined;
  let again = Promise.withResolvers<void>();
  let giveUp = new AbortController();

  async function follow(): Promise<never> {
    for (;;) {
      await hangUps.next();
      log.info({ ...(config.file !== undefined && { file: config.file }) }, 'SIGHUP: settings are read again');
      await readAgain().catch(refuse);
    }
  }

  async function readAgain(): Promise<void> {
    const next = await parts.read();
    if (config.file !== undefined && next.file === undefined) throw fileGone(config.file);
    checkServers(next);
    const changed = changedKeys(config, next);
    const runs = service;
    if (runs && isInPlace(config, next)) {
      try {
        await runs.configure(next, changed);
      } catch (error) {
        // It was stopped meanwhile, as by a takeover, which says nothing of the settings: who comes after it is asked.
        if (runs !== service && !over.signal.aborted) return await readAgain();
        throw error;
      }
      return taken(next, changed);
    }
    if (changed.length === 0) return taken(next, changed);
    await checkPatterns(next, over.signal);
    before ??= config;
    refusal = undefined;
    config = next;
    log.info({ changed }, 'Settings were taken, the service starts anew with them');
    again.resolve();
    giveUp.abort();
  }

  function taken(next: Config, changed: readonly string[]): void {
    config = next;
    refusal = undefined;
    log.setLevel(next.log);
    for (const warning of next.warnings) log.warn({ warning }, 'Configuration');
    if (changed.length === 0) log.info({}, 'Settings are those that were in force');
    else log.info({ changed }, 'Settings were taken');
    service?.sayReload('taken', undefined);
  }

  function refuse(error: unknown): void {
    if (over.signal.aborted) return;
    const mistakes = messageOf(error).split('\n');
    log.error({ mistakes }, 'Settings are refused; those before stay in force');
    refusal = refusalText(mistakes);
    service?.sayReload('refused', refusal);
  }

  /** Undefined: it was given up, or stopped, or goes on with the settings before. */
  async function start(): Promise<Service | undefined> {
    again = Promise.withResolvers();
    giveUp = new AbortController();
    log.setLevel(config.log);
    const starting = (parts.startService ?? startService)({ config, log, signal: giveUp.signal });
    try {
      return await Promise.race([starting, isStopped.then(() => undefined)]);
    } catch (error) {
      if (giveUp.signal.aborted) return undefined;
      if (!before || !(error instanceof UserError)) throw error;
      config = before;
      before = undefined;
      refuse(error);
      return undefined;
    }
  }

  async function work(): Promise<void> {
    while (!over.signal.aborted) {
      const started = await start();
      if (!started) continue;
      service = started;
      if (refusal !== undefined) started.sayReload('refused', refusal);
      else if (before) started.sayReload('taken', undefined);
      before = undefined;
      try {
        await Promise.race([isStopped, started.takenOver, again.promise, started.failed]);
      } finally {
        service = undefined;
        await started.stop();
      }
    }
  }

  await Promise.race([work(), follow()]);
}

/** Where nothing names it, one that is gone would mean the defaults; a deployment may just be writing it. */
function fileGone(file: string): UserError {
  return new UserError('CONFIG', `${file} is gone; put it back, or start linesman anew to go on without it`);
}

/** Told on /healthz. */
const MISTAKES_MAX = 3;

function refusalText(mistakes: readonly string[]): string {
  const told = mistakes.slice(0, MISTAKES_MAX).join('; ');
  const more = mistakes.length > MISTAKES_MAX ? ` (and ${mistakes.length - MISTAKES_MAX} more, see the log)` : '';
  return `The settings asked for by SIGHUP are not taken: ${told}${more}. Those before stay in force; mend them until linesman config check says OK, and send SIGHUP again.`;
}
