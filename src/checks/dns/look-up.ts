/** One question to a name server, and how long its answer took. */
import { Resolver } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import { askRecords } from './records.ts';
import type { Settings } from './settings.ts';
import { type DnsTrouble, dnsTrouble } from './trouble.ts';

/** A packet may be lost: three tries fit into the time of a check. */
const TRY_MS = 1_500;
const TRIES = 3;

export interface DnsAnswer {
  readonly records: readonly string[];
  readonly seconds: number;
}

/** Never rejects; ends when the signal does. */
export async function lookUp({ name, type, server }: Settings, signal: AbortSignal): Promise<DnsAnswer | DnsTrouble> {
  // A new one each time reads /etc/resolv.conf anew, and has learnt no times of earlier answers.
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (server !== undefined) resolver.setServers([server]);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel);
  const began = performance.now();
  try {
    const asked = askRecords(resolver, name, type);
    if (signal.aborted) cancel();
    const records = await asked;
    return { records, seconds: (performance.now() - began) / 1_000 };
  } catch (error) {
    return dnsTrouble(error);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
