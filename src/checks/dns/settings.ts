/** What a dns check asks and expects, from its options. */
import { isIP } from 'node:net';
import { UserError } from '../../core/errors.ts';
import type { Options } from '../../core/plugin.ts';
import { normalised, type RecordType } from './records.ts';

export interface Settings {
  readonly name: string;
  readonly type: RecordType;
  /** As Resolver.setServers takes it; undefined: the system's. */
  readonly server?: string | undefined;
  /** Normalised; empty: any answer is right. */
  readonly expected: readonly string[];
  readonly match: 'all' | 'any' | 'exactly';
  /** The answer of the first reading is the right one. */
  readonly isSame: boolean;
  readonly slowMs?: number | undefined;
}

/** Letters, digits, dashes, underscores: names of services too. */
const NAME = /^(?=.{1,253}\.?$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.?)+$/i;
const PORT_MAX = 65_535;
/** expect: same. */
const SAME = 'same';

/** Throws UserError. */
export function settingsOf(options: Options): Settings {
  const name = String(options.domain);
  if (!NAME.test(name) || isIP(name) !== 0)
    throw new UserError(
      'CONFIG',
      `domain is ${JSON.stringify(name)}; write a name to look up, such as shop.example.com`,
    );
  const type = options.type as RecordType;
  const expect = options.expect === undefined ? '' : String(options.expect).trim();
  const isSame = expect.toLowerCase() === SAME;
  return {
    ...{ name, type, isSame },
    server: options.server === undefined ? undefined : serverOf(String(options.server)),
    expected: isSame || expect === '' ? [] : listOf(expect, type),
    match: options.match as Settings['match'],
    slowMs: typeof options.slow === 'number' ? options.slow : undefined,
  };
}

/** Texts of TXT records may hold commas. */
function listOf(expect: string, type: RecordType): readonly string[] {
  const values = type === 'TXT' ? [expect] : expect.split(',').map((one) => one.trim());
  const wanted = { A: 4, AAAA: 6 }[type as string];
  const wrong = values.find((value) => value === '' || (wanted !== undefined && isIP(value) !== wanted));
  if (wrong !== undefined)
    throw new UserError(
      'CONFIG',
      `expect has ${JSON.stringify(wrong)}, which is no value of ${type} records; write a list such as ${EXAMPLES[type]}, or same`,
    );
  return values.map((value) => normalised(value, type));
}

const EXAMPLES: Readonly<Record<RecordType, string>> = {
  A: '192.0.2.10, 192.0.2.11',
  AAAA: '2001:db8::10, 2001:db8::11',
  CNAME: 'shop.example.net',
  MX: '10 mail.example.com, 20 mail2.example.com',
  TXT: 'v=spf1 -all',
  NS: 'ns1.example.net, ns2.example.net',
};

/** '192.0.2.53', '192.0.2.53:5353', '2001:db8::53', '[2001:db8::53]:5353'. */
function serverOf(text: string): string {
  if (isIP(text) !== 0) return text;
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const isAddress = isIP(six ?? '') === 6 || isIP(four ?? '') === 4;
  if (!isAddress || Number(port) < 1 || Number(port) > PORT_MAX)
    throw new UserError(
      'CONFIG',
      `server is ${JSON.stringify(text)}; write the address of a name server, such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53`,
    );
  return text;
}
