/** The input files of each story in fixtures/, drawn by a seed: the same bytes at each call. */
import { chance } from '../detectors/traffic.ts';
import { quietServers, stackTraces } from './fixture-applications.ts';
import { brokenLinks, crawler, healthyWeek, lostVisitors, slowAnswers, slowRoute } from './fixture-days.ts';
import { diskFills, knownError, lostWorker, newError } from './fixture-figures.ts';
import { hostileFiles } from './fixture-hostile.ts';
import { accessLine, errorLine, fileOf, type Line, merged, traffic } from './fixture-lines.ts';
import { databaseDown, upstreamGone } from './fixture-machine.ts';

/** File name to its bytes; a name that ends in .gz is packed when it is written. */
export type Files = Readonly<Record<string, Buffer>>;

export const DAY = Date.UTC(2026, 10, 24);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const SHOP = 'shop.example.com';
const PLACES = [
  { upstream: '10.0.0.11:8080', vhost: SHOP },
  { upstream: '10.0.0.12:8080', vhost: SHOP },
  { upstream: '10.0.0.21:8080', vhost: 'api.example.com' },
];

export const STORIES: Readonly<Record<string, () => Files>> = {
  'calm-day': calmDay,
  'burst-5xx': burst,
  'slow-creep': slowCreep,
  'site-absent': siteAbsent,
  'low-traffic-outage': lowTrafficOutage,
  'low-traffic-noise': lowTrafficNoise,
  'hostile-lines': hostileFiles,
  'error-log': errorLog,
  'stack-traces': stackTraces,
  'quiet-servers': quietServers,
  'slow-answers': slowAnswers,
  'slow-route': slowRoute,
  'lost-visitors': lostVisitors,
  crawler,
  'broken-links': brokenLinks,
  'healthy-week': healthyWeek,
  'disk-fills': diskFills,
  'lost-worker': lostWorker,
  'new-error': newError,
  'known-error': knownError,
  'upstream-gone': upstreamGone,
  'database-down': databaseDown,
};

function isWithin(time: number, from: number, to: number): boolean {
  return time >= from && time < to;
}

/** One request a minute at 3 in the night, 48 at 3 in the afternoon. */
function calmDay(): Files {
  const rate = (time: number) => (24.5 - 23.5 * Math.cos(((time - DAY - 3 * HOUR) / (24 * HOUR)) * 2 * Math.PI)) / 60;
  const visitors = traffic({ seed: 1, from: DAY, to: DAY + 24 * HOUR, rate, fails: () => 0.003 });
  const all = merged(visitors, scanner(DAY + 4 * HOUR + 17 * MINUTE), scanner(DAY + 16 * HOUR + 40 * MINUTE));
  const noon = DAY + 12 * HOUR;
  return {
    'access.log.1.gz': fileOf(all.filter(({ time }) => time < noon)),
    'access.log.gz': fileOf(all.filter(({ time }) => time >= noon)),
  };
}

/** Sixty files that are not there, in two minutes. */
function scanner(from: number): Line[] {
  const paths = ['/wp-login.php', '/.env', '/.git/config', '/admin/', '/phpmyadmin/index.php'];
  return Array.from({ length: 60 }, (_, i) =>
    accessLine(from + i * 2_000, {
      ...{ client: '198.51.100.66', path: paths[i % paths.length] ?? '/', status: 404, bytes: 157 },
      agent: 'Mozilla/5.0 zgrab/0.x',
    }),
  );
}

/** One of three upstreams refuses nine of ten connections for four minutes. */
function burst(): Files {
  const [from, to] = [DAY + 3 * HOUR, DAY + 3 * HOUR + 4 * MINUTE];
  const sick = '10.0.0.12:8080';
  const lines = traffic({
    ...{ seed: 2, from: from - 40 * MINUTE, to: to + 15 * MINUTE, rate: () => 4, places: PLACES },
    fails: (time, upstream) => (upstream === sick && isWithin(time, from, to) ? 0.9 : 0.003),
  });
  const refused = lines.filter(
    ({ time, text }) => isWithin(time, from, to) && String(text).includes(`us=502 ua=${sick}`),
  );
  const errors = refused.map(({ time }, i) => refusal(time, i, sick, SHOP));
  return {
    'access.log.gz': fileOf(lines),
    'error.log': fileOf([errorLine(from - 40 * MINUTE, 'notice', 'start worker process 7'), ...errors]),
  };
}

function refusal(time: number, connection: number, upstream: string, vhost: string): Line {
  const request = `client: 203.0.113.7, server: ${vhost}, request: "GET /shop HTTP/1.1", upstream: "http://${upstream}/shop", host: "${vhost}"`;
  const failed = 'connect() failed (111: Connection refused) while connecting to upstream';
  return errorLine(time, 'error', `*${connection + 1} ${failed}, ${request}`);
}

/** Six hours at 0.5%, three hours in which it grows evenly to 8%, an hour at 0.5% again. */
function slowCreep(): Files {
  const [from, to] = [DAY + 6 * HOUR, DAY + 9 * HOUR];
  const fails = (time: number) => (isWithin(time, from, to) ? 0.005 + (0.075 * (time - from)) / (to - from) : 0.005);
  const lines = traffic({ seed: 3, from: DAY, to: to + HOUR, rate: () => 1, fails, failStatus: 500 });
  return {
    'access.log.1.gz': fileOf(lines.filter(({ time }) => time < from)),
    'access.log.gz': fileOf(lines.filter(({ time }) => time >= from)),
  };
}

/** A night with a visitor every two minutes, a morning with three a second, twenty minutes of nothing from 10:00 on. */
function siteAbsent(): Files {
  const [from, to] = [DAY + 10 * HOUR, DAY + 10 * HOUR + 20 * MINUTE];
  const rate = (time: number) => {
    if (isWithin(time, from, to)) return 0;
    return time < DAY + 6 * HOUR ? 1 / 120 : Math.min(3, 3 * ((time - DAY - 6 * HOUR) / (3 * HOUR)) ** 2 + 1 / 120);
  };
  const lines = traffic({ seed: 4, from: DAY, to: to + 10 * MINUTE, rate, fails: () => 0.003 });
  return { 'access.log.gz': fileOf(lines) };
}

/** Ten requests a minute for two hours, ten minutes in which all fail, an hour after it. */
function lowTrafficOutage(): Files {
  const [from, to] = [DAY + 22 * HOUR, DAY + 22 * HOUR + 10 * MINUTE];
  const fails = (time: number) => (isWithin(time, from, to) ? 1 : 0.003);
  const lines = traffic({ seed: 15, from: from - 2 * HOUR, to: to + HOUR, rate: () => 1 / 6, fails });
  return { 'access.log.gz': fileOf(lines) };
}

/** Two days with 117 requests each, between 6 and 24 o'clock; on the second a scanner and one 502. */
function lowTrafficNoise(): Files {
  const random = chance(6);
  const requests = [0, 1].flatMap((day) =>
    Array.from({ length: 117 }, (_, i) => {
      const time = DAY + day * 24 * HOUR + 6 * HOUR + Math.floor(random() * 18 * 3_600) * 1_000;
      const [scan, broken] = [day === 1 && i >= 108 && i < 116, day === 1 && i === 116];
      return accessLine(scan ? DAY + 37 * HOUR + i * 1_000 : time, {
        client: scan ? '198.51.100.66' : `203.0.113.${i % 9}`,
        path: scan ? '/wp-login.php' : '/',
        status: scan ? 404 : broken ? 502 : 200,
        ...{ bytes: 157, agent: scan ? 'Mozilla/5.0 zgrab/0.x' : 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0)' },
      });
    }),
  );
  return { 'access.log.gz': fileOf(merged(requests)) };
}

/** Visitors see nothing of it: one upstream refuses for five minutes and nginx asks the next. Later a reload fails. */
function errorLog(): Files {
  const start = DAY + 8 * HOUR;
  const [from, to, emerg] = [start + 50 * MINUTE, start + 55 * MINUTE, start + 80 * MINUTE];
  const lines = traffic({
    seed: 7,
    from: start,
    to: start + 95 * MINUTE,
    rate: () => 2,
    fails: () => 0,
    places: PLACES,
  });
  const hidden = lines
    .filter(({ time, text }) => isWithin(time, from, to) && String(text).includes(SHOP))
    .filter((_, i) => i % 2 === 0)
    .map(({ time }, i) => refusal(time, i, '10.0.0.12:8080', SHOP));
  const noise = [
    errorLine(
      start + 10 * MINUTE,
      'error',
      '*3 open() "/srv/favicon.ico" failed (2: No such file or directory), client: 203.0.113.9, server: shop.example.com, request: "GET /favicon.ico HTTP/1.1", host: "shop.example.com"',
    ),
    errorLine(
      start + 20 * MINUTE,
      'crit',
      '*4 SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking, client: 198.51.100.9, server: 0.0.0.0:443',
    ),
    errorLine(
      start + 30 * MINUTE,
      'error',
      '*5 open() "/srv/no live upstreams while connecting to upstream" failed (2: No such file or directory), client: 198.51.100.9, server: shop.example.com, request: "GET /no%20live%20upstreams HTTP/1.1", host: "shop.example.com"',
    ),
  ];
  const bind = errorLine(emerg, 'emerg', 'bind() to 0.0.0.0:443 failed (98: Address already in use)');
  return { 'access.log.gz': fileOf(lines), 'error.log': fileOf(merged(noise, hidden, [bind])) };
}
