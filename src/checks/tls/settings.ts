/** What a tls check looks at, from its options. */
import { UserError } from '../../core/errors.ts';
import type { Options } from '../../core/plugin.ts';
import type { Limits } from './dates.ts';
import type { Server } from './handshake.ts';
import type { Protocol } from './start-tls.ts';

export interface Settings extends Server, Limits {
  readonly verify: boolean;
  readonly ca?: string | undefined;
  /** 'shop.example.com:443'. */
  readonly target: string;
}

const NAME = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?\.?$/;
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

/** Throws UserError. */
export function settingsOf(options: Options): Settings {
  const host = hostOf('host', String(options.host));
  const port = Number(options.port);
  const serverName = options.serverName === undefined ? host : hostOf('serverName', String(options.serverName));
  const { warn, critical } = options;
  if (typeof warn === 'number' && typeof critical === 'number' && critical > warn)
    throw new UserError(
      'CONFIG',
      'critical is longer than warn; give a shorter one, such as warn: 21d and critical: 7d',
    );
  return {
    ...{ host, port, serverName },
    startTls: options.startTls as Protocol | undefined,
    warnMs: typeof warn === 'number' ? warn : undefined,
    criticalMs: typeof critical === 'number' ? critical : undefined,
    verify: options.verify !== false,
    ca: options.ca === undefined ? undefined : String(options.ca),
    target: `${host.includes(':') ? `[${host}]` : host}:${port}`,
  };
}

function hostOf(option: string, text: string): string {
  const host = text.replace(/^\[(.*)\]$/, '$1');
  if (NAME.test(host) || IPV6.test(host)) return host;
  throw new UserError(
    'CONFIG',
    `${option} is no name or address of a server; write one such as shop.example.com, without https:// and port`,
  );
}
