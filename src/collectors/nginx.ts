/** Connections of Nginx by its own account (stub_status), of each server that is named. */
import { messageOf } from '../core/errors.ts';
import { seriesKey } from '../core/observe/series.ts';
import type { CollectorPlugin, Measurement, WatchSpec } from '../core/plugin.ts';
import { parseStubStatus, type StubStatus } from '../core/reading/audit.ts';
import { redactSecrets, redactUrl } from '../core/redact-url.ts';
import { type Counters, createCounters } from '../machine/counters.ts';
import { decodedPart, listedUrls } from '../machine/listed-urls.ts';

const ANSWERED = 'nginx.answered';
const ACTIVE = 'nginx.connections.active';
const READING = 'nginx.connections.reading';
const WRITING = 'nginx.connections.writing';
const WAITING = 'nginx.connections.waiting';
const DROPPED = 'nginx.connections.dropped';
const REQUESTS = 'nginx.requests';

const ANSWER_WITHIN_MS = 2_000;
/** A stub_status has about 120 bytes. */
const ANSWER_BYTES_MAX = 4_096;
const EXAMPLE = 'http://127.0.0.1/nginx_status';

const COMMON = { by: 'server', severity: 'warning', delivery: 'digest', rank: 3, clearAfterMs: 300_000 } as const;

const dropped: WatchSpec = {
  ...COMMON,
  name: 'nginx.connections.dropped',
  detector: 'threshold',
  options: { series: DROPPED, statistic: 'sum', window: 300_000, above: 5, leave: 1 },
  title: 'Connections that Nginx dropped',
  why: 'Nginx took connections and closed them at once, since it has no room for more. Their visitors saw nothing, and no line is in its access log.',
  whatToDo:
    'See what it says: `grep -E "worker_connections are not enough|Too many open files" /var/log/nginx/error.log | tail`. Raise `worker_connections` in nginx.conf, and `worker_rlimit_nofile` with it, and load it: `nginx -t && nginx -s reload`.',
};

const unanswered: WatchSpec = {
  ...COMMON,
  name: 'nginx.unanswered',
  detector: 'threshold',
  options: { series: ANSWERED, statistic: 'mean', window: 300_000, below: 0.2, leave: 0.9 },
  isState: true,
  title: 'The status page of Nginx does not answer',
  why: 'Nginx does not say how it is doing, so its connections are not watched. That it serves nobody is told by its access log.',
  whatToDo:
    'Ask it as linesman does, at the address that `collectors` in linesman.yaml has: `curl -i http://127.0.0.1/nginx_status`. In nginx.conf that location needs `stub_status;` and an `allow` for this machine.',
};

export const collector: CollectorPlugin = {
  name: 'nginx',
  describe: 'Connections and requests of Nginx by its own account, where the address of its stub_status is given.',
  options: {
    url: {
      type: 'text',
      describe: 'Addresses of stub_status, separated by commas; without one nothing is asked.',
      example: EXAMPLE,
      default: '',
    },
  },
  everyMs: 20_000,
  watches: [dropped, unanswered],
  series: [
    { name: ANSWERED, unit: 'count', describe: '1: it said how it is doing', by: 'server' },
    { name: ACTIVE, unit: 'count', describe: 'open connections, waiting ones included', by: 'server' },
    { name: READING, unit: 'count', describe: 'connections whose request is being read', by: 'server' },
    { name: WRITING, unit: 'count', describe: 'connections that are being answered', by: 'server' },
    { name: WAITING, unit: 'count', describe: 'open connections without a request', by: 'server' },
    { name: DROPPED, unit: 'count', describe: 'connections dropped between the two readings before', by: 'server' },
    { name: REQUESTS, unit: 'per-second', describe: 'requests', by: 'server' },
  ],
  compile({ url }) {
    const urls = listedUrls(url, { collector: 'nginx', protocols: ['http:', 'https:'], example: EXAMPLE });
    const memory: Memory = { counters: createCounters(), open: new Map() };
    return { collect: async () => (await Promise.all(urls.map(async (one) => await read(one, memory)))).flat() };
  },
};

/** What the last reading leaves for the next one. */
interface Memory {
  readonly counters: Counters;
  /** Connections taken and not handled, by server. */
  readonly open: Map<string, number>;
}

async function read(url: URL, memory: Memory): Promise<readonly Measurement[]> {
  const labels = { server: placeOf(url) };
  try {
    const status = parseStubStatus(await textAt(url));
    if (!status) throw new Error('what answers is no stub_status');
    return [{ series: seriesKey(ANSWERED, labels), value: 1 }, ...measurementsOf(status, labels, memory)];
  } catch (error) {
    const why = redactSecrets(redactUrl(reasonOf(error)), [decodedPart(url.password)]);
    return [
      { series: seriesKey(ANSWERED, labels), value: 0, lines: [`Nginx at ${labels.server} said nothing: ${why}.`] },
    ];
  }
}

/** Host and path, with what may be secret in it as ***. */
function placeOf({ protocol, host, pathname }: URL): string {
  return redactUrl(`${protocol}//${host}${pathname}`).replace(/^https?:\/\/|\/$/g, '');
}

/** Throws where it does not answer in time, or not with 200. */
async function textAt(url: URL): Promise<string> {
  const { username, password } = url;
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  const secret = Buffer.from(`${decodedPart(username)}:${decodedPart(password)}`).toString('base64');
  const response = await fetch(plain, {
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    redirect: 'manual',
    ...((username !== '' || password !== '') && { headers: { authorization: `Basic ${secret}` } }),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  if (response.status !== 200) throw new Error(`it answered with status ${response.status}`);
  return Buffer.concat(chunks).toString('latin1', 0, ANSWER_BYTES_MAX);
}

/** fetch says 'fetch failed', and its cause why. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}

function measurementsOf(
  { accepts, handled, requests, reading, writing, waiting }: StubStatus,
  labels: { readonly server: string },
  { counters, open }: Memory,
): readonly Measurement[] {
  const notHandled = Math.max(0, accepts - handled);
  // One that is just being taken is not handled yet; what was not by the next reading never is.
  const dropped = Math.min(notHandled, open.get(labels.server) ?? notHandled);
  open.set(labels.server, notHandled);
  const grown = counters.grow(labels.server, { requests, dropped });
  const key = (name: string) => seriesKey(name, labels);
  return [
    { series: key(ACTIVE), value: reading + writing + waiting },
    { series: key(READING), value: reading },
    { series: key(WRITING), value: writing },
    { series: key(WAITING), value: waiting },
    ...(grown
      ? [
          { series: key(DROPPED), value: grown.by.dropped },
          { series: key(REQUESTS), value: grown.by.requests / grown.seconds },
        ]
      : []),
  ];
}
