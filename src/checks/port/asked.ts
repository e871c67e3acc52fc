/** What a check of a port is asked to look at, from its options. */
import { isIP } from 'node:net';
import { UserError } from '../../core/errors.ts';
import type { MachinePlaces, Options } from '../../core/plugin.ts';
import { hostPath } from '../../machine/host-path.ts';

/** Longest path of a unix socket (sun_path in unix(7), less the zero that ends it). */
const SOCKET_PATH_MAX = 107;
/** A datagram that fits into one packet on any way. */
const SEND_MAX = 1_200;
const HEX = /^hex:((?:[0-9a-f]{2})+)$/i;
/** Of a name as DNS allows it, with underscores, which some networks use. */
const HOST = /^[a-z0-9_]([a-z0-9_.-]{0,252})$/i;

export type Asked =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'udp'; readonly host: string; readonly port: number; readonly send: Buffer | undefined }
  /** `path` as it is reached from here, `shown` as the host calls it. */
  | { readonly kind: 'unix'; readonly path: string; readonly shown: string };

export function readAsked(options: Options, places: MachinePlaces): Asked {
  const host = String(options.host).trim();
  if (host.startsWith('unix:')) return unixSocket(host.slice('unix:'.length), options, places);
  const port = options.port;
  if (typeof port !== 'number')
    throw new UserError(
      'CONFIG',
      'option "port" is missing; write the number of the port, or a socket as host: unix:/run/app.sock',
    );
  if (isIP(host) === 0 && !HOST.test(host))
    throw new UserError(
      'CONFIG',
      `option "host" is ${JSON.stringify(host)}; write a name, an address or unix:/path, without a port or http://`,
    );
  if (options.protocol === 'udp') return { kind: 'udp', host, port, send: bytesOf(options.send) };
  if (options.send !== undefined)
    throw new UserError(
      'CONFIG',
      'option "send" is for protocol: udp; of TCP linesman only opens the connection, so leave it out',
    );
  return { kind: 'tcp', host, port };
}

/** As people write it: '127.0.0.1:3000', '[::1]:53/udp', '/run/php/php-fpm.sock'. */
export function targetOf(asked: Asked): string {
  if (asked.kind === 'unix') return asked.shown;
  const host = isIP(asked.host) === 6 ? `[${asked.host}]` : asked.host;
  return `${host}:${asked.port}${asked.kind === 'udp' ? '/udp' : ''}`;
}

function unixSocket(shown: string, options: Options, places: MachinePlaces): Asked {
  const path = hostPath(places, shown);
  if (!shown.startsWith('/') || Buffer.byteLength(path) > SOCKET_PATH_MAX)
    throw new UserError(
      'CONFIG',
      `option "host" is ${JSON.stringify(`unix:${shown}`)}; write unix: and a full path of at most ${SOCKET_PATH_MAX} bytes, such as unix:/run/php/php-fpm.sock`,
    );
  for (const name of ['port', 'send'] as const)
    if (options[name] !== undefined)
      throw new UserError('CONFIG', `option "${name}" does not go with a unix socket; leave it out`);
  if (options.protocol === 'udp')
    throw new UserError('CONFIG', 'option "protocol" is udp, which a unix socket does not speak; leave it out');
  return { kind: 'unix', path, shown };
}

function bytesOf(send: unknown): Buffer | undefined {
  if (send === undefined) return undefined;
  const text = String(send);
  const hex = HEX.exec(text)?.[1];
  if (hex === undefined && text.startsWith('hex:'))
    throw new UserError('CONFIG', `option "send" is ${JSON.stringify(text)}; after hex: write pairs of 0-9 and a-f`);
  const bytes = hex === undefined ? Buffer.from(text) : Buffer.from(hex, 'hex');
  if (bytes.length === 0 || bytes.length > SEND_MAX)
    throw new UserError('CONFIG', `option "send" has ${bytes.length} bytes; write 1 to ${SEND_MAX}`);
  return bytes;
}
