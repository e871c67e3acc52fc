/** Which sockets of this machine wait for others, from /proc/net, and what process holds them. */
import { readdirSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type { MachinePlaces } from '../core/plugin.ts';
import { type Process, processesOf, readProcess } from './processes.ts';
import { readText } from './read-text.ts';

/** Bytes read of one table, some 1,700 sockets: in that of TCP those that listen stand before all others. */
const TABLE_BYTES = 262_144;
/** We connect from our own network, whosever processes are looked at. */
const OWN_NETWORK = '/proc/self/net';
/** Descriptors looked at of one process: servers listen before they serve, so these have low numbers. */
const DESCRIPTORS = 1_024;
/** Processes looked at in one turn of the event loop. */
const PROCESSES_A_TURN = 50;
/** States in the tables: TCP_LISTEN, and for UDP TCP_CLOSE, which is a socket that is not connected (net/tcp_states.h). */
const WAITING = { tcp: '0A', udp: '07' };
/** Flag of a unix socket that listens (SO_ACCEPTCON, net/unix/af_unix.c). */
const ACCEPTS = 0x10000;

export interface Listener {
  /** '0.0.0.0' and '::' are all addresses. Of a unix socket its path. */
  readonly address: string;
  readonly port: number;
  /** Connections that the kernel made and the program has not taken yet; 0 for UDP and unix sockets. */
  readonly waiting: number;
  readonly inode: number;
}

/** Of the network that we are in ourselves; empty where a table is missing, as that of IPv6 may be. */
export function readListeners(protocol: 'tcp' | 'udp'): readonly Listener[] {
  return [protocol, `${protocol}6`].flatMap((table) =>
    readLines(`${OWN_NETWORK}/${table}`)
      .filter((line) => line.trim().split(/\s+/)[3] === WAITING[protocol])
      .map(inetListener),
  );
}

/** Unix sockets that listen, by their path as the program that made them calls it. */
export function readUnixListeners(): readonly Listener[] {
  return readLines(`${OWN_NETWORK}/unix`).flatMap((line) => {
    // Num RefCount Protocol Flags Type St Inode Path
    const [, , , flags = '', , , inode, ...path] = line.trim().split(/\s+/);
    if ((Number.parseInt(flags, 16) & ACCEPTS) === 0 || path.length === 0) return [];
    return [{ address: path.join(' '), port: 0, waiting: 0, inode: Number(inode) }];
  });
}

/** Whole lines, without the head of the table. */
function readLines(path: string): readonly string[] {
  return (readText(path, TABLE_BYTES) ?? '').split('\n').slice(1, -1);
}

/** sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode */
function inetListener(line: string): Listener {
  const [, local = '', , , queues = '', , , , , inode] = line.trim().split(/\s+/);
  const [address = '', port = ''] = local.split(':');
  return {
    address: addressOf(address),
    port: Number.parseInt(port, 16),
    waiting: Number.parseInt(queues.split(':')[1] ?? '0', 16),
    inode: Number(inode),
  };
}

/** An IPv4 address as one of IPv6 (RFC 4291, 2.5.5.2), words of 32 bits in the order of the file. */
const MAPPED = `${'0'.repeat(16)}${endianness() === 'LE' ? 'FFFF0000' : '0000FFFF'}`;

/** Words of 32 bits in the machine's own order. */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  if (bytes.length === 4) return [...bytes].join('.');
  // Java listens on 127.0.0.1 like this.
  if (hex.startsWith(MAPPED)) return [...bytes.subarray(12)].join('.');
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

export interface Owners {
  readonly processes: readonly Process[];
  /** Some processes did not show their descriptors to us: those of other users, when we are not root. */
  readonly isPartial: boolean;
}

/** Who holds one of these sockets. Walks over the descriptors of all processes that `isLikely` names, and gives way in between. */
export async function findOwners(
  places: MachinePlaces,
  inodes: readonly number[],
  isLikely: (process: Process) => boolean = () => true,
): Promise<Owners> {
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`));
  const processes: Process[] = [];
  let isPartial = false;
  const likely = processesOf(places).list().filter(isLikely);
  for (const [index, { pid }] of likely.entries()) {
    if (index % PROCESSES_A_TURN === PROCESSES_A_TURN - 1) await turn();
    const held = holds(`${places.proc}/${pid}/fd`, links);
    // Read anew: what is known of it may be old.
    const process = held ? readProcess(places.proc, pid) : undefined;
    if (process !== undefined && isLikely(process)) processes.push(process);
    isPartial ||= held === undefined;
  }
  return { processes, isPartial };
}

/** Undefined: not permitted to look. */
function holds(folder: string, links: ReadonlySet<string>): boolean | undefined {
  try {
    return readdirSync(folder)
      .slice(0, DESCRIPTORS)
      .some((name) => links.has(linkOf(`${folder}/${name}`)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? undefined : false;
  }
}

/** Empty: closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
