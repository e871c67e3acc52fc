/** Certificates of any dates, names and issuers, written byte by byte (RFC 5280), so that no test needs a program for them. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Issued {
  /** Certificate and key in PEM. */
  readonly cert: string;
  readonly key: string;
  /** Common name. */
  readonly subject: string;
}

export interface Wanted {
  /** Common name; whatever text. */
  readonly subject: string;
  /** Names and IPv4 addresses it is for. */
  readonly names?: readonly string[];
  /** Absent: it signs itself. */
  readonly issuer?: Issued;
  readonly isAuthority?: boolean;
  /** Times, ms; absent: from an hour ago for 90 days. */
  readonly from?: number;
  readonly until?: number;
}

const HOUR_MS = 3_600_000;

export function issue(wanted: Wanted): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { subject, issuer } = wanted;
  const body = bodyOf(wanted, publicKey);
  const signature = sign('sha256', body, issuer ? createPrivateKey(issuer.key) : privateKey);
  const whole = sequence(body, ECDSA_WITH_SHA256, tagged(0x03, Buffer.from([0]), signature));
  return { cert: pem(whole), key, subject };
}

function bodyOf(
  { subject, issuer, names = [], isAuthority = false, from, until }: Wanted,
  publicKey: KeyObject,
): Buffer {
  const start = from ?? Date.now() - HOUR_MS;
  return sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer?.subject ?? subject),
    sequence(time(start), time(until ?? start + 90 * 24 * HOUR_MS)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints(isAuthority), ...(names.length > 0 ? [alternativeNames(names)] : []))),
  );
}

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

function nameOf(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from(commonName)))));
}

function basicConstraints(isAuthority: boolean): Buffer {
  const yes = tagged(0x01, Buffer.from([0xff]));
  return sequence(oid('2.5.29.19'), yes, tagged(0x04, sequence(...(isAuthority ? [yes] : []))));
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIPv4(name) ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name)),
  );
  return sequence(oid('2.5.29.17'), tagged(0x04, sequence(...entries)));
}

/** UTCTime: '261128120000Z'. */
function time(ms: number): Buffer {
  return tagged(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [...base128(value >> 7).map((byte) => byte | 0x80), low];
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
