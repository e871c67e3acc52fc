/** How connections fare: sent again, refused, broken off, not taken in time; and the table that the firewall keeps of them. */
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { type Counters, createCounters } from '../machine/counters.ts';
import { hostNetText, netTable } from '../machine/host-net.ts';
import { readText } from '../machine/read-text.ts';

const ESTABLISHED = 'host.tcp.established';
const SENT_AGAIN = 'host.tcp.retransmitted';
const FAILED = 'host.tcp.failed';
const RESETS = 'host.tcp.resets';
const RESETS_SENT = 'host.tcp.refused';
const OVERFLOWS = 'host.tcp.overflows';
const NOT_TAKEN = 'host.tcp.drops';
const CONNTRACK = 'host.conntrack.used';

/** Of fewer segments since the last reading a share says nothing. */
const SEGMENTS_MIN = 100;

const COMMON = { severity: 'warning', delivery: 'digest', rank: 3 } as const;

const overflow: WatchSpec = {
  ...COMMON,
  name: 'host.tcp.overflow',
  detector: 'threshold',
  options: { series: OVERFLOWS, statistic: 'sum', window: 300_000, above: 10, leave: 1 },
  clearAfterMs: 300_000,
  title: 'Connections that no program took in time',
  why: 'A program takes new connections slower than they come, so its queue is full and the machine drops them. Clients wait a second or more, or give up.',
  whatToDo:
    "Find whose queue is full, Recv-Q near Send-Q: `ss -ltn`. See whether that program is stuck or has too few workers. A longer queue helps against short bursts: `sysctl net.core.somaxconn` and the program's own setting (`backlog=` of listen in nginx).",
};

const resets: WatchSpec = {
  ...COMMON,
  name: 'host.tcp.resets',
  detector: 'level',
  options: {
    ...{ series: RESETS, statistic: 'mean', step: 60_000, side: 'high', transform: 'log1p' },
    ...{ minTimes: 10, minChange: 5, score: 6, unit: 'per-second' },
  },
  clearAfterMs: 300_000,
  title: 'Connections that were broken off',
  why: 'Ten times as many connections as usual end by a reset: a program that crashes or is restarted with clients on it, a firewall or load balancer that forgets them, or a peer that gives up.',
  whatToDo:
    'See which connections there are, and to whom: `ss -tn state established | awk \'{print $4}\' | sort | uniq -c | sort -n | tail`. See the counters: `nstat -az TcpEstabResets TcpOutRsts TcpExtTCPAbortOnTimeout TcpExtTCPAbortOnData`. See whether a program was restarted: `journalctl --since "-10 min" -p warning`.',
};

const conntrackFull: WatchSpec = {
  ...COMMON,
  name: 'host.conntrack.full',
  detector: 'threshold',
  options: { series: CONNTRACK, statistic: 'mean', window: 120_000, above: 80, leave: 70, unit: 'percent' },
  clearAfterMs: 60_000,
  title: 'Table of connections of the firewall',
  why: 'When it is full the machine drops packets of new connections, of everything that it serves: "nf_conntrack: table full, dropping packet".',
  whatToDo:
    'See how many there are: `sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max`. Find who has most: `conntrack -L | grep -o "src=[^ ]*" | sort | uniq -c | sort -n | tail`. To allow more: `sysctl -w net.netfilter.nf_conntrack_max=524288`; each takes about 300 bytes.',
};

const conntrackFill: WatchSpec = {
  ...COMMON,
  name: 'host.conntrack.fill',
  detector: 'fill',
  options: { series: CONNTRACK, full: 100, within: 86_400_000, urgent: 14_400_000, minRise: 5, unit: 'percent' },
  clearAfterMs: 600_000,
  title: 'Table of connections that fills up',
  why: 'At the pace of the last hours the table of the firewall is full within a day. Then packets of new connections are dropped.',
  whatToDo: conntrackFull.whatToDo,
};

export const collector: CollectorPlugin = {
  name: 'tcp',
  describe: 'Connections of this machine: open ones, broken ones, and those that no program took in time.',
  options: {},
  everyMs: 20_000,
  watches: [overflow, resets, conntrackFull, conntrackFill],
  series: [
    { name: ESTABLISHED, unit: 'count', describe: 'open connections' },
    { name: SENT_AGAIN, unit: 'share', describe: 'segments that had to be sent again, of 100 and more' },
    { name: FAILED, unit: 'per-second', describe: 'connections that could not be made' },
    { name: RESETS, unit: 'per-second', describe: 'open connections that were broken off' },
    { name: RESETS_SENT, unit: 'per-second', describe: 'resets sent: what came had no use here' },
    { name: OVERFLOWS, unit: 'count', describe: 'connections lost in full queues since the last reading' },
    { name: NOT_TAKEN, unit: 'count', describe: 'the same, and those lost for other reasons' },
    { name: CONNTRACK, unit: 'percent', describe: "used share of the firewall's table of connections" },
  ],
  compile: (_, places) => createTcpReader(places, createCounters()),
};

export function createTcpReader(
  places: Pick<MachinePlaces, 'proc'>,
  counters: Counters,
): { collect(): Promise<readonly Measurement[]> } {
  return { collect: async () => [...segments(places, counters), ...queues(places, counters), ...conntrack(places)] };
}

/** Counters of RFC 4022 (tcp MIB). */
function segments(places: Pick<MachinePlaces, 'proc'>, counters: Counters): readonly Measurement[] {
  const table = netTable(hostNetText(places, 'snmp') ?? '');
  const established = table.get('Tcp.CurrEstab');
  if (established === undefined) return [];
  const open = { series: ESTABLISHED, value: established };
  const grown = counters.grow('snmp', {
    sent: table.get('Tcp.OutSegs') ?? Number.NaN,
    again: table.get('Tcp.RetransSegs') ?? Number.NaN,
    failed: table.get('Tcp.AttemptFails') ?? Number.NaN,
    resets: table.get('Tcp.EstabResets') ?? Number.NaN,
    refused: table.get('Tcp.OutRsts') ?? Number.NaN,
  });
  if (!grown) return [open];
  const { by, seconds } = grown;
  // OutSegs has no segments that are sent again in it.
  const all = by.sent + by.again;
  return [
    open,
    ...(all >= SEGMENTS_MIN ? [{ series: SENT_AGAIN, value: by.again / all }] : []),
    { series: FAILED, value: by.failed / seconds },
    { series: RESETS, value: by.resets / seconds },
    { series: RESETS_SENT, value: by.refused / seconds },
  ];
}

function queues(places: Pick<MachinePlaces, 'proc'>, counters: Counters): readonly Measurement[] {
  const table = netTable(hostNetText(places, 'netstat') ?? '');
  const grown = counters.grow('netstat', {
    overflows: table.get('TcpExt.ListenOverflows') ?? Number.NaN,
    drops: table.get('TcpExt.ListenDrops') ?? Number.NaN,
  });
  if (!grown) return [];
  return [
    { series: OVERFLOWS, value: grown.by.overflows },
    { series: NOT_TAKEN, value: grown.by.drops },
  ];
}

/**
 * The count below /proc/sys is that of whoever reads it, so in a container it is not the host's. That of the host stands
 * in stat/nf_conntrack, first column, in hex, which most kernels no longer have.
 */
function conntrack(places: Pick<MachinePlaces, 'proc'>): readonly Measurement[] {
  const folder = `${places.proc}/sys/net/netfilter`;
  const most = numberIn(`${folder}/nf_conntrack_max`);
  const [, first = ''] = (hostNetText(places, 'stat/nf_conntrack') ?? '').split('\n');
  const listed = /^[0-9a-f]{1,8}\b/.exec(first)?.[0];
  const own = places.proc === '/proc' ? numberIn(`${folder}/nf_conntrack_count`) : undefined;
  const count = listed === undefined ? own : Number.parseInt(listed, 16);
  if (count === undefined || most === undefined || most === 0) return [];
  return [{ series: CONNTRACK, value: (count / most) * 100 }];
}

function numberIn(path: string): number | undefined {
  const text = readText(path, 100)?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
