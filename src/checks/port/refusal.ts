/** What an error of a socket says about the port. */
import { type ConnectionCause, connectionTrouble } from '../network/connection-trouble.ts';

export type PortCause =
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'unknown-host'
  | 'no-answer'
  | 'missing'
  | 'wrong-owner'
  | 'not-permitted';

export interface Refused {
  readonly refused: PortCause;
  /** As the system calls it: 'ECONNREFUSED'. */
  readonly code: string;
}

/** Errors that only sockets in the file system have. */
const OF_SOCKETS: Readonly<Record<string, PortCause>> = {
  // As many wait as may.
  EAGAIN: 'timeout',
  ENOENT: 'missing',
  // There is a file, and it is no socket, or none of this kind.
  ENOTSOCK: 'missing',
  EPROTOTYPE: 'missing',
};

const OF_NETWORK: Readonly<Record<ConnectionCause, PortCause>> = {
  refused: 'refused',
  // Nothing was sent: who ends the connection at once does not want it.
  reset: 'refused',
  timeout: 'timeout',
  unreachable: 'unreachable',
  'unknown-host': 'unknown-host',
  'cannot-ask': 'not-permitted',
};

/** What is not known says that no way leads there. */
export function refusalOf(error: Error): Refused {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const ofSocket = OF_SOCKETS[code];
  if (ofSocket !== undefined) return { refused: ofSocket, code };
  const trouble = connectionTrouble(error);
  return trouble === undefined
    ? { refused: 'unreachable', code }
    : { refused: OF_NETWORK[trouble.cause], code: trouble.code };
}
