/** What an http check can find wrong, and what to do about it. */
import type { CauseSpec, Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { connectionCauses, type Peer } from '../network/connection-causes.ts';
import { authorityCauses } from '../network/trust.ts';
import type { Settings } from './settings.ts';

/** `check`: its name, for the command that asks with the secrets that are not shown. */
export function peerOf({ url, target, secrets }: Settings, check: string): Peer {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const word = secrets.length > 0 ? '' : shellWord(target, '');
  const byHand = word === '' ? `\`linesman check ${check}\`` : `\`curl -sv -o /dev/null --max-time 10 ${word}\``;
  return { target, host, port, byHand };
}

export function causesOf(peer: Peer, { statusText, redirects, slowText, ca }: Shown): Causes {
  return {
    ...connectionCauses(peer),
    ...answerCauses(peer, statusText),
    ...(slowText !== undefined && { slow: slowCause(peer, slowText) }),
    ...redirectCauses(peer, redirects),
    ...authorityCauses(ca),
  };
}

/** Of the options, as they are said. */
export interface Shown {
  /** '200-299'. */
  readonly statusText: string;
  readonly redirects: number;
  /** '2 s'; undefined: not judged. */
  readonly slowText?: string | undefined;
  readonly ca?: string | undefined;
}

const TO_LOG = 'Look into the error log of the server that answers, and of what stands behind it';

function answerCauses({ target, host, port, byHand }: Peer, statusText: string): Causes {
  const word = shellWord(`${host.includes(':') ? `[${host}]` : host}:${port}`, 'HOST:PORT');
  return {
    'server-error': {
      title: `${target} answers with a server error`,
      severity: 'critical',
      why: 'The server says itself (5xx) that it cannot do what it is asked for; visitors get the same.',
      whatToDo: `${TO_LOG}: \`tail -n 50 /var/log/nginx/error.log\`. By hand: ${byHand}.`,
    },
    'wrong-status': {
      title: `${target} answers with another status than ${statusText}`,
      severity: 'warning',
      why: 'It answers, but not as it should: a page that was moved or removed, or a server that takes the request for another site.',
      whatToDo: `See what it answers: ${byHand}. If that is right, put its status into \`status\` of this check.`,
    },
    'not-permitted': {
      title: `${target} wants to know who asks`,
      severity: 'warning',
      why: 'linesman is not let in, so whether the service is well is not known.',
      whatToDo: `Put user and password into \`url\` (https://USER:PASSWORD@…) or a token into \`headers\`, name an address that is open, or, where the refusal is right, add its status to \`status\`. By hand: ${byHand}.`,
    },
    'wrong-content': {
      title: `${target} answers with the wrong content`,
      severity: 'critical',
      why: 'The status is right and the page is not: an error page, a login, or an empty answer.',
      whatToDo: `See what it sends: ${byHand.replace('-sv -o /dev/null', '-sS')}. If the page was changed on purpose, change \`contains\` or \`lacks\` of this check.`,
    },
    tls: {
      title: `${target} makes no TLS connection that can be trusted`,
      severity: 'critical',
      why: 'Browsers and programs refuse the connection, or warn their users away.',
      whatToDo: `See the certificate it shows: \`openssl s_client -connect ${word} -servername ${shellWord(host, 'HOST')} -showcerts </dev/null\`.`,
    },
    'bad-response': {
      title: `${target} gives no proper answer`,
      severity: 'critical',
      why: 'What comes is no HTTP or is damaged, so nobody can read it.',
      whatToDo: `See what answers on that port: ${byHand}.`,
    },
  };
}

function slowCause({ target, byHand }: Peer, slowText: string): CauseSpec {
  return {
    title: `${target} answers slowly`,
    severity: 'warning',
    why: `It takes longer than ${slowText}; visitors wait as long.`,
    whatToDo: `See which phase takes the time (name, connection, TLS, answer): it is said with what was seen. By hand: ${byHand}.`,
  };
}

function redirectCauses({ target, byHand }: Peer, redirects: number): Causes {
  const follow = byHand.replace('--max-time', `-L --max-redirs ${redirects} --max-time`);
  return {
    'redirect-loop': {
      title: `${target} redirects without end`,
      severity: 'critical',
      why: `After ${redirects} redirects there was still no page; browsers give up as well.`,
      whatToDo: `See where it leads: ${follow}. Often one redirects to https and another back.`,
    },
    'redirect-refused': {
      title: `${target} redirects elsewhere`,
      severity: 'warning',
      why: 'It leads to another host or to an address of this network, where linesman does not go unless told to.',
      whatToDo: `See where it leads: ${byHand}. If that is right, write that address into \`url\`, or \`otherHosts: true\`.`,
    },
  };
}
