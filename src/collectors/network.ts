/** What goes through each network interface, and what is lost on it: /proc/net/dev of the host, see proc_pid_net(5). */
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, MachinePlaces, Measurement, WatchSpec } from '../core/plugin.ts';
import { type Counters, createCounters } from '../machine/counters.ts';
import { hostNetText } from '../machine/host-net.ts';

/** Interfaces measured at most, the first ones as the kernel lists them. */
export const MAX_INTERFACES = 32;

const RECEIVED = 'host.network.received';
const SENT = 'host.network.sent';
const ERRORS = 'host.network.errors';
const DROPS = 'host.network.drops';

/** Of fewer packets since the last reading a share says nothing: a handful that nobody wanted is 2% of them. */
const PACKETS_MIN = 1_000;
/** The machine with itself, with its containers and virtual machines; and what is sent through another interface once more. */
const UNREAL =
  /^(lo|veth|docker|br-|virbr|vnet|tap|ifb|dummy|cni|flannel|cali|cilium|lxc|lxd|kube|nodelocaldns|nerdctl|eni[0-9a-f]|azv|gke|br\d|vmbr|fw(br|pr|ln)|ovs-|sit|ip6tnl|tunl|gre|erspan|bonding_masters|podman)/;

/** Made by a program: an error of theirs is a peer that is away, and no cable. */
const TUNNEL = /^(wg|tun|tailscale|zt|utun|nebula|vti|ipsec|xfrm|vxlan|geneve|l2tp)/;

const COMMON = { by: 'interface', severity: 'warning', delivery: 'digest', rank: 3, clearAfterMs: 300_000 } as const;

const errors: WatchSpec = {
  ...COMMON,
  name: 'host.network.errors',
  detector: 'threshold',
  options: { series: ERRORS, statistic: 'sum', window: 600_000, above: 5, leave: 1 },
  title: 'Errors of a network interface',
  why: 'Packets arrive damaged or cannot be sent: a cable, a port of a switch, a driver. What is lost is sent again, which makes connections slow.',
  whatToDo:
    'See which errors they are: `ip -s -s link show INTERFACE` and `ethtool -S INTERFACE | grep -iE "err|crc|drop"`. See whether the link goes up and down: `dmesg -T | grep -i "link is" | tail`. Try another cable or port.',
};

const drops: WatchSpec = {
  ...COMMON,
  name: 'host.network.drops',
  detector: 'threshold',
  options: { series: DROPS, statistic: 'mean', window: 600_000, above: 0.02, leave: 0.01, unit: 'share' },
  title: 'Packets dropped by a network interface',
  why: 'The machine does not take its packets fast enough, or is sent many that it has no use for. What is lost is sent again, which makes connections slow.',
  whatToDo:
    'See whether packets are lost for lack of room: `ip -s -s link show INTERFACE` and `ethtool -S INTERFACE | grep -iE "drop|miss|fifo"`. Where the ring is full make it longer: `ethtool -g INTERFACE`. Where a processor has too much to do see the column %soft: `mpstat -P ALL 5 1`.',
};

export const collector: CollectorPlugin = {
  name: 'network',
  describe: 'Bytes, errors and dropped packets of every network interface but those of containers.',
  options: {},
  everyMs: 20_000,
  watches: [errors, drops],
  series: [
    { name: RECEIVED, unit: 'bytes-per-second', describe: 'received', by: 'interface' },
    { name: SENT, unit: 'bytes-per-second', describe: 'sent', by: 'interface' },
    {
      name: ERRORS,
      unit: 'count',
      describe: 'packets with errors since the last reading, tunnels left out',
      by: 'interface',
    },
    { name: DROPS, unit: 'share', describe: 'packets that were dropped, of 1,000 and more', by: 'interface' },
  ],
  compile: (_, places) => createNetworkReader(places, createCounters()),
};

export function createNetworkReader(
  places: Pick<MachinePlaces, 'proc'>,
  counters: Counters,
): { collect(): Promise<readonly Measurement[]> } {
  return {
    async collect() {
      const lines = (hostNetText(places, 'dev') ?? '').split('\n');
      const all = lines.flatMap((line) => interfaceOf(line) ?? []);
      const names = new Set(all.map(({ name }) => name));
      return all
        .filter(({ name }) => isReal(name, names))
        .slice(0, MAX_INTERFACES)
        .flatMap((one) => measure(one, counters));
    },
  };
}

interface Interface {
  readonly name: string;
  readonly now: Readonly<Record<'received' | 'sent' | 'packets' | 'errors' | 'drops', number>>;
}

/** Undefined: the line is none, or nothing ever went through it. */
function interfaceOf(line: string): Interface | undefined {
  // The first numbers may follow the colon without a space.
  const colon = line.lastIndexOf(':');
  const fields = line
    .slice(colon + 1)
    .trim()
    .split(/ +/)
    .map(Number);
  const [received = 0, inPackets = 0, inErrors = 0, inDrops = 0] = fields;
  const [sent = 0, outPackets = 0, outErrors = 0, outDrops] = fields.slice(8);
  const packets = inPackets + outPackets;
  if (colon < 1 || outDrops === undefined || !(packets > 0)) return undefined;
  const lost = { errors: inErrors + outErrors, drops: inDrops + outDrops };
  return { name: line.slice(0, colon).trim(), now: { received, sent, packets, ...lost } };
}

/** A VLAN (eth0.100) sends through its interface, which counts the same bytes. */
function isReal(name: string, names: ReadonlySet<string>): boolean {
  return !UNREAL.test(name) && !(name.includes('.') && names.has(name.slice(0, name.lastIndexOf('.'))));
}

function measure({ name, now }: Interface, counters: Counters): readonly Measurement[] {
  const grown = counters.grow(name, now);
  if (!grown) return [];
  const { by, seconds } = grown;
  const labels = { interface: name };
  const all = by.packets + by.drops;
  return [
    { series: seriesKey(RECEIVED, labels), value: by.received / seconds },
    { series: seriesKey(SENT, labels), value: by.sent / seconds },
    ...(TUNNEL.test(name) ? [] : [{ series: seriesKey(ERRORS, labels), value: by.errors }]),
    ...(all >= PACKETS_MIN ? [{ series: seriesKey(DROPS, labels), value: by.drops / all }] : []),
  ];
}
