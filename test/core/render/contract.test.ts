import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Contract, type ContractSource, cannotWatch, unseenOf } from '../../../src/core/reading/contract.ts';
import { CONTRACT_COLUMNS, contractPieces, contractText } from '../../../src/core/render/contract.ts';

const SOURCE: ContractSource = {
  name: 'nginx',
  reads: ['/var/log/nginx/*.log'],
  files: [
    { name: '/var/log/nginx/access.log', lines: 100, matched: 98, pattern: 'nginx-combined' },
    { name: '/var/log/nginx/error.log', lines: 0, matched: 0 },
    { name: '/var/log/nginx/odd.log', lines: 12, matched: 0 },
  ],
  filesMore: 3,
  problems: [],
  armed: ['http.5xx.burst', 'site.absent'],
  cannot: [
    { watch: 'http.5xx.vhost', why: 'its lines do not say the vhost', isOtherKind: false },
    { watch: 'nginx.error.severe', why: 'no line of such a log has come yet', isOtherKind: true },
    { watch: 'nginx.error.upstream', why: 'no line of such a log has come yet', isOtherKind: true },
  ],
  unseen: ['how long requests take (no request_time)'],
};
const CONTRACT: Contract = {
  ...{
    host: 'web-1',
    version: '1.2.3',
    at: Date.UTC(2026, 10, 25, 3),
    timezone: 'UTC',
    receivers: ['ops@example.com'],
  },
  ...{
    sources: [SOURCE],
    machine: ['host.cpu.busy', 'linesman.lines.lost'],
    notes: ['/etc/nginx/nginx.conf names more.'],
  },
};

test('it says what is watched, what cannot be and why, and what to log to see all of it', () => {
  assert.equal(
    contractText(CONTRACT),
    `linesman 1.2.3 watches web-1, as of 2026-11-25 03:00:00 UTC. Faults are mailed
to ops@example.com.

SOURCE nginx: /var/log/nginx/*.log
  file     /var/log/nginx/access.log: nginx-combined, 98 of its last 100 lines
  file     /var/log/nginx/error.log: no line in it yet
  file     /var/log/nginx/odd.log: NOT RECOGNISED, no pattern takes any of its
           last 12 lines
  and 3 more files
  watches  http.5xx.burst, site.absent
  cannot   http.5xx.vhost: its lines do not say the vhost
  asleep   nginx.error.*: no line of such logs has come yet
  unseen   how long requests take (no request_time)

MACHINE  host.cpu.busy
ITSELF   linesman.lines.lost

NOT SEEN
  - /etc/nginx/nginx.conf names more.

TO SEE ALL OF IT, in nginx.conf:
  log_format timed '$remote_addr - $remote_user [$time_local] "$request" '
                   '$status $body_bytes_sent "$http_referer" '
                   '"$http_user_agent" rt=$request_time '
                   'urt=$upstream_response_time us=$upstream_status '
                   'ua=$upstream_addr host=$host';
  access_log /var/log/nginx/access.log timed;
`,
  );
});

test('what sleeps has its own name where others so called watch', () => {
  const source = {
    ...SOURCE,
    armed: ['log.errors.new'],
    cannot: [
      { watch: 'log.fatal', why: 'no line of such a log has come yet', isOtherKind: true },
      { watch: 'nginx.errors.new', why: 'no line of such a log has come yet', isOtherKind: true },
    ],
  };

  assert.match(
    contractText({ ...CONTRACT, sources: [source] }),
    /\n {2}asleep {3}log\.fatal, nginx\.errors\.\*: no line/,
  );
});

test('of a source that gave no line yet its watches are not told one by one', () => {
  const why = 'no line has come yet that a pattern takes';
  const cannot = ['http.5xx.burst', 'site.absent'].map((watch) => ({ watch, why, isOtherKind: false }));
  const text = contractText({ ...CONTRACT, sources: [{ ...SOURCE, armed: [], cannot }] });

  assert.match(text, /^ {2}watches {2}nothing yet: no line has come yet that a pattern takes$/m);
  assert.ok(!text.includes('site.absent'));
});

test('where nobody is told, that comes first', () => {
  assert.match(
    contractText({ ...CONTRACT, receivers: [] }),
    /^linesman .* Nobody is told by\nmail: faults go to this log\.\n/,
  );
});

test('names of files neither steer a terminal nor make it wide, and long texts are cut into pieces', () => {
  const name = `/logs/${'a '.repeat(60)}\u001b[2J.log`;
  const files = Array.from({ length: 20 }, () => ({ name, lines: 1, matched: 1, pattern: 'nginx-combined' }));
  const contract = { ...CONTRACT, sources: [{ ...SOURCE, files }] };

  assert.ok(!contractText(contract).includes('\u001b'));
  for (const line of contractText(contract).split('\n')) assert.ok(line.length <= CONTRACT_COLUMNS, line);
  const pieces = contractPieces(contract);
  assert.ok(pieces.every(({ length }) => length <= 2_000));
  assert.equal(pieces.join('').replace(/\s/g, ''), contractText(contract).replace(/\s/g, ''));
});

const REQUESTS = { name: 'http.requests', when: [], by: ['vhost'], evidence: false };
const LATENCY = { name: 'http.latency', when: [], by: [], evidence: false, value: 'request_time', histogram: true };
const ERRORS = { name: 'http.5xx', when: [], by: ['vhost'], evidence: true };
const WATCH = { watch: { name: 'http.5xx.vhost', by: 'vhost' }, inputs: ['http.5xx', 'http.requests'] };
const SLOW = { watch: { name: 'http.slow' }, inputs: ['http.latency'] };
const observed = [REQUESTS, ERRORS, LATENCY];

test('a watch can judge what the last lines said, or may still say', () => {
  const named = ['http.requests', 'http.requests{vhost=shop.example.com}', 'http.latency'];

  assert.equal(cannotWatch(WATCH, { observed, keys: named }), undefined);
  assert.equal(cannotWatch(WATCH, { observed, keys: [] }), undefined);
  assert.equal(cannotWatch(WATCH, { observed, keys: ['http.requests'] })?.why, 'its lines do not say the vhost');
  assert.equal(cannotWatch(SLOW, { observed, keys: ['http.requests'] })?.why, 'its lines do not have request_time');
  assert.equal(cannotWatch(SLOW, { observed, keys: named }), undefined);
  assert.equal(cannotWatch(SLOW, { observed: [REQUESTS], keys: named })?.isOtherKind, true);
  assert.match(cannotWatch(SLOW, { observed: [], keys: [] })?.why ?? '', /^no line has come yet/);
  assert.match(
    cannotWatch(SLOW, { takers: ['own'], observed: [], keys: [] })?.why ?? '',
    /^what takes its lines \(own\) has no 'observe'/,
  );
});

test('what the lines do not say is unseen, once there were lines', () => {
  assert.deepEqual(unseenOf({ observed, keys: ['http.requests'] }), [
    'how long requests take (no request_time)',
    'which virtual host fails (no vhost)',
  ]);
  assert.deepEqual(unseenOf({ observed, keys: ['http.requests{vhost=a}', 'http.latency'] }), []);
  assert.deepEqual(unseenOf({ observed, keys: [] }), []);
});

test('one line is no hundred of them', () => {
  const files = [
    { name: '/logs/a.log', lines: 1, matched: 1, pattern: 'nginx-combined' },
    { name: '/logs/b.log', lines: 1, matched: 0 },
  ];
  const text = contractText({ ...CONTRACT, sources: [{ ...SOURCE, files }] });

  assert.match(text, /a\.log: nginx-combined, its only line so far$/m);
  assert.match(text, /b\.log: NOT RECOGNISED, no pattern takes its only line so far$/m);
});

test('of the machine areas are named and not dozens of watches, checks by their names', () => {
  const machine = ['host.cpu.busy', 'host.cpu.steal', 'host.load', 'check.api', 'check.page', 'linesman.lines.lost'];

  const text = contractText({ ...CONTRACT, machine });

  assert.match(text, /^MACHINE {2}host\.cpu\.\*, host\.load\nCHECKS {3}api, page\nITSELF {3}linesman\.lines\.lost$/m);
});
