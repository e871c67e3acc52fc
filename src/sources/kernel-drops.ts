/** How many datagrams the kernel dropped because a socket's buffer was full. Linux alone tells. */
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { endianness } from 'node:os';

/** Since the socket on this address was opened; 0 where nothing tells. */
export async function kernelDrops(host: string, port: number): Promise<number> {
  const table = await readFile(isIPv6(host) ? '/proc/net/udp6' : '/proc/net/udp', 'utf8').catch(() => '');
  return dropsIn(table, host, port);
}

/** The last column of the line whose local address is this one, in the kernel's own writing. */
export function dropsIn(table: string, host: string, port: number): number {
  const local = `${hexOf(host)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const fields = table.split('\n').map((line) => line.trim().split(/\s+/));
  return fields.filter((one) => one[1] === local).reduce((sum, one) => sum + Number(one.at(-1)), 0);
}

/** 127.0.0.1 is 0100007F: words of four bytes as the machine has them in memory. */
function hexOf(host: string): string {
  const bytes = isIPv6(host) ? bytesOfIPv6(host) : host.split('.').map(Number);
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.slice(4 * i, 4 * i + 4));
  const ordered = endianness() === 'LE' ? words.map((word) => word.toReversed()) : words;
  return ordered.flat().map(hexByte).join('').toUpperCase();
}

function bytesOfIPv6(host: string): number[] {
  // Also of ::ffff:192.0.2.1, which becomes ::ffff:c000:201.
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const words = (text: string | undefined) => (text ? text.split(':').map((word) => Number.parseInt(word, 16)) : []);
  const before = words(head);
  const after = words(tail);
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return all.flatMap((word) => [word >> 8, word & 0xff]);
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
