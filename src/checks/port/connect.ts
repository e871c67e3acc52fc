/** One TCP or unix socket connection, opened and closed again: what came of it. */
import { connect as open, type Socket } from 'node:net';
import { isLookingUp, sharedLookup } from '../network/shared-lookup.ts';
import { type Refused, refusalOf } from './refusal.ts';

export interface Connected {
  readonly refused?: undefined;
  readonly seconds: number;
}

export type Destination = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Never rejects; the end of the signal is a timeout. `whileOpen` looks at the connection before it is closed and may say
 * what is wrong with it.
 */
export async function connect(
  destination: Destination,
  signal: AbortSignal,
  whileOpen: () => Promise<Refused | undefined>,
): Promise<Connected | Refused> {
  const began = performance.now();
  const socket = open({ ...destination, autoSelectFamily: true, lookup: sharedLookup });
  try {
    const refused = await opened(socket, destination, signal);
    const seconds = (performance.now() - began) / 1_000;
    return refused ?? (await whileOpen()) ?? { seconds };
  } finally {
    socket.destroy();
  }
}

async function opened(socket: Socket, destination: Destination, signal: AbortSignal): Promise<Refused | undefined> {
  return await new Promise((resolve) => {
    const late = () => {
      const isLookup = 'host' in destination && isLookingUp(destination.host);
      resolve({ refused: isLookup ? 'unknown-host' : 'timeout', code: 'ETIMEDOUT' });
    };
    // Stays: who closes on us after it was opened is no crash of ours.
    socket.on('error', (error) => resolve(refusalOf(error)));
    socket.once('connect', () => resolve(undefined));
    signal.addEventListener('abort', late, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', late));
    if (signal.aborted) late();
  });
}
