/** How the imagined site answers: status, size, times and upstreams, drawn beforehand as the ends of lines. */
import { pick, type Random } from '../../chaos/random.ts';
import { logNormal, whole } from './draw.ts';

/** Of one line behind its stamp. */
export interface Answer {
  /** What a client sent instead of a request; undefined: a request. */
  readonly oddRequest: string | undefined;
  /** ` 200 1534 "` */
  readonly status: string;
  /** ` rt=0.005 …` with its LF. */
  readonly end: string;
}

/**
 * `timed`: request time, and the upstream's times and addresses in quotes; `named`: the log_format that the README
 * recommends, with vhost and upstream; `combined`: neither.
 */
export type LogFormat = 'combined' | 'timed' | 'named';

const HEALTHY: readonly (readonly [number, number])[] = [
  [0.86, 200],
  [0.04, 304],
  [0.02, 301],
  [0.015, 302],
  [0.01, 204],
  [0.04, 404],
  [0.005, 403],
  [0.004, 401],
  [0.003, 499],
  [0.003, 400],
];
const FAILED: readonly (readonly [number, number])[] = [
  [0.4, 502],
  [0.25, 500],
  [0.2, 504],
  [0.15, 503],
];
const ERROR_SHARE = 0.005;
const ODD_REQUESTS = ['', String.raw`\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03`];
const HOSTS = ['www.example.com', 'shop.example.com', 'api.example.com'];

export function drawAnswers(format: LogFormat, count: number, random: Random): readonly Answer[] {
  return Array.from({ length: count }, () => drawAnswer(format, random));
}

function drawAnswer(format: LogFormat, random: Random): Answer {
  const status = weighted(random() < ERROR_SHARE ? FAILED : HEALTHY, random);
  const oddRequest = status === 400 ? pick(random, ODD_REQUESTS) : undefined;
  const end = format === 'combined' ? '\n' : `${(format === 'timed' ? timed : named)(status, random)}\n`;
  return { oddRequest, status: ` ${status} ${sizeOf(status, random)} "`, end };
}

function sizeOf(status: number, random: Random): number {
  if (status === 304 || status === 204 || status === 499) return 0;
  const size = Math.floor(logNormal(random, 8.2, 1.6));
  return status >= 400 ? 150 + (size % 2_000) : size;
}

function timed(status: number, random: Random): string {
  const { total, upstream } = timesOf(status, random);
  if (status === 304 || status === 400 || status === 499) return ` rt=${total} urt="-" ups="-"`;
  if (status === 502) return ` rt=${total} urt="0.001, ${upstream}" ups="${peer(random)}, ${peer(random)}"`;
  return ` rt=${total} urt="${upstream}" ups="${peer(random)}"`;
}

function named(status: number, random: Random): string {
  const { total, upstream } = timesOf(status, random);
  const isAnsweredHere = status === 304 || status === 400 || status === 499;
  const asked = isAnsweredHere ? 'urt=- us=- ua=-' : `urt=${upstream} us=${status} ua=${peer(random)}`;
  return ` rt=${total} ${asked} host=${pick(random, HOSTS)}`;
}

/** 40 ms in the middle, and a minute until an upstream counts as silent. */
function timesOf(status: number, random: Random): { readonly total: string; readonly upstream: string } {
  const upstream = status === 504 ? 60 + random() / 100 : logNormal(random, status === 502 ? -6 : -3.2, 0.9);
  return { total: (upstream + logNormal(random, -6.5, 0.7)).toFixed(3), upstream: upstream.toFixed(3) };
}

function peer(random: Random): string {
  return `10.0.${whole(random, 2)}.${10 + whole(random, 8)}:8080`;
}

function weighted(choices: readonly (readonly [number, number])[], random: Random): number {
  let left = random();
  for (const [share, value] of choices) {
    left -= share;
    if (left < 0) return value;
  }
  return choices[0]?.[1] ?? 200;
}
