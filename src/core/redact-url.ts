/** Takes passwords and tokens out of addresses, and out of texts that may quote them, before anybody is shown them. */
import { escapeHtml } from './render/sanitise.ts';

const MASK = '***';
/** An address in a text, up to what ends it there. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>]*/gi;
/** `user:password@`: a password may hold an @, a slash or a question mark that nobody escaped, so it ends at the last @. */
const USER = /^([a-z0-9+.-]+:\/\/)(.*)@/i;
/** A host without a port, and a path: an @ behind them, as in /@vite/client, ends no password, since a user without one is followed by it. */
const HOST_AND_PATH = /^[a-z0-9+.-]+:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])\//i;
/** One `name=value` of a query or fragment, of an address or of a path alone. */
const PARAMETER = /([?&;#])([^\s"'<>&;#=?]{1,200})=([^\s"'<>&;#]*)/g;
const SECRET_NAME =
  /pass|pwd|secret|token|key|sig|auth|session|sid$|cred|jwt|bearer|code$|hash|hmac|otp|^(pw|user(name)?|login|email|state|nonce)$/i;
/** Longer than what people write, in letters that random bytes are written in: whatever its name, it may open something. */
const RANDOM_VALUE = /^[A-Za-z0-9+/_=.~-]{21,}$/;
/** Of a path the same, but words joined by dashes are no secret: a run of both letters and digits, as in the addresses of webhooks. */
const LONG_RUN = /[A-Za-z0-9]{16,}/g;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The text with what may be secret in the addresses in it as ***: user and password, tokens in query and path. */
export function redactUrl(text: string): string {
  return text
    .replace(ADDRESS, (address) => withoutRandomPieces(withoutUser(address)))
    .replace(PARAMETER, (_, before: string, name: string, value: string) => {
      const isSecret = SECRET_NAME.test(decoded(name)) || RANDOM_VALUE.test(decoded(value));
      return `${before}${name}=${isSecret && value !== '' ? MASK : value}`;
    });
}

/** The text with these secrets as ***, also as they stand in addresses, headers, JSON and HTML. What others wrote may quote what they were sent. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.flatMap(writtenAs).filter((form) => form !== ''));
  // A secret may hold another one: the long one first.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((rest, form) => rest.replaceAll(form, MASK), text);
}

function withoutUser(address: string): string {
  return HOST_AND_PATH.test(address) ? address : address.replace(USER, `$1${MASK}@`);
}

function withoutRandomPieces(address: string): string {
  const [, start = '', path = '', rest = ''] = /^([^/]*\/\/[^/?#]*)([^?#]*)(.*)$/s.exec(address) ?? [];
  const shown = path.split('/').map((piece) => (isRandom(piece) ? MASK : piece));
  return `${start}${shown.join('/')}${rest}`;
}

function isRandom(piece: string): boolean {
  const runs = piece.match(LONG_RUN) ?? [];
  return UUID.test(piece) || runs.some((run) => /[A-Za-z]/.test(run) && /\d/.test(run));
}

function writtenAs(secret: string): readonly string[] {
  return [
    secret,
    encoded(secret),
    Buffer.from(secret).toString('base64'),
    JSON.stringify(secret).slice(1, -1),
    escapeHtml(secret),
  ];
}

/** Half a surrogate pair cannot be encoded. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
