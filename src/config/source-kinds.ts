/** What a source reads: files, standard input, a fifo, syslog or the journal. Exactly one of them. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { quoted, saying } from './said.ts';
import { text } from './words.ts';

/** The keys of a source that say what it reads. */
export const KINDS = ['files', 'stdin', 'fifo', 'syslog', 'journal'] as const;

/** Units and identifiers of one source. */
const MAX_JOURNAL_NAMES = 50;
const PORT_MAX = 65_535;
/** What the system takes as the path of a socket, less its end. */
const SOCKET_PATH_MAX = 107;

const path = text(4_096).refine((given) => given.startsWith('/'), saying('is no path; write all of it, from / on'));

const NO_UNIT = 'is neither a unit nor an identifier; write true for all, or one such as nginx.service or nginx';

/**
 * Never part of a command line that a shell reads, but it stands in one: letters that a unit's name can have. To YAML
 * `no` is a text.
 */
const journalName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9:_.@\\-]{0,127}$/, saying(NO_UNIT))
  .refine((given) => !/^(yes|no|on|off|true|false)$/i.test(given), saying(NO_UNIT));

const ADDRESSES = 'udp://127.0.0.1:5514, tcp://127.0.0.1:5514 or unix:///run/x.sock';

const noText = ({ input }: { readonly input?: unknown }) =>
  `${typeof input === 'object' ? 'It' : quoted(input)} is no text; write ${ADDRESSES}`;

const syslog = z.string({ error: noText }).transform((given, context) => {
  const address = readAddress(given);
  if (typeof address === 'object') return address;
  context.addIssue(`${quoted(given)} ${address}; write ${ADDRESSES}`);
  return z.NEVER;
});

/** Each optional; `exactlyOne` looks at them together. */
export const kindShape = {
  stdin: z.literal(true, 'It can only be true; leave it out to read something else').optional(),
  fifo: path.optional(),
  syslog: syslog.optional(),
  journal: z
    .preprocess(
      (given) => (typeof given === 'string' ? [given] : given === true ? [] : given),
      z
        .array(
          journalName,
          'It is neither true nor a list of units; write true for all, or [nginx.service]; leave it out to read something else',
        )
        .max(MAX_JOURNAL_NAMES, `There are more than ${MAX_JOURNAL_NAMES}`),
    )
    .optional(),
};

interface Kinds {
  readonly name: string;
  readonly files?: unknown;
  readonly stdin?: unknown;
  readonly fifo?: string | undefined;
  readonly syslog?: SyslogAddress | undefined;
  readonly journal?: unknown;
  readonly from?: unknown;
}

export type SyslogAddress =
  | { readonly protocol: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | { readonly protocol: 'unix'; readonly path: string };

/** What is wrong with a source as a whole, if anything. */
export function kindMistake(source: Kinds): string | undefined {
  const given = KINDS.filter((kind) => source[kind] !== undefined);
  if (given.length === 0) return `It says nothing to read; write files, or one of ${KINDS.slice(1).join(', ')}`;
  if (given.length > 1) return `It has ${given.join(' and ')}, but a source reads one; make a source of each`;
  if (source.from !== undefined && !['files', 'journal'].includes(given[0] ?? ''))
    return `There is no earlier line in ${given[0]}, so from says nothing; leave it out`;
  return undefined;
}

/** What only one source can read, by a key that is the same in two of them. */
export function exclusiveInput(source: Kinds): string | undefined {
  if (source.stdin !== undefined) return 'stdin';
  if (source.fifo !== undefined) return `fifo ${source.fifo}`;
  return source.syslog === undefined ? undefined : `syslog ${JSON.stringify(source.syslog)}`;
}

/** The address, or what is wrong with it. */
function readAddress(given: string): SyslogAddress | string {
  const [, protocol, rest = ''] = /^(udp|tcp|unix):\/\/(.*)$/s.exec(given) ?? [];
  if (protocol === undefined) return 'does not begin with udp://, tcp:// or unix://';
  if (protocol === 'unix') {
    if (!/^\/[^\0]/.test(rest)) return 'names no path behind unix://';
    return Buffer.byteLength(rest) > SOCKET_PATH_MAX
      ? `has a path of more than ${SOCKET_PATH_MAX} bytes`
      : { protocol, path: rest };
  }
  const [, bracketed, digits] = /^(\[[0-9A-Fa-f:.]+\]|[0-9.]+):(\d{1,5})$/.exec(rest) ?? [];
  const host = bracketed?.replace(/^\[|\]$/g, '') ?? '';
  const port = Number(digits);
  // A name would have to be looked up before the kernel can be asked what it dropped there.
  if (!isIP(host) || port < 1 || port > PORT_MAX) return 'names no IP address and port';
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', host, port };
}
