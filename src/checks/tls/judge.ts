/** What the certificates of a server say of it: well, or one of the causes, with what was seen. */
import type { X509Certificate } from 'node:crypto';
import type { CheckReading } from '../../core/check.ts';
import { visible } from '../../core/render/sanitise.ts';
import { certificateWords } from '../network/tls-trouble.ts';
import { isFor, isSelfSigned, missingIssuer, shownName, shownNames, validityOf } from './certificate.ts';
import { type DateCause, dateCause, isShortLife, span, utc, warnAheadMs } from './dates.ts';
import type { Shown } from './handshake.ts';
import type { Settings } from './settings.ts';

const DAY_MS = 24 * 3_600_000;
/** OpenSSL judges the dates of the whole chain by its own clock; those of the certificate itself are judged here. */
const DATE_CODES = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

interface Wrong {
  readonly cause: string;
  readonly said: string;
}

export function judge(shown: Shown, settings: Settings, now: number): CheckReading {
  const [own] = shown.chain;
  if (own === undefined) return { cause: 'handshake', said: `${settings.target} showed no certificate.` };
  const validity = validityOf(own);
  const { until } = validity;
  const wrongs = wrongsOf(own, shown, settings, now);
  const figures = { days_left: Math.round(((until - now) / DAY_MS) * 100) / 100 };
  const [worst, ...others] = wrongs;
  if (worst === undefined) {
    const short = isShortLife(validity, settings)
      ? ` Of its life of ${span(until - validity.from)} the last ${span(warnAheadMs(validity, settings))} are told.`
      : '';
    return {
      said: `The certificate of ${settings.target} is valid for ${span(until - now)}, until ${utc(until)}.${short}`,
      figures,
    };
  }
  return { ...worst, figures, lines: [...others.map(({ said }) => said), ...linesOf(shown.chain)] };
}

/** Worst first: what visitors are refused for comes before what will be. */
function wrongsOf(own: X509Certificate, shown: Shown, settings: Settings, now: number): readonly Wrong[] {
  const cause = dateCause(validityOf(own), settings, now);
  const date = cause && { cause, said: dateSaid(cause, own, settings.target, now) };
  const isOver = cause === 'expired' || cause === 'not-yet-valid';
  const others = settings.verify
    ? [nameTrouble(own, settings), chainTrouble(shown, settings, isOver), oursTrouble(shown, settings)]
    : [];
  const all = isOver ? [date, ...others] : [...others, date];
  return all.filter((one) => one !== undefined);
}

function dateSaid(cause: DateCause, own: X509Certificate, target: string, now: number): string {
  const { from, until } = validityOf(own);
  switch (cause) {
    case 'expired':
      return `The certificate of ${target} expired ${span(now - until)} ago, at ${utc(until)}.`;
    case 'not-yet-valid':
      return `The certificate of ${target} is valid only from ${utc(from)} on, in ${span(from - now)}.`;
    case 'expires':
    case 'expires-soon':
      return `The certificate of ${target} expires in ${span(until - now)}, at ${utc(until)}.`;
  }
}

function nameTrouble(own: X509Certificate, { serverName, target }: Settings): Wrong | undefined {
  if (isFor(own, serverName)) return undefined;
  const said = `The certificate of ${target} is not for ${serverName}: it is for ${shownNames(own)}.`;
  return { cause: 'wrong-host', said };
}

function chainTrouble({ chain, distrust }: Shown, { target }: Settings, isOver: boolean): Wrong | undefined {
  if (distrust === undefined) return undefined;
  const [own] = chain;
  if (DATE_CODES.includes(distrust)) {
    if (isOver) return undefined;
    return { cause: 'untrusted', said: `A certificate above that of ${target} is out of its time (${distrust}).` };
  }
  const missing = missingIssuer(chain);
  if (own !== undefined && isSelfSigned(own))
    return { cause: 'untrusted', said: `The certificate of ${target} is signed by itself (${distrust}).` };
  if (missing !== undefined)
    return {
      cause: 'untrusted',
      said: `${target} does not send the certificate of ${missing}, which issued it, and it is not known here (${distrust}).`,
    };
  const words = certificateWords(distrust) ?? 'its chain of certificates is wrong';
  return { cause: 'untrusted', said: `${target} is not to be trusted: ${words} (${distrust}).` };
}

function oursTrouble({ wantsOurs }: Shown, { target }: Settings): Wrong | undefined {
  if (!wantsOurs) return undefined;
  return {
    cause: 'client-certificate',
    said: `${target} wants a certificate of whoever connects, so its chain was not judged.`,
  };
}

function linesOf(chain: readonly X509Certificate[]): readonly string[] {
  const [own] = chain;
  if (own === undefined) return [];
  const { from, until } = validityOf(own);
  const issuers = chain.map(({ subject, issuer }) => `${shownName(subject)}, issued by ${shownName(issuer)}`);
  return [
    `Certificate of ${shownName(own.subject)}, issued by ${shownName(own.issuer)}, valid from ${utc(from)} until ${utc(until)}.`,
    own.subjectAltName === undefined ? 'It names no host (no subjectAltName).' : `For ${shownNames(own)}.`,
    visible(`Sent: ${issuers.join('; ')}.`, CHAIN_CHARS),
  ];
}

const CHAIN_CHARS = 500;
