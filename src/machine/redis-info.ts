/** Asks a Redis how it is doing: INFO over a socket of its own, in the protocol RESP2, bounded in time and in bytes. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { decodedPart } from './listed-urls.ts';

const ANSWER_WITHIN_MS = 2_000;
/** INFO has some 6 kB. */
const ANSWER_BYTES_MAX = 262_144;
const DEFAULT_PORT = 6_379;

/** Names to values as Redis writes them: 'used_memory' to '1048576'. */
export type RedisInfo = ReadonlyMap<string, string>;

/** url: redis:, rediss: or unix:. Rejects with what Redis said, or why it said nothing. */
export async function askRedisInfo(url: URL): Promise<RedisInfo> {
  const socket = open(url);
  const { promise, resolve, reject } = Promise.withResolvers<RedisInfo>();
  const timer = setTimeout(
    () => reject(new Error(`it did not answer within ${ANSWER_WITHIN_MS / 1_000} s`)),
    ANSWER_WITHIN_MS,
  );
  let answer = Buffer.alloc(0);
  socket
    .on('error', reject)
    .on('close', () => reject(new Error('it closed the connection')))
    .on('data', (piece: Buffer) => {
      answer = Buffer.concat([answer, piece]);
      const reply = readReplies(answer, isLoggedIn(url) ? 2 : 1);
      if (reply === undefined && answer.length > ANSWER_BYTES_MAX) reject(new Error('its answer is too long'));
      if (reply instanceof Error) reject(reply);
      else if (reply !== undefined) resolve(infoOf(reply));
    });
  socket.write(questions(url));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** 'host:port', or the path of its socket. */
export function redisPlace(url: URL): string {
  return url.protocol === 'unix:' ? decodedPart(url.pathname) : `${url.hostname}:${url.port || DEFAULT_PORT}`;
}

function open(url: URL): Socket {
  if (url.protocol === 'unix:') return connectPlain({ path: decodedPart(url.pathname) });
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1';
  const port = Number(url.port || DEFAULT_PORT);
  if (url.protocol !== 'rediss:') return connectPlain({ host, port });
  // An address is no server name.
  return connectTls({ host, port, ...(!/^[\d.]+$|:/.test(host) && { servername: host }) });
}

function isLoggedIn({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

function questions(url: URL): string {
  const { username, password } = url;
  const names = [username, password].filter((part, i) => i === 1 || part !== '').map(decodedPart);
  return `${isLoggedIn(url) ? command('AUTH', ...names) : ''}${command('INFO')}`;
}

function command(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** The last of so many replies; undefined while it is not whole; an Error for the first that is one. */
function readReplies(bytes: Buffer, count: number): string | Error | undefined {
  let at = 0;
  for (let left = count; ; left -= 1) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const line = bytes.toString('latin1', at, end);
    if (line.startsWith('-')) return new Error(line.slice(1, 200));
    if (!/^(\+.*|\$\d{1,9})$/.test(line)) return new Error('what answers is no Redis');
    at = end + 2;
    if (line.startsWith('+')) {
      if (left === 1) return line.slice(1);
      continue;
    }
    const length = Number(line.slice(1));
    if (bytes.length < at + length + 2) return undefined;
    if (left === 1) return bytes.toString('latin1', at, at + length);
    at += length + 2;
  }
}

function infoOf(text: string): RedisInfo {
  const lines = text.split(/\r?\n/).filter((line) => /^[a-z]\w*:/i.test(line));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
