/** Where the linesman that runs on this machine is asked. */
import type { Config } from '../../config/config.ts';

/** What is listened on everywhere is asked here. */
export function serviceUrl({ host, port }: Config['http']): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
