/** What a tls check can find wrong, and what to do about it. */
import type { CauseSpec, Causes } from '../../core/check.ts';
import { shellWord } from '../../core/reading/shell-word.ts';
import { connectionCauses, type Peer } from '../network/connection-causes.ts';
import { authorityCauses } from '../network/trust.ts';
import type { Settings } from './settings.ts';

export function peerOf(settings: Settings): Peer {
  const { target, host, port } = settings;
  return { target, host, port, byHand: `\`${look(settings)}\`` };
}

export function causesOf(settings: Settings): Causes {
  return {
    ...connectionCauses(peerOf(settings)),
    ...dateCauses(settings),
    ...trustCauses(settings),
    ...authorityCauses(settings.ca),
  };
}

function look({ target, serverName, startTls }: Settings): string {
  const protocol = startTls === undefined ? '' : ` -starttls ${startTls}`;
  return `openssl s_client -connect ${shellWord(target, 'HOST:PORT')} -servername ${shellWord(serverName, 'NAME')}${protocol} -showcerts </dev/null`;
}

function dates(settings: Settings): string {
  return `\`${look(settings).replace(' -showcerts', ' 2>/dev/null')} | openssl x509 -noout -dates -issuer\``;
}

const RENEW =
  'Renew it (with certbot: `certbot renew`) and reload the server (`systemctl reload nginx`): often it was renewed on disk and the server was not told.';

function dateCauses(settings: Settings): Readonly<Record<string, CauseSpec>> {
  const { target } = settings;
  return {
    expires: {
      title: `The certificate of ${target} expires in some weeks`,
      severity: 'warning',
      why: 'Certificates that renew themselves are renewed earlier than this: renewal has failed, or the server still uses the old one.',
      whatToDo: `${RENEW} See what the server shows: ${dates(settings)}.`,
    },
    'expires-soon': {
      title: `The certificate of ${target} is about to expire`,
      severity: 'critical',
      why: 'From then on browsers and programs refuse the connection.',
      whatToDo: `${RENEW} See what the server shows: ${dates(settings)}.`,
    },
    expired: {
      title: `The certificate of ${target} has expired`,
      severity: 'critical',
      why: 'Browsers and programs refuse the connection.',
      whatToDo: `${RENEW} See what the server shows: ${dates(settings)}.`,
    },
    'not-yet-valid': {
      title: `The certificate of ${target} is not valid yet`,
      severity: 'critical',
      why: 'Browsers and programs refuse it until then; or the clock of this machine is behind.',
      whatToDo: `See whether this machine's clock is right: \`timedatectl\`. See what the server shows: ${dates(settings)}.`,
    },
  };
}

function trustCauses(settings: Settings): Readonly<Record<string, CauseSpec>> {
  const { target, serverName } = settings;
  const byHand = `\`${look(settings)}\``;
  return {
    'wrong-host': {
      title: `The certificate of ${target} is for other names`,
      severity: 'critical',
      why: `Whoever asks for ${serverName} is shown the certificate of something else, and browsers refuse it.`,
      whatToDo: `See which one it shows: ${byHand}. Most often another site of the same server answers, since none has this name; else put the right name into \`serverName\`.`,
    },
    untrusted: {
      title: `The certificate of ${target} is not trusted`,
      severity: 'critical',
      why: 'Programs refuse it, and so do browsers that do not happen to know the missing part.',
      whatToDo: `See what it sends: ${byHand}. Where an issuer is missing, let the server send its own certificate and those above it (for Nginx \`ssl_certificate\` with fullchain.pem). For an authority of your own write its file into \`ca\` of this check, or \`verify: false\` to judge dates alone.`,
    },
    handshake: {
      title: `${target} makes no TLS connection`,
      severity: 'critical',
      why: 'Something answers, but no encrypted connection comes about, so nobody can use it.',
      whatToDo: `See where it ends: ${byHand}. Look whether \`port\` and \`startTls\` of this check are those of the service.`,
    },
    'client-certificate': {
      title: `${target} wants a certificate of whoever connects`,
      severity: 'warning',
      why: 'linesman has none, so it cannot see the whole of the connection. It does not mean that the service is down.',
      whatToDo: `Write \`verify: false\` to judge the dates of its certificate alone, which it shows all the same. By hand: ${byHand}.`,
    },
  };
}
