/** What an http check asks and expects, from its options. */
import { UserError } from '../../core/errors.ts';
import type { Options } from '../../core/plugin.ts';
import { redactSecrets, redactUrl } from '../../core/redact-url.ts';
import { isRefusedAddress } from './addresses.ts';
import { parseHeaders } from './headers.ts';
import { secretsOf } from './secrets.ts';
import { parseStatusList } from './status-list.ts';

export interface Settings {
  /** Without its user, which stands in the headers. */
  readonly url: URL;
  readonly method: 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly statuses: NonNullable<ReturnType<typeof parseStatusList>>;
  readonly contains?: string | undefined;
  readonly lacks?: string | undefined;
  readonly slowMs?: number | undefined;
  readonly redirects: number;
  readonly otherHosts: boolean;
  readonly linkLocal: boolean;
  readonly verify: boolean;
  /** File with authorities to trust. */
  readonly ca?: string | undefined;
  /** The address as people may see it. */
  readonly target: string;
  /** What must never be shown, however it comes back. */
  readonly secrets: readonly string[];
}

const SHOWN_CHARS = 120;

/** Throws UserError; an address that cannot be read is not quoted, since it may hold a password. */
export function settingsOf(options: Options): Settings {
  const given = parseUrl(String(options.url));
  const statuses = parseStatusList(String(options.status));
  if (statuses === undefined)
    throw new UserError(
      'CONFIG',
      `status is ${JSON.stringify(options.status)}; write statuses such as 200-299 or 200,301`,
    );
  const { contains, lacks, slow, ca } = options;
  const method = options.method === 'HEAD' ? 'HEAD' : 'GET';
  if (method === 'HEAD' && (contains !== undefined || lacks !== undefined))
    throw new UserError(
      'CONFIG',
      'an answer to HEAD has no content; leave out contains and lacks, or write method: GET',
    );
  const linkLocal = options.linkLocal === true;
  if (!linkLocal && isRefusedAddress(given.hostname))
    throw new UserError(
      'CONFIG',
      `url leads to the link-local address ${given.hostname}; write linkLocal: true if that is meant`,
    );
  const url = withoutUser(given);
  const headers = { ...userHeader(given), ...parseHeaders(text(options.headers) ?? '') };
  const secrets = secretsOf(given, headers);
  return {
    ...{ url, method, headers, secrets, statuses, linkLocal },
    contains: text(contains),
    lacks: text(lacks),
    slowMs: typeof slow === 'number' ? slow : undefined,
    redirects: Number(options.redirects),
    otherHosts: options.otherHosts === true,
    verify: options.verify !== false,
    ca: text(ca),
    target: shownUrl(url, secrets),
  };
}

/** The address without secrets, short enough for a subject. A redirect may hold what was sent. */
export function shownUrl(url: URL, secrets: readonly string[]): string {
  const shown = redactUrl(redactSecrets(url.href, secrets));
  return shown.length <= SHOWN_CHARS ? shown : `${shown.slice(0, SHOWN_CHARS - 1)}…`;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UserError('CONFIG', 'url is no address of HTTP; write one such as https://shop.example.com/health');
  url.hash = '';
  return url;
}

function withoutUser(given: URL): URL {
  const url = new URL(given);
  url.username = '';
  url.password = '';
  return url;
}

function userHeader({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new UserError('CONFIG', 'the user or password in url holds a % that begins no escape; write % as %25');
  }
}

function text(option: Options[string]): string | undefined {
  return option === undefined || option === '' ? undefined : String(option);
}
