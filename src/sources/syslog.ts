/** Lines from syslog senders, by UDP, TCP or a unix socket. */
import type { LineReader } from '../core/ports.ts';
import { createStreamReader } from './stream.ts';
import { addressText, type SyslogAddress } from './syslog-address.ts';
import { createSyslogServer } from './syslog-server.ts';
import { createUdpFeed } from './syslog-udp.ts';

/** Datagrams cannot be asked to wait, so more of them is held: at 20,000 lines a second, three seconds without Redis. */
const UDP_HOLD_BYTES = 16 * 1024 * 1024;
/** Connections are left alone beyond it, and their senders wait. */
const HOLD_BYTES = 2 * 1024 * 1024;

export function createSyslogReader(parts: { readonly source: string; readonly address: SyslogAddress }): LineReader {
  const { source, address } = parts;
  const name = addressText(address);
  if (address.protocol === 'udp') {
    const { host, port } = address;
    const createFeed = createUdpFeed({ name, host, port });
    return createStreamReader({ source, name, holdBytes: UDP_HOLD_BYTES, createFeed });
  }
  return createStreamReader({ source, name, holdBytes: HOLD_BYTES, createFeed: createSyslogServer(name, address) });
}
