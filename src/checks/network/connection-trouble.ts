/** What an error of looking up, connecting or talking says about the other side. */
import { isLookingUp } from './shared-lookup.ts';

export type ConnectionCause = 'refused' | 'unreachable' | 'unknown-host' | 'timeout' | 'reset' | 'cannot-ask';

export interface ConnectionTrouble {
  readonly cause: ConnectionCause;
  /** As the system names it: ECONNREFUSED. */
  readonly code: string;
}

const CAUSES: Readonly<Record<string, ConnectionCause>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'unknown-host',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'cannot-ask',
  EPERM: 'cannot-ask',
  EMFILE: 'cannot-ask',
  ENFILE: 'cannot-ask',
  ENOBUFS: 'cannot-ask',
};
/** Of a name with several addresses each may fail otherwise: what says most first. */
const TELLING: readonly ConnectionCause[] = ['refused', 'reset', 'timeout', 'cannot-ask', 'unreachable'];

/** Undefined: it is no trouble with the connection, as a certificate. */
export function connectionTrouble(error: unknown): ConnectionTrouble | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const troubles = error.errors.map(connectionTrouble).filter((one) => one !== undefined);
    return TELLING.map((cause) => troubles.find((one) => one.cause === cause)).find((one) => one !== undefined);
  }
  const code = codeOf(error);
  const cause = code.startsWith('EAI_') ? 'unknown-host' : CAUSES[code];
  return cause && { cause, code };
}

/** Of who gave up waiting for this host. */
export function lateTrouble(host: string): ConnectionTrouble {
  return { cause: isLookingUp(host) ? 'unknown-host' : 'timeout', code: 'ETIMEDOUT' };
}

/** '' where it has none. */
export function codeOf(error: unknown): string {
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}
