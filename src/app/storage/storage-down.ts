/** Decides when people are told that the store cannot be used, and when that it can again. */
import type { DeliveryJournal, HostFacts } from '../../core/ports.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DirectTelling } from '../telling/direct-telling.ts';
import { type Outage, readOutage, writeOutage } from './outage-file.ts';
import { storageNotification, storageTellingId } from './storage-mail.ts';
import type { StoreWait } from './store-wait.ts';

/** A restart of Redis is over by then. */
export const TOLD_AFTER_MS = 120_000;
/** It is over when for so long nobody waited longer than WELL_MS: one that comes and goes is one outage. */
export const OVER_AFTER_MS = 30_000;
const WELL_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

export interface StorageDown {
  /** Looks every second from now on. */
  start(): void;
  /** One look; one that comes while another is under way does nothing. Never rejects. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface StorageDownParts {
  readonly wait: StoreWait;
  /** What is wrong with the store, in one sentence. */
  readonly reason: () => string;
  readonly facts: HostFacts;
  /** As they are when it is told. */
  readonly receivers: () => readonly string[];
  readonly telling: DirectTelling;
  readonly journal: Pick<DeliveryJournal, 'has'>;
  /** Data folder. */
  readonly folder: string;
  readonly now: () => number;
  /** In ms, never set back or forward. */
  readonly clock: () => number;
  readonly log: Logger;
}

/** Takes over an outage that an earlier run told of. */
export async function openStorageDown(parts: StorageDownParts): Promise<StorageDown> {
  const { wait, facts, receivers, telling, journal, now, clock } = parts;
  let outage: Outage | undefined = await readOutage(parts.folder);
  /** An earlier run may have ended before its telling got through. */
  let isTold = false;
  let well: { readonly clock: number; readonly time: number } | undefined;
  let isLooking = false;
  let timer: NodeJS.Timeout | undefined;
  if (outage?.overAt !== undefined) takeBack(outage.since, outage.overAt);

  async function lookNow(): Promise<void> {
    const waitedMs = wait.waitedMs();
    well = waitedMs < WELL_MS ? (well ?? { clock: clock(), time: now() }) : undefined;
    const open = outage?.overAt === undefined ? outage : undefined;
    if (waitedMs >= TOLD_AFTER_MS && !isTold) await begin(open?.since ?? Math.round(now() - waitedMs));
    else if (open && well && clock() - well.clock >= OVER_AFTER_MS) await end(open.since, well.time);
    await telling.deliverDue();
    if (outage?.overAt !== undefined && telling.waiting() === 0) await remember(undefined);
  }

  async function begin(since: number): Promise<void> {
    isTold = true;
    await remember({ since });
    telling.add(
      receivers().map((receiver) => storageNotification({ ...about(since, receiver), transition: 'firing' })),
    );
  }

  /** What nobody was told is not taken back, and not told any more. */
  async function end(since: number, overAt: number): Promise<void> {
    isTold = false;
    await remember({ since, overAt });
    telling.drop(({ model }) => model.since === since);
    takeBack(since, overAt);
  }

  function takeBack(since: number, overAt: number): void {
    const told = receivers().filter((receiver) => journal.has(storageTellingId('firing', { facts, since, receiver })));
    telling.add(
      told.map((receiver) => storageNotification({ ...about(since, receiver), transition: 'resolved', overAt })),
    );
  }

  function about(since: number, receiver: string) {
    return { facts, receiver, since, at: now(), limitMs: TOLD_AFTER_MS, reason: parts.reason() };
  }

  async function remember(next: Outage | undefined): Promise<void> {
    outage = next;
    await writeOutage(parts.folder, next).catch(complain);
  }

  function complain(error: unknown): void {
    parts.log.warn({ error }, 'An outage of Redis could not be noted or told; it is tried again');
  }

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    await lookNow().catch(complain);
    isLooking = false;
  }

  return {
    look,
    start() {
      timer ??= setInterval(() => void look(), LOOK_EVERY_MS);
    },
    async close() {
      clearInterval(timer);
      telling.close();
    },
  };
}
