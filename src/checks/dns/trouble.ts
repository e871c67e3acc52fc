/** What c-ares' codes say of a name or a name server. */
import { codeOf } from '../network/connection-trouble.ts';

export type DnsCause =
  | 'no-such-name'
  | 'no-answer'
  | 'servfail'
  | 'timeout'
  | 'refused'
  | 'not-permitted'
  | 'bad-response';

export interface DnsTrouble {
  readonly cause: DnsCause;
  readonly code: string;
}

const CAUSES: Readonly<Record<string, DnsCause>> = {
  ENOTFOUND: 'no-such-name',
  ENODATA: 'no-answer',
  ESERVFAIL: 'servfail',
  ETIMEOUT: 'timeout',
  ECANCELLED: 'timeout',
  ECONNREFUSED: 'refused',
  // The server answers, and says that it does not answer us.
  EREFUSED: 'not-permitted',
};

/** Whatever else c-ares says is about an answer that it cannot read. */
export function dnsTrouble(error: unknown): DnsTrouble {
  const code = codeOf(error);
  return { cause: CAUSES[code] ?? 'bad-response', code };
}
