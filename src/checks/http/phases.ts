/** How long a request took to get where it is. */
import type { ClientRequest } from 'node:http';
import { isIP, type Socket } from 'node:net';

/** Since the request began, ms; absent: it did not get there, or there was no such phase. */
export interface Phases {
  readonly name?: number;
  readonly connection?: number;
  readonly tls?: number;
  /** The head of the answer. */
  readonly answer?: number;
  readonly whole: number;
  /** What it was doing at the end: 'connecting'. */
  readonly last: string;
}

type Reached = { -readonly [Phase in 'name' | 'connection' | 'tls' | 'answer']?: number };

export function followPhases(request: ClientRequest, url: URL, clock: () => number): { end(): Phases } {
  const began = clock();
  const reached: Reached = {};
  const reach = (phase: keyof Reached) => () => {
    reached[phase] = clock() - began;
  };
  request.once('response', reach('answer'));
  request.once('socket', (socket: Socket) => {
    socket.on('lookup', (error: unknown) => {
      if (!error) reach('name')();
    });
    socket.once('connect', reach('connection'));
    socket.once('secureConnect', reach('tls'));
  });
  return { end: () => ({ ...reached, whole: clock() - began, last: lastOf(reached, url) }) };
}

function lastOf(reached: Reached, { protocol, hostname }: URL): string {
  if (reached.answer !== undefined) return 'reading its answer';
  if (reached.tls !== undefined || (protocol === 'http:' && reached.connection !== undefined))
    return 'waiting for its answer';
  if (reached.connection !== undefined) return 'making the TLS connection';
  if (reached.name !== undefined || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return 'connecting';
  return 'looking up its name';
}
