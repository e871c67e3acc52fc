/** A log somebody wrote into: every line here is one a client can cause nginx, or a careless program beside it, to log. */
import { clf, fileOf, type Line, merged, traffic } from './fixture-lines.ts';

const START = Date.UTC(2026, 10, 24, 15);
const MINUTE = 60_000;
const BEGIN = START + 40 * MINUTE;
const END = BEGIN + 3 * MINUTE;
const ESCAPE = '\u001b';

/** Ordinary traffic of two requests a second; for three minutes half of them fail, and most that fail are made to hurt. */
export function hostileFiles(): Readonly<Record<string, Buffer>> {
  const fails = (time: number) => (time >= BEGIN + 5_000 && time < END ? 0.3 : 0.003);
  const places = [{ upstream: '10.0.0.11:8080', vhost: 'shop.example.com' }];
  const visitors = traffic({ seed: 8, from: START, to: END + 35 * MINUTE, rate: () => 2, fails, places });
  const attack = Array.from({ length: 180 }, (_, second) => attackLine(BEGIN + second * 1_000, second));
  return { 'access.log.gz': fileOf(merged(visitors, attack, big())) };
}

/** Ten ways to hurt first, later every third second one of them, else a virtual host that nobody has. */
function attackLine(time: number, second: number): Line {
  const make = second < HOSTILE.length || second % 3 === 0 ? HOSTILE[second % HOSTILE.length] : undefined;
  return { time, text: make ? make(clf(time)) : failed(clf(time), { vhost: `x${second * 7919}.invalid` }) };
}

function failed(stamp: string, parts: { path?: string; agent?: string; vhost?: string }): string {
  const { path = '/', agent = 'curl/8.5.0', vhost = 'shop.example.com' } = parts;
  return `198.51.100.66 - - [${stamp}] "GET ${path} HTTP/1.1" 502 157 "-" "${agent}" rt=0.001 us=502 ua=10.0.0.11:8080 host=${vhost}`;
}

const HOSTILE: readonly ((stamp: string) => string | Uint8Array)[] = [
  (stamp) => failed(stamp, { agent: '<script>alert(1)</script><img src=x onerror=alert(1)>' }),
  (stamp) => failed(stamp, { path: `/${ESCAPE}[2J${ESCAPE}]0;owned\u0007${ESCAPE}[31m` }),
  // A lone CR does not end a line; with LF the rest is a line of its own.
  (stamp) => failed(stamp, { path: '/\rBcc: all@example.com' }),
  (stamp) => failed(stamp, { agent: 'x\r\nSubject: all is well\r\nBcc: all@example.com\r\n\r\n' }),
  (stamp) => failed(stamp, { agent: `\u202Egnp.exe\u2066\u200B` }),
  (stamp) =>
    Buffer.concat([
      Buffer.from(failed(stamp, { path: '/broken-' }).slice(0, 60)),
      Buffer.of(0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80),
      Buffer.from(failed(stamp, {}).slice(60)),
    ]),
  (stamp) => failed(stamp, { path: '/nul\u0000\u0000\u0000' }),
  // A line of another second inside a quoted field: it is a part of this line and counts nothing by itself.
  (stamp) =>
    failed(stamp, { agent: `x\\x22 203.0.113.1 - - [01/Jan/2020:00:00:00 +0000] \\x22GET / HTTP/1.1\\x22 200 1` }),
  (stamp) => failed(stamp, { vhost: '"><svg/onload=alert(1)>' }),
  (stamp) => failed(stamp, { path: '/http://evil.example.net/login?a=b@c' }),
];

/** One line just below the limit of 1 MiB, one above it, and NULs as a crash leaves them; before anything is wrong. */
function big(): Line[] {
  const time = START + 20 * MINUTE;
  return [
    { time, text: failed(clf(time), { path: `/${'a'.repeat(1_000_000)}` }) },
    { time: time + 1_000, text: failed(clf(time + 1_000), { path: `/${'b'.repeat(1_500_000)}` }) },
    { time: time + 2_000, text: '\u0000'.repeat(4_096) },
  ];
}
