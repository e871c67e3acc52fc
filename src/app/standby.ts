/** Only one linesman of a name is at work: waits until it is this one, and says when it is not any more. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { messageOf } from '../core/errors.ts';
import { LEASE_MS, type Lease, type LeaseClaim } from '../redis/lease.ts';
import { within } from '../redis/limits.ts';
import type { Logger } from '../telemetry/logger.ts';
import { readAgentId, renewAgentId } from './place/agent-id.ts';
import type { Storage } from './storage/storage.ts';
import type { Surface } from './surface.ts';

/** Two renewals may be late or lost before the lease ends. */
const RENEW_MS = LEASE_MS / 3;
/** Stopping does not wait longer for Redis: without its answer the lease ends by itself. */
const RELEASE_WITHIN_MS = 1_000;

export interface Turn {
  /** Redis was emptied while this one stood by, and who worked then did not come back. */
  readonly foundEmptied: boolean;
  /** Resolves when another is at work: what is not committed is to be dropped. */
  readonly over: Promise<void>;
  /** Gives the lease back. */
  close(): Promise<void>;
}

export interface TurnParts {
  readonly lease: Lease;
  readonly host: string;
  readonly agent: string;
  /** Says why it stands by; undefined: it does not. */
  readonly show: (standby: string | undefined) => void;
  /** The lease was taken by one that has our own agent id: our folder is a copy of its, or the other way round. */
  readonly onTwin: () => Promise<unknown>;
  readonly log: Pick<Logger, 'warn'>;
  readonly signal: AbortSignal;
  readonly renewMs?: number;
}

/** As the live service takes it. */
export async function takeTurnIn(parts: {
  readonly config: Config;
  readonly storage: Storage;
  readonly surface: Surface;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): Promise<Turn> {
  const { host, data } = parts.config;
  const agent = await readAgentId(data);
  return await takeTurn({
    ...{ host, agent, log: parts.log, signal: parts.signal },
    lease: parts.storage.leaseFor(agent),
    show: parts.surface.standBy,
    onTwin: async () => await renewAgentId(data),
  });
}

/**
 * Resolves when this linesman has the lease; stands by as long as another has it. While Redis is away nobody can take
 * it, so the one at work goes on: commits are compared, so nothing is counted twice by two.
 */
export async function takeTurn(parts: TurnParts): Promise<Turn> {
  const { lease, log, renewMs = RENEW_MS } = parts;
  const closing = new AbortController();
  const signal = AbortSignal.any([parts.signal, closing.signal]);
  const { wasEmptied } = await untilOurs(parts, renewMs);
  const over = Promise.withResolvers<void>();
  const renewing = renew().catch((error: unknown) => {
    if (!signal.aborted) over.reject(error);
  });

  async function renew(): Promise<void> {
    for (;;) {
      await wait(renewMs, undefined, { signal });
      const claim = await lease.claim(signal);
      if (claim.isOurs) continue;
      log.warn(
        { place: claim.place },
        'Another linesman has taken over: this one drops what is not stored and stands by',
      );
      if (claim.agent === parts.agent) await parts.onTwin();
      over.resolve();
      return;
    }
  }

  return {
    foundEmptied: wasEmptied,
    over: over.promise,
    async close() {
      closing.abort();
      await renewing;
      await within(RELEASE_WITHIN_MS, lease.release(parts.signal)).catch((error: unknown) =>
        log.warn({ error: messageOf(error) }, 'The lease could not be given back; it ends by itself'),
      );
    },
  };
}

async function untilOurs({ lease, host, show, log, signal }: TurnParts, renewMs: number): Promise<LeaseClaim> {
  let shown = '';
  let claim = await lease.claim(signal);
  while (!claim.isOurs) {
    const standby = sentenceOf(claim, host);
    if (standby !== shown) log.warn({ standby }, 'Standing by');
    shown = standby;
    show(standby);
    await wait(Math.min(renewMs, claim.leftMs), undefined, { signal });
    claim = await lease.claim(signal);
  }
  if (shown !== '') log.warn({ host }, 'The other linesman is gone: this one takes over');
  show(undefined);
  return claim;
}

function sentenceOf({ place }: LeaseClaim, host: string): string {
  return `Another linesman (on ${place}) watches as host ${host} at this Redis; this one stands by and takes over when that one is gone. Where both should watch, give each a LINESMAN_HOST of its own.`;
}
