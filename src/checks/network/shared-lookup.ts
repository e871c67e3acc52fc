/** Addresses of names for all checks that connect: name servers that hang are asked once for a name, not anew with each reading. */
import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Found = (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void;

/** Name to those who wait for it: as many names as checks ask for. */
const waiting = new Map<string, Found[]>();

/** Of all families, as dns.lookup; getaddrinfo(3) cannot be called back, and may hold its thread for half a minute. */
export const sharedLookup: LookupFunction = (hostname, { all }, callback) => {
  lookUpOnce(hostname, (error, addresses) => {
    const [first] = addresses;
    if (error || first === undefined) callback(error ?? new Error('no address'), '', 0);
    else if (all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  });
};

/** Who gives up meanwhile was kept by the name servers, and not by whom it wants to reach. */
export function isLookingUp(hostname: string): boolean {
  return waiting.has(hostname);
}

function lookUpOnce(hostname: string, found: Found): void {
  const others = waiting.get(hostname);
  if (others) {
    others.push(found);
    return;
  }
  const all = [found];
  waiting.set(hostname, all);
  lookup(hostname, { all: true }, (error, addresses) => {
    waiting.delete(hostname);
    for (const one of all) one(error, addresses ?? []);
  });
}
