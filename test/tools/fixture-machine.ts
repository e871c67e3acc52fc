/** Stories with the recorded figures of a machine: what checks found, beside the log of a site or without one. */
import { chance } from '../detectors/traffic.ts';
import { errorLine, fileOf, type Line, merged, traffic } from './fixture-lines.ts';
import { DAY, type Files } from './fixture-stories.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EVERY = 15_000;
const APP = '10.0.0.11:8080';
const SHOP = 'shop.example.com';

/** A calm hour of a shop; at 03:20:04 its only upstream is gone for ten minutes, and so is the process behind it. */
export function upstreamGone(): Files {
  const [from, to] = [DAY + 3 * HOUR + 20 * MINUTE + 4_000, DAY + 3 * HOUR + 30 * MINUTE + 4_000];
  const isGone = (time: number) => time >= from && time < to;
  const span = { from: DAY + 2 * HOUR + 15 * MINUTE, to: to + 10 * MINUTE };
  const lines = traffic({
    ...{ ...span, seed: 61, rate: () => 4, places: [{ upstream: APP, vhost: SHOP }] },
    fails: (time) => (isGone(time) ? 1 : 0.003),
  });
  const refused = lines.filter(({ time }) => isGone(time)).map(({ time }, i) => refusal(time, i));
  const notice = errorLine(span.from, 'notice', 'start worker process 7');
  return {
    'access.log.gz': fileOf(lines),
    'error.log.gz': fileOf([notice, ...refused]),
    'machine.jsonl.gz': fileOf(
      merged(
        cpu(span, 62),
        readings('shop', { ...span, first: 9_000 }, (time) =>
          isGone(time) ? { cause: 'missing', said: 'No process shop-app was found.' } : undefined,
        ),
      ),
    ),
  };
}

function refusal(time: number, connection: number): Line {
  const request = `client: 203.0.113.7, server: ${SHOP}, request: "GET /shop HTTP/1.1", upstream: "http://${APP}/shop", host: "${SHOP}"`;
  const failed = 'connect() failed (111: Connection refused) while connecting to upstream';
  return errorLine(time, 'error', `*${connection + 1} ${failed}, ${request}`);
}

/** An hour of checks alone; from 04:30:02 to 04:38 a database is down, and two that need it fail within twenty seconds. */
export function databaseDown(): Files {
  const [from, to] = [DAY + 4 * HOUR + 30 * MINUTE + 2_000, DAY + 4 * HOUR + 38 * MINUTE];
  const span = { from: DAY + 4 * HOUR, to: DAY + 5 * HOUR };
  const within = (afterMs: number) => (time: number) => time >= from + afterMs && time < to + afterMs;
  const [isDown, isOrdersDown, isShopDown] = [within(0), within(1_000), within(3_000)];
  return {
    'machine.jsonl.gz': fileOf(
      merged(
        cpu(span, 63),
        readings('orders', { ...span, first: 4_000 }, (time) =>
          isOrdersDown(time)
            ? { cause: 'server-error', said: 'http://127.0.0.1:3001/health answered 503.' }
            : undefined,
        ),
        readings('shop', { ...span, first: 9_000 }, (time) =>
          isShopDown(time) ? { cause: 'server-error', said: 'http://127.0.0.1:3000/health answered 500.' } : undefined,
        ),
        readings('db', { ...span, first: 13_000 }, (time) =>
          isDown(time) ? { cause: 'refused', said: 'Nothing listens on 127.0.0.1:5432 (ECONNREFUSED).' } : undefined,
        ),
      ),
    ),
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Wrong {
  readonly cause: string;
  readonly said: string;
}

/** A reading each fifteen seconds, as the service stores it. */
function readings(
  check: string,
  { from, to, first }: Span & { readonly first: number },
  wrongAt: (time: number) => Wrong | undefined,
): readonly Line[] {
  const lines: Line[] = [];
  for (let time = from + first; time < to; time += EVERY) {
    const wrong = wrongAt(time);
    const series = `check.failed{check=${check}}`;
    if (wrong === undefined) lines.push(figure(time, { series, value: 0 }));
    else {
      lines.push(figure(time, { series, value: 1, lines: [wrong.said] }));
      lines.push(figure(time, { series: `check.cause{cause=${wrong.cause},check=${check}}`, value: 1 }));
    }
  }
  return lines;
}

function cpu({ from, to }: Span, seed: number): readonly Line[] {
  const random = chance(seed);
  const lines: Line[] = [];
  for (let time = from; time < to; time += 10_000)
    lines.push(figure(time, { series: 'host.cpu.busy', value: Math.round(120 + 60 * random()) / 10 }));
  return lines;
}

function figure(time: number, what: { series: string; value: number; lines?: readonly string[] }): Line {
  return { time, text: JSON.stringify({ time: new Date(time).toISOString(), ...what }) };
}
