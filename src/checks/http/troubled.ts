/** What is said where no answer came. */
import { redactSecrets } from '../../core/redact-url.ts';
import { connectionSaid, type Peer } from '../network/connection-causes.ts';
import type { TlsTrouble } from '../network/tls-trouble.ts';
import type { Trouble } from './exchange.ts';
import type { Followed } from './follow.ts';
import { type Settings, shownUrl } from './settings.ts';

export interface Troubled {
  readonly cause: string;
  readonly said: string;
}

export function troubled(trouble: Trouble, { exchange, url }: Followed, { secrets }: Settings, peer: Peer): Troubled {
  const target = shownUrl(url, secrets);
  const host = redactSecrets(url.hostname, secrets);
  switch (trouble.kind) {
    case 'connection': {
      const said = connectionSaid({ ...peer, target, host }, trouble.trouble, exchange.phases.last);
      return { cause: trouble.trouble.cause, said };
    }
    case 'tls':
      return tlsTroubled(trouble.trouble, target);
    case 'refused-address': {
      const said = `The name ${host} leads to the link-local address ${trouble.words}, which is not asked.`;
      return { cause: 'redirect-refused', said };
    }
    case 'bad-response':
      return { cause: 'bad-response', said: `${target} gave no proper answer: ${trouble.words}.` };
  }
}

function tlsTroubled({ kind, words, code }: TlsTrouble, target: string): Troubled {
  if (kind === 'certificate') return { cause: 'tls', said: `${target} is not to be trusted: ${words} (${code}).` };
  const cause = kind === 'client-certificate' ? 'not-permitted' : 'tls';
  return { cause, said: `${target} made no TLS connection: ${words} (${code}).` };
}
