/** What a chain of certificates says, as texts that can be shown: whoever made the certificates wrote it. */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { visible } from '../../core/render/sanitise.ts';
import type { Validity } from './dates.ts';

const NAME_CHARS = 120;
const NAMES_CHARS = 300;

export function validityOf({ validFromDate, validToDate }: X509Certificate): Validity {
  return { from: validFromDate.getTime(), until: validToDate.getTime() };
}

/** Whether a browser takes it for this server: by the names it is for, never by that of its subject (RFC 9525). */
export function isFor(certificate: X509Certificate, serverName: string): boolean {
  if (isIP(serverName) !== 0) return certificate.checkIP(serverName) !== undefined;
  return certificate.checkHost(serverName.replace(/\.$/, ''), { subject: 'never' }) !== undefined;
}

/** 'shop.example.com', 'R11 (Let's Encrypt)': common name and organisation of a subject or issuer. */
export function shownName(distinguished: string | undefined): string {
  const part = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(distinguished ?? '')?.[1];
  const [name, organisation] = [part('CN'), part('O')];
  const both = name !== undefined && organisation !== undefined ? `${name} (${organisation})` : (name ?? organisation);
  return visible(both ?? ((distinguished ?? '').replaceAll('\n', ', ') || 'without a name'), NAME_CHARS);
}

/** 'shop.example.com, www.example.com'. */
export function shownNames({ subjectAltName = '' }: X509Certificate): string {
  const names = subjectAltName.replace(/\b(DNS|IP Address):/g, '');
  return names === '' ? 'no names' : visible(names, NAMES_CHARS);
}

export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate);
}

/** Name of the authority that issued the last one that hangs together and was not sent; undefined: the chain goes up to its root. */
export function missingIssuer(chain: readonly X509Certificate[]): string | undefined {
  let [top] = chain;
  for (const one of chain.slice(1)) if (top?.checkIssued(one)) top = one;
  return top === undefined || isSelfSigned(top) ? undefined : shownName(top.issuer);
}
