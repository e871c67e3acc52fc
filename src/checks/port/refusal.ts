/** What an error of a socket says about the port. */

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

/** Anything else says that no way leads there. */
const CAUSES: Readonly<Record<string, PortCause>> = {
  ECONNREFUSED: 'refused',
  // Of a unix socket: as many wait as may.
  EAGAIN: 'timeout',
  ETIMEDOUT: 'timeout',
  ENOENT: 'missing',
  // There is a file, and it is no socket, or none of this kind.
  ENOTSOCK: 'missing',
  EPROTOTYPE: 'missing',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  // Linesman itself has no room for another connection, which says nothing of the port.
  EMFILE: 'not-permitted',
  ENFILE: 'not-permitted',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EAI_FAIL: 'unknown-host',
  EAI_NODATA: 'unknown-host',
  EAI_NONAME: 'unknown-host',
};
/** Of several addresses of a name the answer that says most about the port. */
const TELLING: readonly PortCause[] = ['refused', 'timeout', 'not-permitted', 'unreachable'];

export function refusalOf(error: Error): Refused {
  const errors = error instanceof AggregateError ? (error.errors as readonly Error[]) : [error];
  const all = errors.map((one): Refused => {
    const code = (one as NodeJS.ErrnoException).code ?? 'unknown';
    return { refused: CAUSES[code] ?? 'unreachable', code };
  });
  const [first = { refused: 'unreachable', code: 'unknown' } as const] = all;
  return TELLING.map((cause) => all.find(({ refused }) => refused === cause)).find((one) => one !== undefined) ?? first;
}
