/** What OpenSSL's and Node's codes say of a certificate or handshake, in words that end a sentence: 'because …'. */
import { codeOf } from './connection-trouble.ts';

const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate, or one that it sends along, has expired',
  CERT_NOT_YET_VALID: 'its certificate, or one that it sends along, is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate of an authority above it is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate of an authority above it is missing, or not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it sends its certificate without that of the authority that issued it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for other names',
  HOSTNAME_MISMATCH: 'its certificate is for other names',
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong',
  CERT_REVOKED: 'its certificate was revoked',
  CERT_UNTRUSTED: 'its certificate comes from an authority that is not trusted here',
  CERT_REJECTED: 'its certificate is rejected here',
  INVALID_CA: 'it was issued by a certificate that may not issue any',
  INVALID_PURPOSE: 'its certificate is not meant for servers',
  PATH_LENGTH_EXCEEDED: 'its chain is longer than an authority in it allows',
  CERT_CHAIN_TOO_LONG: 'its chain of certificates is too long',
};
const HANDSHAKE: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/, 'it does not speak TLS on this port'],
  [/CERTIFICATE_REQUIRED/, 'it wants a certificate of whoever connects'],
  [
    /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/,
    'it speaks only versions of TLS that are too old or too new',
  ],
  [/UNRECOGNIZED_NAME/, 'it knows no such server name'],
  [
    /NO_SHARED_CIPHER|HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY/,
    'both sides found no common settings, or it wants a certificate of whoever connects',
  ],
  [/(EE|CA)_KEY_TOO_SMALL|MD_TOO_WEAK|DH_KEY_TOO_SMALL/, 'its keys or signatures are too weak'],
  [/INTERNAL_ERROR/, 'it says that it has an error of its own'],
];

export interface TlsTrouble {
  /** 'certificate': it is not accepted; 'client-certificate': it wants one of us; 'handshake': all else. */
  readonly kind: 'certificate' | 'client-certificate' | 'handshake';
  readonly code: string;
  readonly words: string;
}

/** Undefined: it has nothing to do with TLS. */
export function tlsTrouble(error: unknown): TlsTrouble | undefined {
  const code = codeOf(error);
  const certificate = certificateWords(code);
  if (certificate !== undefined) return { kind: 'certificate', code, words: certificate };
  const isTls = code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO';
  if (!isTls) return undefined;
  // Of EPROTO the reason stands in the message only.
  const reason = code === 'EPROTO' ? String((error as { readonly reason?: unknown; message?: unknown }).message) : code;
  const words = HANDSHAKE.find(([pattern]) => pattern.test(reason.toUpperCase().replaceAll(' ', '_')))?.[1];
  const kind = /CERTIFICATE_REQUIRED/i.test(reason.replaceAll(' ', '_')) ? 'client-certificate' : 'handshake';
  return { kind, code, words: words ?? 'no TLS connection came about' };
}

/** Undefined: the code is about no certificate. */
export function certificateWords(code: string): string | undefined {
  return CERTIFICATE[code];
}
