/** Logs by an attacker: everything a client can choose is made to cost as much as it can. */
import { clfTime } from '../../support/nginx-lines.ts';

/** The longest request that Nginx takes with its usual buffers. */
const LINE_BYTES = 8 * 1_024;
const FROM = Date.UTC(2026, 10, 25);
const LINES_A_SECOND = 2_000;
/** What the expressions look for, again and again, so that each place could be the end of a field. */
const PIECES = [
  ' ',
  '"',
  '" "',
  '" 200 ',
  '-',
  '=',
  ' a=',
  'rt=0.1 ',
  '0.1, ',
  ' HTTP/1.1',
  '] "',
  '\\x22',
  ':',
  '[',
  ', ',
];

/** Beginnings that fit, with so much of a piece behind them that only the last byte tells that the line does not fit. */
export function backtrackingLines(bytes: number): string {
  return lines(bytes, (at, stamp) => {
    const client = `${address(at)} - - [${stamp}] "`;
    const agent = `${client}GET /${at} HTTP/1.1" 200 1 "-" "curl`;
    const beginning =
      [`${address(at)} - `, client, `${client}GET /`, agent, `${agent}" rt=`, `${agent}" a=`][at % 6] ?? '';
    const piece = PIECES[Math.floor(at / 6) % PIECES.length] ?? '';
    return `${beginning}${piece.repeat((LINE_BYTES - beginning.length) / piece.length)}`;
  });
}

/** Lines that fit, with a value in every field that was never there before. */
export function freshLines(bytes: number, lineBytes = LINE_BYTES): string {
  return lines(bytes, (at, stamp) => {
    const fresh = `${letters(at)}${'x'.repeat(Math.max(0, lineBytes / 3 - 100))}`;
    const request = `GET /${fresh}?${at} HTTP/1.1`;
    return `${address(at)} - user${at} [${stamp}] "${request}" 502 ${at} "https://${fresh}/" "${fresh}" rt=${at % 60}.${at % 1_000} urt=0.1 us=502 ua=${address(at + 1)}:80 host=${at}.example.com`;
  });
}

/** One of a hundred is an ordinary line: a log without any is refused at once. */
function lines(bytes: number, make: (at: number, stamp: string) => string): string {
  const made: string[] = [];
  for (let length = 0, at = 0; length < bytes; at += 1) {
    const stamp = clfTime(FROM + (at / LINES_A_SECOND) * 1_000);
    const line =
      at % 100 === 0 ? `10.0.0.1 - - [${stamp}] "GET / HTTP/1.1" 200 1 "-" "curl" rt=0.001` : make(at, stamp);
    made.push(line);
    length += line.length + 1;
  }
  return `${made.join('\n')}\n`;
}

/** Numbers in paths are taken for ids of one route; letters are not. */
function letters(at: number): string {
  return at.toString(20).replace(/\d/g, (digit) => 'klmnopqrst'[Number(digit)] ?? '');
}

function address(at: number): string {
  return `${1 + ((at >> 20) & 127)}.${(at >> 12) & 255}.${(at >> 4) & 255}.${(at & 15) * 16 + 1}`;
}
