/** A connection that is kept: it reconnects for ever, and says when there is trouble and when it is over. */
import { Redis, type RedisOptions } from 'ioredis';
import { UserError } from '../core/errors.ts';

const COMMAND_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const RETRY_STEP_MS = 50;
const RETRY_MAX_MS = 1_000;
const SCHEMES = ['redis:', 'rediss:', 'unix:'];

/** What connectRedis gives, for those who only hand it on. */
export type RedisConnection = Redis;

/** Where Redis is and who asks: the part of ioredis' options that an address gives. */
export interface RedisAddress {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly servername: string };
}

/** Options of a Redis address. Throws UserError('REDIS_URL'); the message never holds the password. */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol)) throw badUrl(text, 'it does not begin so');
  const credentials = {
    ...(url.username === '' ? {} : { username: decoded(text, url.username) }),
    ...(url.password === '' ? {} : { password: decoded(text, url.password) }),
  };
  if (url.protocol === 'unix:') {
    if (url.host !== '' || url.pathname.length < 2) throw badUrl(text, 'a socket needs three slashes and its path');
    return {
      ...socketCredentials(url.searchParams),
      path: decoded(text, url.pathname),
      db: database(text, url.searchParams.get('db') ?? ''),
    };
  }
  if (url.hostname === '') throw badUrl(text, 'the host is missing');
  return {
    ...credentials,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    db: database(text, url.pathname.slice(1)),
    ...(url.protocol === 'rediss:' ? { tls: { servername: url.hostname } } : {}),
  };
}

/** The caller ends it by `disconnect()`. Commands wait at most 5 s for a reply; a sent one is never sent again by itself. */
export function connectRedis(parts: {
  readonly url: string;
  readonly onTrouble: (message: string) => void;
  readonly onOk: () => void;
}): Redis {
  const options = {
    ...parseRedisUrl(parts.url),
    commandTimeout: COMMAND_TIMEOUT_MS,
    // A peer that vanished without a word (its machine died, a NAT forgot us) closes nothing: the kernel would send again
    // for a quarter of an hour. A new connection is tried instead.
    socketTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // A command whose reply was lost may have been done: only the store knows how to ask again.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * RETRY_STEP_MS, RETRY_MAX_MS),
  } satisfies RedisOptions;
  const redis = new Redis(options);
  const at = describeUrl(parts.url);
  redis.on('error', (error: Error) => parts.onTrouble(`Redis at ${at} is not usable: ${error.message}`));
  redis.on('close', () => parts.onTrouble(`Redis at ${at} is not connected; trying again.`));
  redis.on('ready', () => parts.onOk());
  return redis;
}

/** The address without user, password or parameters, for messages. */
export function describeUrl(text: string): string {
  if (!URL.canParse(text)) return 'a malformed address';
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** The address of a socket at this absolute path, whatever letters are in it; parseRedisUrl gives the path back. */
export function socketUrl(path: string): string {
  return `unix://${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** An address without a host has no place for a user before it: `unix:///path?username=…&password=…`. */
function socketCredentials(parameters: URLSearchParams): Pick<RedisAddress, 'username' | 'password'> {
  const username = parameters.get('username');
  const password = parameters.get('password');
  return { ...(username === null ? {} : { username }), ...(password === null ? {} : { password }) };
}

function database(text: string, name: string): number {
  if (!/^\d{0,4}$/.test(name)) throw badUrl(text, `the database is ${JSON.stringify(name)}, and must be a number`);
  return Number(name);
}

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badUrl(text, 'a % in it is not followed by two hexadecimal digits');
  }
}

function badUrl(text: string, why: string): UserError {
  const shown = URL.canParse(text) ? `${JSON.stringify(describeUrl(text))} (password left out)` : 'not an address';
  return new UserError(
    'REDIS_URL',
    `REDIS_URL is ${shown}: ${why}. Write redis://[user:password@]host[:port][/database], rediss://… for TLS, or unix:///path/to/socket[?password=…&db=…].`,
  );
}
