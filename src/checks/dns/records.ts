/** Records as texts that can be compared and shown. */

import type { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';

export const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS'] as const;
export type RecordType = (typeof TYPES)[number];

/** More of one answer are not looked at; what a packet holds is a thousand. */
const RECORDS_MAX = 100;
const RECORD_CHARS = 500;

/** Sorted: servers turn the order at each answer. Rejects as the resolver does. */
export async function askRecords(resolver: Resolver, name: string, type: RecordType): Promise<readonly string[]> {
  const texts = await textsOf(resolver, name, type);
  const records = texts.slice(0, RECORDS_MAX).map((text) => normalised(text.slice(0, RECORD_CHARS), type));
  return [...new Set(records)].sort();
}

async function textsOf(resolver: Resolver, name: string, type: RecordType): Promise<readonly string[]> {
  switch (type) {
    case 'A':
      return await resolver.resolve4(name);
    case 'AAAA':
      return await resolver.resolve6(name);
    case 'CNAME':
      return await resolver.resolveCname(name);
    case 'NS':
      return await resolver.resolveNs(name);
    case 'TXT':
      // One text may come in pieces of 255 bytes.
      return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''));
    case 'MX':
      return (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${exchange || '.'}`);
  }
}

/** One thing has one text: small letters, no dot at the end, addresses as short as they can be. */
export function normalised(text: string, type: RecordType): string {
  if (type === 'TXT') return text;
  if (isIPv6(text)) return new URL(`http://[${text}]`).hostname.slice(1, -1);
  const small = text.toLowerCase().replace(/\s+/g, ' ');
  return small.length > 1 && !small.endsWith(' .') ? small.replace(/\.$/, '') : small;
}

/** '10 mail.example.com' is what is expected by 'mail.example.com' too. */
export function isRecord(record: string, expected: string): boolean {
  return record === expected || (/^\d+ /.test(record) && record.replace(/^\d+ /, '') === expected);
}
