/** Other programs that read logs, each asked for the nearest to what linesman does with them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from './timed.ts';

export interface Peer {
  readonly name: string;
  /** What it was asked for. */
  readonly does: string;
  /** It is so fast that it gets as many lines as linesman; the others get fewer. */
  readonly isFast?: boolean;
  /** Words of the command; what it needs beside the log is written into the folder. */
  command(log: string, folder: string): readonly string[];
  /** The same for a log that goes on, until it is ended. */
  follow?(log: string, folder: string): readonly string[];
}

export type Follower = Peer & Required<Pick<Peer, 'follow'>>;

const MTAIL = String.raw`counter requests by status
counter paths by path
histogram request_time buckets 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60
/^\S+ \S+ \S+ \[[^\]]+\] "\S+ (?P<path>[^ ?"]+)[^"]*" (?P<status>\d{3}) \S+ "[^"]*" "[^"]*" rt=(?P<time>\d+\.\d+)/ {
  requests[$status]++
  paths[$path]++
  request_time = $time
}
`;

const FLUENT_BIT = String.raw`[PARSER]
    Name timed
    Format regex
    Regex ^(?<client>\S+) \S+ (?<user>\S+) \[(?<time>[^\]]+)\] "(?<method>\S+) (?<path>[^ "]+)[^"]*" (?<status>\d{3}) (?<bytes>\S+) "(?<referer>[^"]*)" "(?<agent>[^"]*)" rt=(?<request_time>[\d.]+)
    Time_Key time
    Time_Format %d/%b/%Y:%H:%M:%S %z
`;

const GOACCESS_FORMAT = '%h %^[%d:%t %^] "%r" %s %b "%R" "%u" rt=%T %^';
const LNAV_QUESTION = ';SELECT sc_status, count(*), sum(sc_bytes) FROM access_log GROUP BY sc_status';

const PEERS: readonly Peer[] = [
  { name: 'wc -l', does: 'counts LFs', isFast: true, command: (log) => ['wc', '-l', log] },
  {
    name: 'grep -c',
    does: 'counts lines with " 502 "',
    isFast: true,
    command: (log) => ['grep', '-c', ' 502 ', log],
  },
  {
    name: 'goaccess',
    does: 'all its panels as JSON, request time too',
    command: (log, folder) => [
      ...['goaccess', log, `--log-format=${GOACCESS_FORMAT}`, '--date-format=%d/%b/%Y', '--time-format=%T'],
      ...['--no-global-config', '--no-progress', '-o', join(folder, 'goaccess.json')],
    ],
  },
  {
    name: 'mtail',
    does: 'one expression; counts by status and path, histogram of request time',
    command: (log, folder) => [
      ...['mtail', '--one_shot', '--logs', log, '--progs', written(folder, 'bench.mtail', MTAIL)],
      ...['--log_dir', folder],
    ],
    follow: (log, folder) => [
      ...['mtail', '--logs', log, '--progs', written(folder, 'bench.mtail', MTAIL), '--log_dir', folder],
      ...['--address', '127.0.0.1', '--port', '0'],
    ],
  },
  {
    name: 'lnav',
    does: 'indexes; counts and bytes by status in SQL, no request time',
    command: (log, folder) => ['env', `HOME=${folder}`, 'lnav', '-n', '-c', LNAV_QUESTION, log],
  },
  {
    name: 'fluent-bit',
    does: 'one expression, no counts, output thrown away',
    command: (log, folder) => fluentBit(log, folder, ['-p', 'read_from_head=on', '-p', 'exit_on_eof=on']),
    follow: (log, folder) => fluentBit(log, folder, []),
  },
];

export function installedPeers(): readonly Peer[] {
  return PEERS.filter(({ name }) => isInstalled(name.split(' ')[0] ?? ''));
}

export function installedFollowers(): readonly Follower[] {
  return installedPeers().flatMap((peer) => (peer.follow === undefined ? [] : { ...peer, follow: peer.follow }));
}

function fluentBit(log: string, folder: string, more: readonly string[]): readonly string[] {
  const parsers = written(folder, 'parsers.conf', FLUENT_BIT);
  const input = ['-i', 'tail', '-p', `path=${log}`, '-p', 'parser=timed', ...more];
  return ['fluent-bit', '-q', '-R', parsers, ...input, '-o', 'null', '-m', '*'];
}

function written(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
