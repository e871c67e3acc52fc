/** One datagram to a UDP port: whether an answer comes, or the machine there says that nobody listens. */
import { createSocket, type Socket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { sharedLookup } from '../network/shared-lookup.ts';
import { type Refused, refusalOf } from './refusal.ts';

/** So long a machine may take to say that nobody listens, ms, where no answer is expected. */
const REFUSAL_MS = 1_000;

/** Addresses of a name that are tried. */
const ADDRESSES = 4;

export interface Answered {
  readonly refused?: undefined;
  readonly seconds: number;
  /** Bytes of the answer; undefined: none was expected, and nobody refused. */
  readonly bytes: number | undefined;
}

/** Never rejects. Where nothing is sent, an empty datagram is, which programs leave unanswered. */
export async function askUdp(
  asked: { readonly host: string; readonly port: number; readonly send: Buffer | undefined },
  signal: AbortSignal,
): Promise<Answered | Refused> {
  const began = performance.now();
  const found = await lookedUp(asked.host, signal);
  if ('refused' in found) return found;
  let answer: Answered | Refused = { refused: 'unknown-host', code: 'ENODATA' };
  for (const { address, family } of found.slice(0, ADDRESSES)) {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    try {
      answer = await exchanged(socket, { ...asked, address, began, signal });
    } finally {
      socket.close();
    }
    // localhost has two, and programs often listen on one.
    if (answer.refused !== 'refused' && answer.refused !== 'unreachable') return answer;
  }
  return answer;
}

async function lookedUp(host: string, signal: AbortSignal): Promise<readonly LookupAddress[] | Refused> {
  return await new Promise((resolve) => {
    const late = () => resolve({ refused: 'unknown-host', code: 'ETIMEDOUT' });
    sharedLookup(host, { all: true }, (error, found) => resolve(error ? refusalOf(error) : (found as LookupAddress[])));
    signal.addEventListener('abort', late, { once: true });
    if (signal.aborted) late();
  });
}

interface Exchange {
  readonly address: string;
  readonly port: number;
  readonly send: Buffer | undefined;
  readonly began: number;
  readonly signal: AbortSignal;
}

async function exchanged(
  socket: Socket,
  { address, port, send, began, signal }: Exchange,
): Promise<Answered | Refused> {
  const answered = (bytes: number | undefined): Answered => ({ seconds: (performance.now() - began) / 1_000, bytes });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answered | Refused>((resolve) => {
    const end = () => resolve(send === undefined ? answered(undefined) : { refused: 'no-answer', code: 'ETIMEDOUT' });
    if (send === undefined) timer = setTimeout(end, REFUSAL_MS);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
  const told = new Promise<Answered | Refused>((resolve) => {
    // Only a connected socket is told that nobody listens (udp(7)).
    socket.on('error', (error) => resolve(refusalOf(error)));
    socket.once('message', (message) => resolve(answered(message.length)));
    socket.connect(port, address, (error?: Error) => {
      if (error) resolve(refusalOf(error));
      else socket.send(send ?? Buffer.alloc(0));
    });
  });
  return await Promise.race([told, late]).finally(() => clearTimeout(timer));
}
