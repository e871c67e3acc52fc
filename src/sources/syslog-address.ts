/** Where syslog is received. */

export type SyslogAddress =
  | { readonly protocol: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | { readonly protocol: 'unix'; readonly path: string };

/** As it is written in linesman.yaml. */
export function addressText(address: SyslogAddress): string {
  if (address.protocol === 'unix') return `unix://${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${address.protocol}://${host}:${address.port}`;
}
