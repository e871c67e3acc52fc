/** How each Redis that is named is doing by its own account: memory, clients, saving, replication. */
import { messageOf } from '../core/errors.ts';
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, Measurement, WatchSpec } from '../core/plugin.ts';
import { redactSecrets } from '../core/redact-url.ts';
import { type Counters, createCounters } from '../machine/counters.ts';
import { decodedPart, listedUrls } from '../machine/listed-urls.ts';
import { askRedisInfo, type RedisInfo, redisPlace } from '../machine/redis-info.ts';

const ANSWERED = 'redis.answered';
const MEMORY = 'redis.memory';
const MEMORY_USED = 'redis.memory.used';
const CLIENTS = 'redis.clients';
const CLIENTS_USED = 'redis.clients.used';
const BLOCKED = 'redis.clients.blocked';
const OPERATIONS = 'redis.operations';
const EVICTED = 'redis.evicted';
const REJECTED = 'redis.rejected';
const SAVE_FAILED = 'redis.save.failed';
const LINK_DOWN = 'redis.replication.down';

const EXAMPLE = 'redis://127.0.0.1:6379';
/** Of what Redis says. */
const WORDS_CHARS = 100;

const COMMON = { by: 'server', severity: 'warning', delivery: 'digest', rank: 3, clearAfterMs: 300_000 } as const;
const WINDOW = { window: 300_000 } as const;

const memoryFull: WatchSpec = {
  ...COMMON,
  name: 'redis.memory.full',
  detector: 'threshold',
  options: { ...WINDOW, series: MEMORY_USED, statistic: 'mean', above: 90, leave: 80, unit: 'percent' },
  title: 'Memory of Redis',
  why: 'This Redis may drop nothing (maxmemory-policy noeviction). When its memory is used up it refuses every write: "OOM command not allowed".',
  whatToDo:
    'See what it holds: `redis-cli INFO memory` and `redis-cli --bigkeys`. Let keys expire that nobody needs for ever, or allow more: `redis-cli CONFIG SET maxmemory 2gb`, if the machine has it (`free -m`).',
};

const memoryFill: WatchSpec = {
  ...COMMON,
  name: 'redis.memory.fill',
  detector: 'fill',
  options: { series: MEMORY_USED, full: 100, within: 86_400_000, urgent: 14_400_000, minRise: 5, unit: 'percent' },
  clearAfterMs: 600_000,
  title: 'Memory of Redis that fills up',
  why: 'At the pace of the last hours its memory is used up within a day. This Redis may drop nothing (maxmemory-policy noeviction), and refuses every write then: "OOM command not allowed".',
  whatToDo:
    'See what grows, now and again in ten minutes: `redis-cli --bigkeys` and `redis-cli INFO keyspace` (expires are the keys that end by themselves). Let keys expire that nobody needs for ever, or allow more: `redis-cli CONFIG SET maxmemory 2gb`, if the machine has it (`free -m`).',
};

const rejected: WatchSpec = {
  ...COMMON,
  name: 'redis.rejected',
  detector: 'threshold',
  options: { ...WINDOW, series: REJECTED, statistic: 'sum', above: 1, leave: 0.5 },
  title: 'Clients that Redis turned away',
  why: 'Redis has as many clients as it may (maxclients) and refuses new ones: programs fail with "max number of clients reached".',
  whatToDo:
    'See who is connected: `redis-cli CLIENT LIST | grep -o "addr=[^: ]*" | sort | uniq -c | sort -n | tail`. One with very many forgets to close them. To allow more: `redis-cli CONFIG SET maxclients 20000`, and as many open files.',
};

const saveFailed: WatchSpec = {
  ...COMMON,
  name: 'redis.save.failed',
  detector: 'threshold',
  options: { ...WINDOW, series: SAVE_FAILED, statistic: 'mean', above: 1, leave: 0.5 },
  isState: true,
  title: 'Redis cannot save its data',
  why: 'Redis could not write its data to disk. What it holds is lost at its next stop, and with stop-writes-on-bgsave-error it takes no writes.',
  whatToDo:
    'See which save failed: `redis-cli INFO persistence`. See why in its log: `journalctl -u redis-server -n 50`. Mostly the disk is full (`df -h`), its folder is not its own, or memory was too short to fork (`sysctl vm.overcommit_memory`).',
};

const linkDown: WatchSpec = {
  ...COMMON,
  name: 'redis.replication.down',
  detector: 'threshold',
  options: { ...WINDOW, series: LINK_DOWN, statistic: 'mean', above: 1, leave: 0.5 },
  isState: true,
  title: 'A replica of Redis has lost its master',
  why: 'This replica has lost its master. What it answers grows old, and a fail-over to it loses what came since.',
  whatToDo:
    'See since when: `redis-cli INFO replication`. Ask the master from this machine: `redis-cli -h MASTER -p 6379 PING`. If it answers see why the link fails in the log: `journalctl -u redis-server -n 50` (a password, a firewall, a buffer that is too small).',
};

const unanswered: WatchSpec = {
  ...COMMON,
  name: 'redis.unanswered',
  detector: 'threshold',
  options: { ...WINDOW, series: ANSWERED, statistic: 'mean', below: 0.2, leave: 0.9 },
  isState: true,
  title: 'Redis does not answer',
  why: 'Redis does not say how it is doing: it does not run, is too busy to answer within two seconds, or refuses the password.',
  whatToDo:
    'Ask it as linesman does, at the address that `collectors` in linesman.yaml has: `redis-cli -h 127.0.0.1 -p 6379 PING`. See whether it runs: `systemctl status redis-server`.',
};

export const collector: CollectorPlugin = {
  name: 'redis',
  describe: 'Memory, clients, saving and replication of each Redis whose address is given.',
  options: {
    url: {
      type: 'text',
      describe: 'Addresses of Redis, separated by commas, with their passwords; without one nothing is asked.',
      example: EXAMPLE,
      default: '',
    },
  },
  everyMs: 20_000,
  watches: [memoryFull, memoryFill, rejected, saveFailed, linkDown, unanswered],
  series: [
    { name: ANSWERED, unit: 'count', describe: '1: it said how it is doing', by: 'server' },
    { name: MEMORY, unit: 'bytes', describe: 'memory that its data take', by: 'server' },
    { name: MEMORY_USED, unit: 'percent', describe: 'used share of maxmemory, where nothing is evicted', by: 'server' },
    { name: CLIENTS, unit: 'count', describe: 'connected clients', by: 'server' },
    { name: CLIENTS_USED, unit: 'percent', describe: 'connected clients of those that are allowed', by: 'server' },
    { name: BLOCKED, unit: 'count', describe: 'clients that wait for something (BLPOP and the like)', by: 'server' },
    { name: OPERATIONS, unit: 'per-second', describe: 'commands done', by: 'server' },
    { name: EVICTED, unit: 'count', describe: 'keys dropped for lack of memory since the last reading', by: 'server' },
    { name: REJECTED, unit: 'count', describe: 'clients turned away since the last reading', by: 'server' },
    {
      name: SAVE_FAILED,
      unit: 'count',
      describe: '1: its last save, or write of the append-only file, failed',
      by: 'server',
    },
    { name: LINK_DOWN, unit: 'count', describe: '1: a replica that has lost its master', by: 'server' },
  ],
  compile({ url }) {
    const urls = listedUrls(url, { collector: 'redis', protocols: ['redis:', 'rediss:', 'unix:'], example: EXAMPLE });
    const counters = createCounters();
    return { collect: async () => (await Promise.all(urls.map(async (one) => await read(one, counters)))).flat() };
  },
};

async function read(url: URL, counters: Counters): Promise<readonly Measurement[]> {
  const labels = { server: redisPlace(url) };
  try {
    return [
      { series: seriesKey(ANSWERED, labels), value: 1 },
      ...measurementsOf(await askRedisInfo(url), labels, counters),
    ];
  } catch (error) {
    const why = redactSecrets(messageOf(error), [decodedPart(url.password)]).replace(/\.$/, '');
    return [
      { series: seriesKey(ANSWERED, labels), value: 0, lines: [`Redis at ${labels.server} said nothing: ${why}.`] },
    ];
  }
}

function measurementsOf(
  info: RedisInfo,
  labels: { readonly server: string },
  counters: Counters,
): readonly Measurement[] {
  const figure = (name: string) => Number(info.get(name) ?? Number.NaN);
  const grown = counters.grow(labels.server, {
    evicted: figure('evicted_keys'),
    rejected: figure('rejected_connections'),
    commands: figure('total_commands_processed'),
  });
  const [most, mostClients] = [figure('maxmemory'), figure('maxclients')];
  const mayRefuse = most > 0 && info.get('maxmemory_policy') === 'noeviction';
  const saving = savingProblem(info);
  const link = linkProblem(info, labels.server);
  const values: readonly (readonly [string, number, (string | undefined)?])[] = [
    [MEMORY, figure('used_memory')],
    [MEMORY_USED, mayRefuse ? (figure('used_memory') / most) * 100 : Number.NaN],
    [CLIENTS, figure('connected_clients')],
    [CLIENTS_USED, mostClients > 0 ? (figure('connected_clients') / mostClients) * 100 : Number.NaN],
    [BLOCKED, figure('blocked_clients')],
    [OPERATIONS, grown ? grown.by.commands / grown.seconds : Number.NaN],
    [EVICTED, grown?.by.evicted ?? Number.NaN],
    [REJECTED, grown?.by.rejected ?? Number.NaN],
    [SAVE_FAILED, saving === undefined ? 0 : 1, saving],
    [LINK_DOWN, info.get('role') !== 'slave' ? Number.NaN : link === undefined ? 0 : 1, link],
  ];
  return values
    .filter(([, value]) => Number.isFinite(value))
    .map(([name, value, line]) => ({
      series: seriesKey(name, labels),
      value,
      ...(line !== undefined && { lines: [line] }),
    }));
}

const SAVES = [
  ['rdb_last_bgsave_status', 'Its last save (RDB) failed.'],
  ['aof_last_write_status', 'It cannot write its append-only file.'],
  ['aof_last_bgrewrite_status', 'It could not write its append-only file anew.'],
] as const;

function savingProblem(info: RedisInfo): string | undefined {
  const failed = SAVES.filter(([name]) => info.get(name) === 'err');
  return failed.length === 0 ? undefined : failed.map(([, sentence]) => sentence).join(' ');
}

function linkProblem(info: RedisInfo, server: string): string | undefined {
  if (info.get('role') !== 'slave' || info.get('master_link_status') !== 'down') return undefined;
  const master = `${info.get('master_host') ?? ''}:${info.get('master_port') ?? ''}`.slice(0, WORDS_CHARS);
  const isCopying = info.get('master_sync_in_progress') === '1';
  return `${server} has lost its master ${master}${isCopying ? ', and is just copying all data of it anew' : ''}.`;
}
