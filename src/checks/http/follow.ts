/** Asks, and follows redirects as far as is allowed. */
import type { SecureContext } from 'node:tls';
import type { CheckReading } from '../../core/check.ts';
import type { Trust } from '../network/trust.ts';
import { isRefusedAddress } from './addresses.ts';
import { type Answer, type Exchange, exchange, type Request } from './exchange.ts';
import { type Settings, shownUrl } from './settings.ts';
import { includesStatus } from './status-list.ts';

/** What came in the end; `refusal`: a redirect that was not followed. */
export interface Followed {
  readonly exchange: Exchange;
  /** Whom the last request went to. */
  readonly url: URL;
  readonly hops: number;
  /** Of all requests together. */
  readonly seconds: number;
  readonly refusal?: Refusal | undefined;
}

export type Refusal =
  | { readonly why: 'too-many' }
  | { readonly why: 'other-host' | 'link-local' | 'no-http'; readonly to: string };

const REDIRECTS = [301, 302, 303, 307, 308];

/** A reading where it is not known whom to trust. */
export async function follow(settings: Settings, trust: Trust, signal: AbortSignal): Promise<Followed | CheckReading> {
  let url = settings.url;
  for (let hops = 0, seconds = 0; ; hops += 1) {
    // Not before it is needed: to read whom to trust takes time.
    const needsTrust = settings.verify && url.protocol === 'https:';
    const trusted = needsTrust ? await trust.now() : { context: undefined };
    if ('said' in trusted) return trusted;
    const got = await exchange(requestOf(url, settings, trusted.context), signal);
    seconds += got.phases.whole / 1_000;
    const followed = { exchange: got, url, hops, seconds };
    const next = got.came.kind === 'answer' ? nextOf(got.came, url, settings) : undefined;
    if (next === undefined) return followed;
    const refusal = refusalOf(next, hops, settings);
    if (refusal) return { ...followed, refusal };
    url = next;
  }
}

function requestOf(url: URL, settings: Settings, trust: SecureContext | undefined): Request {
  const headers = isSameService(settings.url, url) ? settings.headers : {};
  return { url, method: settings.method, headers, trust, isLinkLocalAllowed: settings.linkLocal };
}

/** Undefined: it is no redirect, or one that is what was asked for. */
function nextOf({ status, headers }: Answer, from: URL, { statuses, redirects }: Settings): URL | undefined {
  if (redirects === 0 || includesStatus(statuses, status) || !REDIRECTS.includes(status)) return undefined;
  return URL.parse(headers.location ?? '', from.href) ?? undefined;
}

function refusalOf(next: URL, hops: number, settings: Settings): Refusal | undefined {
  const { url, redirects, otherHosts, linkLocal, secrets } = settings;
  if (!/^https?:$/.test(next.protocol)) return { why: 'no-http', to: next.protocol };
  if (!linkLocal && isRefusedAddress(next.hostname)) return { why: 'link-local', to: next.hostname };
  if (!otherHosts && next.hostname !== url.hostname) return { why: 'other-host', to: shownUrl(next, secrets) };
  return hops + 1 > redirects ? { why: 'too-many' } : undefined;
}

/** Password and headers go to whom they are meant for: the same origin, or the same host where it asks for TLS. */
function isSameService(first: URL, now: URL): boolean {
  const isUpgrade = first.protocol === 'http:' && now.protocol === 'https:' && first.port === '' && now.port === '';
  return first.origin === now.origin || (isUpgrade && first.hostname === now.hostname);
}
