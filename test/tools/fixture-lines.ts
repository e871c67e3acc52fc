/** Lines as nginx writes them, and traffic drawn by a seed: what the stories in fixtures/ are made of. */
import { chance, poisson } from '../detectors/traffic.ts';

export interface Line {
  readonly time: number;
  readonly text: string | Uint8Array;
}

export interface Request {
  readonly client: string;
  readonly method?: string;
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
  readonly agent: string;
  /** Both or none: the timed format names them. */
  readonly upstream?: string;
  readonly vhost?: string;
  /** Seconds, where the timed format is written. */
  readonly took?: number | undefined;
  /** Minutes east of UTC of the clock that stamps it. */
  readonly offset?: number | undefined;
}

/** nginx-combined, or nginx-timed where the request names its upstream and virtual host. */
export function accessLine(time: number, request: Request): Line {
  const { client, method = 'GET', path, status, bytes, agent, upstream, vhost, took = 0.012, offset } = request;
  const combined = `${client} - - [${clf(time, offset)}] "${method} ${path} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`;
  if (upstream === undefined) return { time, text: combined };
  const [rt, urt] = [took.toFixed(3), (took - 0.001).toFixed(3)];
  return {
    time,
    text: `${combined} rt=${rt} uct=0.001 uht=${urt} urt=${urt} us=${status} ua=${upstream} host=${vhost}`,
  };
}

export function errorLine(time: number, level: string, message: string): Line {
  const stamp = new Date(time).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  return { time, text: `${stamp} [${level}] 7#7: ${message}` };
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** '25/Nov/2026:05:22:42 +0000'; so many minutes east of UTC, whole hours. */
export function clf(time: number, offset = 0): string {
  const at = new Date(time + offset * 60_000);
  const day = String(at.getUTCDate()).padStart(2, '0');
  const zone = `+${String(offset / 60).padStart(2, '0')}00`;
  return `${day}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} ${zone}`;
}

const PATHS = [
  '/',
  '/shop',
  '/shop/cart',
  '/api/items/17',
  '/api/items/4711',
  '/img/logo.svg',
  '/css/site.css',
  '/search?q=tea',
];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
];

export interface Traffic {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Requests a second at this time. */
  readonly rate: (time: number) => number;
  /** Share of requests that fail at this time, by upstream where there is one. */
  readonly fails: (time: number, upstream: string | undefined) => number;
  readonly failStatus?: number;
  /** How many different visitors there are. */
  readonly clients?: number;
  /** Seconds a request takes, where the place of it is known. */
  readonly took?: (time: number, random: () => number, path: string) => number;
  readonly offset?: (time: number) => number;
  /** Drawn evenly for each request. */
  readonly places?: readonly { readonly upstream: string; readonly vhost: string }[];
}

/** Poisson traffic; 2% of the requests are for files that are not there. */
export function traffic(wanted: Traffic): Line[] {
  const random = chance(wanted.seed);
  const lines: Line[] = [];
  for (let time = wanted.from; time < wanted.to; time += 1_000) {
    const count = poisson(wanted.rate(time), random);
    for (let i = 0; i < count; i += 1) lines.push(draw(time, wanted, random));
  }
  return lines;
}

function draw(time: number, wanted: Traffic, random: () => number): Line {
  const place = wanted.places?.[Math.floor(random() * wanted.places.length)];
  const isFailed = random() < wanted.fails(time, place?.upstream);
  const isMissing = !isFailed && random() < 0.02;
  const path = isMissing ? '/favicon.ico' : pick(PATHS, random);
  return accessLine(time, {
    client: visitor(Math.floor(random() * (wanted.clients ?? 40))),
    path,
    status: isFailed ? (wanted.failStatus ?? 502) : isMissing ? 404 : 200,
    bytes: isFailed || isMissing ? 157 : 900 + path.length * 37,
    agent: pick(AGENTS, random),
    ...place,
    took: wanted.took?.(time, random, path),
    offset: wanted.offset?.(time),
  });
}

/** Of the networks for examples, and beyond those of the one for benchmarks (RFC 2544). */
function visitor(number: number): string {
  return number < 250 ? `203.0.113.${number}` : `198.18.${number >> 8}.${number & 255}`;
}

export function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** In the order of time, those of one second as given. */
export function merged(...lists: readonly (readonly Line[])[]): Line[] {
  return lists.flat().sort((a, b) => a.time - b.time);
}

/** A log file's bytes. */
export function fileOf(lines: readonly Line[]): Buffer {
  const end = Buffer.from('\n');
  return Buffer.concat(lines.flatMap(({ text }) => [typeof text === 'string' ? Buffer.from(text) : text, end]));
}
