/** Days of traffic with a morning and a night, for stories of what is usual at an hour. */
import { gaussian } from '../detectors/traffic.ts';
import { accessLine, fileOf, type Line, merged, type Traffic, traffic } from './fixture-lines.ts';
import { DAY, type Files } from './fixture-stories.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const PLACE = { upstream: '10.0.0.11:8080', vhost: 'shop.example.com' };

/** 1 at three in the afternoon, `night` at three in the night, of the clock on the wall. */
function daily(localMs: number, night: number): number {
  const wave = (1 - Math.cos(((localMs - 3 * HOUR) / (24 * HOUR)) * 2 * Math.PI)) / 2;
  return night + (1 - night) * wave;
}

function isWithin(time: number, from: number, to: number): boolean {
  return time >= from && time < to;
}

/** Half a day at one request a second; for 25 min the database is slow, and what asks it takes five times as long. */
export function slowAnswers(): Files {
  return slowFor(25 * MINUTE, { seed: 31, slower: (usual, random) => (random() < 0.6 ? usual * 5 + 0.2 : usual) });
}

/** The same site; for 10 min the index of its search is gone, and four of five searches take half a second more. */
export function slowRoute(): Files {
  return slowFor(10 * MINUTE, {
    seed: 34,
    slower: (usual, random, path) => (path.startsWith('/search') && random() < 0.8 ? usual * 3 + 0.5 : usual),
  });
}

interface Slow {
  readonly seed: number;
  readonly slower: (usual: number, random: () => number, path: string) => number;
}

function slowFor(lastsMs: number, { seed, slower }: Slow): Files {
  const [from, to] = [DAY + 11 * HOUR, DAY + 11 * HOUR + lastsMs];
  const took: Traffic['took'] = (time, random, path) => {
    const usual = 0.06 * Math.exp(0.6 * gaussian(random));
    return isWithin(time, from, to) ? slower(usual, random, path) : usual;
  };
  const site = { rate: () => 1.2, fails: () => 0.002, places: [PLACE] };
  return { 'access.log.gz': fileOf(traffic({ ...site, seed, from: DAY, to: to + 35 * MINUTE, took })) };
}

/** Two days from noon to noon; then nine of ten visitors are lost for 40 min at two in the afternoon, while a health check goes on. */
export function lostVisitors(): Files {
  const start = DAY - 36 * HOUR;
  const [from, to] = [DAY + 14 * HOUR, DAY + 14 * HOUR + 40 * MINUTE];
  const rate = (time: number) => 0.5 * daily(time, 0.1) * (isWithin(time, from, to) ? 0.1 : 1);
  const visitors = traffic({ seed: 32, from: start, to: to + 20 * MINUTE, rate, fails: () => 0.003, clients: 3_000 });
  return { 'access.log.gz': fileOf(merged(visitors, healthChecks(start, to + 20 * MINUTE))) };
}

/** Every 30 s, of one client. */
function healthChecks(from: number, to: number): Line[] {
  const of = { client: '10.0.0.2', path: '/healthz', status: 200, bytes: 2, agent: 'kube-probe/1.34' };
  return Array.from({ length: (to - from) / (30 * SECOND) }, (_, i) => accessLine(from + i * 30 * SECOND, of));
}

/** Two days; on the second somebody copies the site for 20 min, from one address, ten times as fast as all others ask. */
export function crawler(): Files {
  const start = DAY - 24 * HOUR;
  const [from, to] = [DAY + 16 * HOUR, DAY + 16 * HOUR + 20 * MINUTE];
  const visitors = traffic({
    ...{ seed: 33, from: start, to: to + HOUR, fails: () => 0.003, clients: 3_000 },
    rate: (time) => 0.4 * daily(time, 0.15),
  });
  const pages = Array.from({ length: (to - from) / 300 }, (_, i) =>
    accessLine(from + i * 300, {
      ...{ client: '198.51.100.77', path: `/shop/item-${i % 900}`, status: 200, bytes: 5_000 },
      agent: 'python-requests/2.32.3',
    }),
  );
  return { 'access.log.gz': fileOf(merged(visitors, pages)) };
}

/** Half a day; at noon a release names a style sheet that is not there. */
export function brokenLinks(): Files {
  const [from, to] = [DAY + 12 * HOUR, DAY + 12 * HOUR + 30 * MINUTE];
  const lines = traffic({
    seed: 34,
    from: DAY + 4 * HOUR,
    to: to + HOUR,
    rate: () => 0.7,
    fails: () => 0.003,
    clients: 400,
  });
  const released = lines.map((line) =>
    isWithin(line.time, from, to) && String(line.text).includes('/css/site.css')
      ? { ...line, text: String(line.text).replace(/site\.css HTTP\/1\.1" \d+ \d+/, 'site-8f3.css HTTP/1.1" 404 157') }
      : line,
  );
  return { 'access.log.gz': fileOf(released) };
}

/** 23 October 2026, a Friday, at midnight in Berlin. */
const WEEK = Date.UTC(2026, 9, 22, 22);
/** 25 October at three in the night the clock is set back from two hours east of UTC to one. */
const CLOCK_BACK = Date.UTC(2026, 9, 25, 1);

function berlinOffset(time: number): number {
  return time < CLOCK_BACK ? 120 : 60;
}

/**
 * Six days in which nothing is wrong: a weekend, the night that has an hour twice, a holiday on Tuesday, a robot every
 * night at four, a deployment on Wednesday noon with three 502s, and one visitor who reloads a broken page.
 */
export function healthyWeek(): Files {
  const to = WEEK + 5 * 24 * HOUR + 15 * HOUR;
  const local = (time: number) => time + berlinOffset(time) * MINUTE;
  const rate = (time: number) => 0.12 * daily(local(time), 0.12) * dayFactor(local(time));
  const visitors = traffic({
    ...{ seed: 35, from: WEEK, to, rate, fails: () => 0.002, clients: 2_000, offset: berlinOffset },
    failStatus: 500,
  });
  const nights = Array.from({ length: 6 }, (_, day) => robot(WEEK + day * 24 * HOUR + 4 * HOUR));
  return { 'access.log.gz': fileOf(merged(visitors, ...nights, deployment(WEEK + 5 * 24 * HOUR + 13 * HOUR))) };
}

/** Saturdays and Sundays two thirds; 27 October half. */
function dayFactor(localMs: number): number {
  const day = new Date(localMs);
  if (day.getUTCMonth() === 9 && day.getUTCDate() === 27) return 0.5;
  return [0, 6].includes(day.getUTCDay()) ? 0.66 : 1;
}

/** A page every six seconds for half an hour. */
function robot(from: number): Line[] {
  return Array.from({ length: 300 }, (_, i) =>
    accessLine(from + i * 6 * SECOND, {
      ...{ client: '192.0.2.10', path: `/shop/item-${i}`, status: i % 40 === 0 ? 404 : 200, bytes: 4_200 },
      ...{
        agent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
        offset: berlinOffset(from),
      },
    }),
  );
}

function deployment(at: number): Line[] {
  return [0, 2, 3].map((second) =>
    accessLine(at + second * SECOND, {
      ...{ client: `203.0.113.${second}`, path: '/shop', status: 502, bytes: 157, agent: BROWSER },
      offset: berlinOffset(at),
    }),
  );
}
